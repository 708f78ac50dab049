"""What a copy on disk is worth: when it is read on from, and when it is dropped and read anew."""

import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError

from agents.ports import Stop
from app.engine.disk.store import FOLLOWED_MS, DiskStore
from tests.engine.copies import STATES, Changelog, rebuilt, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


async def test_a_worker_that_starts_again_reads_on_from_where_it_stood(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    await written(disk)
    changelog.end = 500
    again = changelog.store(folder)
    with structlog.testing.capture_logs() as said:
        await again.take(0)

    assert said == []
    assert again.offset(0) == 499
    assert again.scan(0, b"\x01") == sorted(STATES)
    again.close()


async def test_a_partition_that_was_away_is_behind_and_never_ahead(disk: DiskStore) -> None:
    await disk.take(0)
    disk.apply(0, STATES, 499)

    disk.drop(0)
    await disk.take(0)

    assert disk.offset(0) == 499
    assert disk.get(0, STATES[0][0]) == STATES[0][1]


async def test_a_partition_that_is_not_here_is_not_taken_for_an_empty_one(disk: DiskStore) -> None:
    """Its customers would be unknown, and their states overwritten by new ones."""
    with pytest.raises(Stop, match=r"log\[3\]: its states are not here"):
        disk.get_many(3, [b"\x01ada"])
    disk.apply(3, STATES, 499)

    assert disk.offset(3) is None


async def test_with_foreign_records_in_between_the_copy_stays_behind_them(
    disk: DiskStore, changelog: Changelog
) -> None:
    """A worker that was held up for longer than its session does not hold what its successor wrote meanwhile."""
    await disk.take(0)
    disk.sent(0, 0, 500, changelog.now_ms)
    disk.apply(0, STATES, 499)
    with structlog.testing.capture_logs() as said:
        disk.sent(0, 600, 2, changelog.now_ms)  # 500 to 599 are somebody else's
        disk.apply(0, [(b"\x01a", b"mine")], 601)
        disk.sent(0, 602, 2, changelog.now_ms)
        disk.apply(0, [(b"\x01b", b"mine")], 603)

    assert [line["event"] for line in said] == ["store_behind"]
    assert (disk.offset(0), disk.get(0, b"\x01b")) == (603, b"mine")
    disk.drop(0)
    await disk.take(0)
    assert disk.offset(0) == 499
    disk.apply(0, [(b"\x01a", b"theirs")], 599)  # the recovery reads all of it again
    disk.apply(0, [(b"\x01a", b"mine"), (b"\x01b", b"mine")], 603)
    disk.drop(0)
    await disk.take(0)
    assert disk.offset(0) == 603


async def test_record_batches_that_follow_each_other_move_the_copy(disk: DiskStore, changelog: Changelog) -> None:
    await disk.take(0)
    disk.sent(0, 0, 300, changelog.now_ms)
    disk.sent(0, 300, 201, changelog.now_ms)
    with structlog.testing.capture_logs() as said:
        disk.apply(0, STATES, 500)
        disk.drop(0)
        await disk.take(0)

    assert (said, disk.offset(0)) == ([], 500)


def label(**changed: object) -> str:
    """Of a parameter below."""
    return " ".join(f"{name}={value}" for name, value in changed.items())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "other-profiles-changelog"}, r"it is a copy of log\[0\]"),
        ({"topic_id": "c2"}, "the changelog was deleted and made anew since"),
        ({"end": 499}, "it goes up to offset 499, and the changelog ends at 499: that was cut or made anew"),
        ({"end": 0}, "it goes up to offset 499, and the changelog ends at 0"),
        ({"end": 501, "now_ms": Changelog.now_ms + FOLLOWED_MS + 1}, "it is 12 h old and behind"),
    ],
    ids=lambda each: label(**each) if isinstance(each, dict) else "",
)
async def test_a_copy_that_the_changelog_does_not_lead_on_from_is_read_anew(
    disk: DiskStore, changelog: Changelog, folder: Path, changed: dict[str, object], why: str
) -> None:
    await written(disk)
    for name, value in changed.items():
        setattr(changelog, name, value)

    await rebuilt(changelog, folder, why)


async def test_a_recovery_of_old_records_that_was_cut_short_begins_anew_once_they_are_too_old(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    """What was deleted behind them may be forgotten by now, however lately they were read."""
    await disk.take(0)
    disk.apply(0, STATES, 499, changelog.now_ms - FOLLOWED_MS + 60_000)
    disk.close()
    changelog.now_ms += 61_000

    await rebuilt(changelog, folder, "it is 12 h old and behind")


async def test_a_copy_that_stays_behind_foreign_records_ages_from_there(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    await disk.take(0)
    disk.sent(0, 0, 500, changelog.now_ms)
    disk.apply(0, STATES, 499)
    changelog.now_ms += FOLLOWED_MS + 1
    disk.sent(0, 600, 1, changelog.now_ms)
    disk.apply(0, STATES[:1], 600)
    disk.close()

    await rebuilt(changelog, folder, "it is 12 h old and behind")


async def test_a_copy_that_another_worker_wrote_before_is_read_anew(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    await disk.take(0)
    disk.sent(0, 3, 500, changelog.now_ms)
    disk.apply(0, STATES, 502)
    disk.close()

    await rebuilt(changelog, folder, "another worker wrote to the changelog when it was new")


async def test_a_broker_that_does_not_tell_the_end_leaves_the_copy_as_it_is(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    await written(disk)
    again = changelog.store(folder)
    changelog.fails = True
    with pytest.raises(KafkaConnectionError):
        await again.take(0)
    changelog.fails = False
    await again.take(0)

    assert again.offset(0) == 499
    again.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"topic_id": None},
        {"end": 500, "now_ms": Changelog.now_ms + 100 * FOLLOWED_MS},
        {"end": 700, "now_ms": Changelog.now_ms + FOLLOWED_MS - 1},
    ],
    ids=lambda each: label(**each),
)
async def test_a_copy_that_the_changelog_leads_on_from_is_kept(
    disk: DiskStore, changelog: Changelog, folder: Path, changed: dict[str, object]
) -> None:
    await written(disk)
    for name, value in changed.items():
        setattr(changelog, name, value)
    again = changelog.store(folder)
    await again.take(0)

    assert again.offset(0) == 499
    again.close()


KILLED = """
import asyncio, sys
from pathlib import Path
from tests.engine.copies import STATES, Changelog, rebuilt, written
store = Changelog().store(Path(sys.argv[1]))
asyncio.run(store.take(0))
for n in range(3000):
    store.apply(0, [(b"\\x01%d" % (n * 10 + i), b"%d " % n * 400) for i in range(10)], n * 10 + 9)
print("written", flush=True)
sys.stdin.read()
"""


def killed(folder: Path) -> None:
    """A worker that is killed when it has written 30,000 records, most of which RocksDB has put on disk."""
    command = [sys.executable, "-c", KILLED, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "written\n"
        child.kill()


async def test_a_killed_worker_leaves_no_lock_and_a_copy_that_is_behind(changelog: Changelog, folder: Path) -> None:
    killed(folder)
    store = changelog.store(folder)
    await store.take(0)

    offset = store.offset(0)
    assert offset is not None
    assert 0 < offset < 29_999
    assert {key for key, _ in store.scan(0, b"\x01")} == {b"\x01%d" % n for n in range(offset + 1)}
    store.close()
