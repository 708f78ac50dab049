"""What a recovery takes over from the changelog, and what it says meanwhile."""

from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from faust.types import TP

from app.catalogue import changelog
from app.engine.consumer import ChangelogBatch
from app.engine.table import ProfileTable
from app.settings import Settings
from app.topology import TABLE, build
from models.policy import Policy
from models.sentiment import built_in

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
    record = SimpleNamespace(key=b"\x01%d" % offset, value=b"state")
    event = SimpleNamespace(message=SimpleNamespace(value=ChangelogBatch(LOG, [record], offset + 1)))
    table.app.tables.recovery.active_offsets[LOG] = offset
    table.apply_changelog_batch([event])


async def test_a_recovery_says_how_far_it_is_and_not_with_every_batch(table: ProfileTable) -> None:
    with structlog.testing.capture_logs() as said:
        for offset in range(RECORDS // 4 - 1, RECORDS):
            recover(table, offset)

    assert said[0] == {"event": "recovering", "log_level": "info", "percent": 25, "of_records": RECORDS}
    assert len(said) < 3, "more than a line in two seconds"


async def test_a_worker_that_has_recovered_says_no_percent(table: ProfileTable) -> None:
    table.app.tables.recovery.in_recovery = False

    with structlog.testing.capture_logs() as said:
        recover(table, RECORDS - 1)

    assert said == []
