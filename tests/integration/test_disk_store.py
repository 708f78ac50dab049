"""Workers whose states are on disk: killed, moved, stopped and started; the copy is behind the changelog, never ahead.

Their memory is so small that RocksDB writes while they run, as it does in a long life.
"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from app.catalogue import changelog
from app.cli.failure import on_kafka
from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.backlog import until_alerted
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.test_generation import made_anew
from tests.integration.verdict import assert_exact
from tests.integration.workers import Worker, Workers

real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
RECORDS: Final = 4500
KILLS: Final = 3
MEMORY_BYTES: Final = 1 << 20


@pytest.fixture
def start(workers: Workers, tmp_path: Path) -> Callable[..., Worker]:
    """Starts a worker with a store of its own, by a name; the same name is the same folder."""

    def started(name: str = "a", **more: object) -> Worker:
        told = {"store": "disk", "store_dir": tmp_path / name, "store_memory_bytes": MEMORY_BYTES, **more}
        return workers.start(**told)

    return started


def recovered(worker: Worker) -> int:
    """Changelog records that the worker's first recovery read."""
    return int(worker.says("recovered")[0]["records"])


@real
def test_a_worker_killed_again_and_again_loses_nothing_and_counts_nothing_twice(
    settings: Settings, start: Callable[..., Worker], feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    topic, records = settings.inputs[0], simulated(RECORDS)
    share = RECORDS // (KILLS + 1)
    with committed(settings) as group:
        for turn in range(KILLS):
            worker = start(profile_delay_s=1.0).is_ready()
            before = feed.ends
            feed.send(topic, records[turn * share : (turn + 1) * share])
            until_alerted(settings, worker, before)
            worker.kill()
        feed.send(topic, records[KILLS * share :])
        worker = start()
        group.reach(feed.ends)
    report = worker.stop()
    whole = len(read(settings.broker, changelog(settings)))
    last = start().is_ready()
    of_last = recovered(last)
    last.stop()

    assert_exact(settings, feed)
    assert report["read"] == report["applied"] + report["duplicate"] + report["rejected"] + report["replayed"]
    assert not worker.lines("store_rebuilt") + last.lines("store_rebuilt") + last.lines("store_behind")
    print(f"changelog {whole}; read after a kill {recovered(worker)}, after a clean stop {of_last}")
    assert recovered(worker) < whole, "it read all of the changelog after a kill"
    assert of_last == 0, "it read what it had written itself before a clean stop"


@real
def test_a_partition_that_was_away_goes_on_from_where_it_stood(
    settings: Settings, start: Callable[..., Worker], feed: Feed, simulated: Callable[[int], list[Record]]
) -> None:
    topic, records = settings.inputs[0], simulated(RECORDS)
    quarter = RECORDS // 4
    with committed(settings) as group:
        first = start("a").is_ready()
        feed.send(topic, records[:quarter])
        group.reach(feed.ends)
        second = start("b").is_ready()
        feed.send(topic, records[quarter : 2 * quarter])
        group.reach(feed.ends)
        first.stop()
        feed.send(topic, records[2 * quarter : 3 * quarter])
        group.reach(feed.ends)
        back = start("a").is_ready()
        second.kill()
        feed.send(topic, records[3 * quarter :])
        group.reach(feed.ends)
        whole = len(read(settings.broker, changelog(settings)))
    back.stop()

    assert_exact(settings, feed)
    assert 0 < recovered(back) < whole
    lines = [line for each in (first, second, back) for line in each.lines("store_rebuilt")]
    assert lines == []


@real
def test_a_second_worker_on_the_same_folder_is_refused(start: Callable[..., Worker], tmp_path: Path) -> None:
    first = start().is_ready()
    second = start()
    assert second.child.wait(20) == 2

    assert f"store_dir = {tmp_path / 'a'}: another worker (process {first.child.pid}) keeps its states there" in (
        second.child.last_lines(5)
    )
    assert "give each worker a folder of its own" in second.child.last_lines(5)
    first.stop()


def test_a_copy_of_a_changelog_that_was_made_anew_is_dropped(
    settings: Settings, start: Callable[..., Worker], feed: Feed, simulated: Callable[[int], list[Record]],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    records = simulated(RECORDS // 10)
    with committed(settings) as group:
        first = start().is_ready()
        feed.send(settings.inputs[0], records)
        group.reach(feed.ends)
    first.stop()
    on_kafka(settings, made_anew(settings, changelog(settings)))
    second = start()
    dropped = second.says("store_rebuilt", settings.partitions)

    assert {line["partition"] for line in dropped} == set(range(settings.partitions))
    assert {line["why"] for line in dropped} == {"the changelog was deleted and made anew since"}

    if request.node.callspec.params["broker"] == "kafka":  # it tells by the group's commits that states are missing
        code, why = second.ended()
        assert (code, "states are missing" in why) == (1, True)
    else:
        assert {line["customers"] for line in second.says("partition_opened", settings.partitions)} == {0}
        second.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB of its own."""
    path = tmp_path / "small"
    path.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(path)], capture_output=True, text=True, check=False
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"no file system may be mounted here: {made.stderr.strip()}")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(1 << 12))
            except OSError:
                return ballast


@real
def test_a_full_disk_stops_the_worker_and_with_room_again_nothing_is_lost(
    settings: Settings,
    workers: Workers,
    small_disk: Path,
    feed: Feed,
    simulated: Callable[[int], list[Record]],
) -> None:
    topic, records = settings.inputs[0], simulated(RECORDS)
    folder = small_disk / "store"
    own: dict[str, Any] = {"store": "disk", "store_dir": folder, "store_memory_bytes": MEMORY_BYTES}
    with committed(settings) as group:
        worker = workers.start(**own).is_ready()
        feed.send(topic, records[: RECORDS // 2])
        group.reach(feed.ends)
        ballast = fill(small_disk)
        feed.send(topic, records[RECORDS // 2 :])
        code, why = worker.ended()
        assert code == 1
        assert f"no room is left in {folder} (KANARYA_STORE_DIR): make room there and start the worker again" in why
        assert "nothing is lost, the changelog holds every state" in why
        assert why.startswith((f"{topic}[", f"{changelog(settings)}["))

        code, why = workers.start(**own).ended()
        assert (code, "no room is left" in why) == (1, True)

        ballast.unlink()
        again = workers.start(**own)
        group.reach(feed.ends)
    again.stop()

    assert_exact(settings, feed)
    assert again.lines("store_rebuilt") == []
    assert folder.stat().st_mode & 0o077 == 0
