"""What a recovery takes over from the changelog, and what it says meanwhile."""

from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from faust.types import TP

from app.catalogue import changelog
from app.engine.changelog_reader import ChangelogBatch
from app.engine.progress import Progress
from app.engine.table import ProfileTable
from app.settings import Settings
from app.topology import TABLE, build
from models.policy import Policy
from models.sentiment import built_in
from tests.seconds import Seconds

SETTINGS = Settings()
LOG = TP(changelog(SETTINGS), 0)
RECORDS = 400


@pytest.fixture
async def table() -> ProfileTable:
    """A wired worker's table, in the middle of a recovery of `RECORDS` records."""
    app: Any = build(SETTINGS, Policy(), built_in()).app
    app.tables.recovery.in_recovery = True
    app.tables.recovery.active_highwaters[LOG] = RECORDS - 1
    found: ProfileTable = app.tables[TABLE]
    return found


def recover(table: ProfileTable, offset: int) -> None:
    """One fetched batch of one record, as Faust's recovery hands it over."""
    record = SimpleNamespace(key=b"\x01%d" % offset, value=b"state", timestamp=1)
    event = SimpleNamespace(message=SimpleNamespace(value=ChangelogBatch(LOG, [record], offset + 1)))
    table.app.tables.recovery.active_offsets[LOG] = offset
    table.apply_changelog_batch([event])


async def test_a_recovery_says_how_far_it_is_and_not_with_every_batch(table: ProfileTable) -> None:
    seconds = Seconds()
    table.progress = Progress(seconds)
    with structlog.testing.capture_logs() as said:
        for offset in range(RECORDS // 4 - 1, RECORDS):
            recover(table, offset)
            seconds.now += 0.02

    assert said == [{"event": "recovering", "log_level": "info", "percent": 87, "left_s": 1}]


async def test_a_worker_that_has_recovered_says_no_percent(table: ProfileTable) -> None:
    table.app.tables.recovery.in_recovery = False

    with structlog.testing.capture_logs() as said:
        recover(table, RECORDS - 1)

    assert said == []


@pytest.fixture
async def opened(table: ProfileTable) -> list[set[int]]:
    """The partition numbers that were opened, each time."""
    opened: list[set[int]] = []
    table.on_ready = opened.append
    table.app.consumer = SimpleNamespace(flow_active=True)  # a real one starts a thread
    return opened


async def test_a_recovery_that_has_come_to_its_end_opens_its_partitions(
    table: ProfileTable, opened: list[set[int]]
) -> None:
    await table.on_recovery_completed({LOG}, {TP(LOG.topic, 1)})  # the other one is a standby, and writes nothing

    assert opened == [{0}]


async def test_a_recovery_cut_short_by_a_revocation_opens_nothing(table: ProfileTable, opened: list[set[int]]) -> None:
    table.app.consumer.flow_active = False  # as `_on_partitions_revoked` leaves it

    await table.on_recovery_completed({LOG}, set())

    assert opened == []


async def test_a_recovery_overtaken_by_the_next_assignment_opens_nothing(
    table: ProfileTable, opened: list[set[int]]
) -> None:
    table.app.tables.recovery.signal_recovery_start.set()  # the recovery of that assignment has not begun

    await table.on_recovery_completed({LOG}, set())

    assert opened == []


def reading(table: ProfileTable, **partitions: tuple[int | None, int]) -> None:
    """Offsets read up to and last offsets, by partition number, of a recovery."""
    recovery = table.app.tables.recovery
    recovery.active_highwaters.clear()
    for name, (done, last) in partitions.items():
        tp = TP(LOG.topic, int(name[1:]))
        recovery.active_tps.add(tp)
        recovery.active_offsets[tp], recovery.active_highwaters[tp] = done, last


async def test_the_start_of_a_recovery_says_how_much_there_is_to_read_at_most(table: ProfileTable) -> None:
    reading(table, p0=(-1, 99), p1=(39, 99), p2=(9, 9), p3=(-1, -1))
    sought = table.app.tables.recovery.active_tps
    with structlog.testing.capture_logs() as said:
        table.recovery_begins(sought)
        table.recovery_begins({TP(LOG.topic, 7)})  # a standby's

    assert said == [{"event": "recovery_began", "log_level": "info", "partitions": 2, "records_at_most": 160}]


async def test_a_partition_that_is_read_gets_on_as_long_as_the_others_do_and_one_that_is_not_by_itself(
    table: ProfileTable,
) -> None:
    done, stuck = TP(LOG.topic, 0), TP(LOG.topic, 1)
    reading(table, p0=(9, 9), p1=(40, 99), p2=(50, 99))
    before = table.read_to(done), table.read_to(stuck)
    reading(table, p0=(9, 9), p1=(40, 99), p2=(60, 99))

    assert table.read_to(stuck) == before[1] == 40
    assert table.read_to(done) > before[0]


async def test_a_standby_s_records_are_not_counted_as_recovered(table: ProfileTable) -> None:
    table.app.consumer = SimpleNamespace(flow_active=True)
    table.app.tables.recovery.active_tps.add(LOG)
    recover(table, 5)
    table.app.tables.recovery.active_tps.clear()
    recover(table, 6)
    with structlog.testing.capture_logs() as said:
        await table.on_recovery_completed({LOG}, set())

    assert [line["records"] for line in said] == [1]


async def test_a_standby_is_said_to_be_ready_once_it_has_read_what_there_was(table: ProfileTable) -> None:
    recovery = table.app.tables.recovery
    recovery.in_recovery = False
    recovery.standby_tps.add(LOG)
    with structlog.testing.capture_logs() as said:
        table._say_standby()
        recovery.standby_highwaters[LOG], recovery.standby_offsets[LOG] = 99, 98
        table._say_standby()
        recovery.standby_offsets[LOG] = 99
        table._say_standby()
        table._say_standby()

    assert said == [{"event": "standby_ready", "log_level": "info", "partitions": [0]}]
