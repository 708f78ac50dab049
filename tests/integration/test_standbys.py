"""A standby worker follows the changelog of another, and takes its partitions over without reading them again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.catalogue import changelog
from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.patience import until
from tests.integration.verdict import assert_exact
from tests.integration.workers import Workers

RECORDS: Final = 6000
PARTS: Final = 3


def standby_places(health_file: Path) -> dict[int, int]:
    """Partition -> next offset of the changelog, of those that are followed for another worker."""
    try:
        status: dict[str, Any] = json.loads(health_file.with_name(health_file.name + ".json").read_bytes())
    except FileNotFoundError:
        return {}
    followed = [each for each in status["partitions"] if each["state"] == "standby"]
    return {each["partition"]: each["topics"][0]["position"] for each in followed}


def changelog_ends(settings: Settings) -> dict[int, int]:
    ends: dict[int, int] = {}
    for each in read(settings.broker, changelog(settings)):
        ends[each.place[1]] = each.place[2] + 1
    return ends


def test_the_survivor_of_two_takes_over_with_the_tail_of_the_changelog_only(
    settings: Settings, workers: Workers, feed: Feed, simulated: Callable[[int], list[Record]], tmp_path: Path
) -> None:
    records = simulated(RECORDS)
    parts = [records[n * RECORDS // PARTS : (n + 1) * RECORDS // PARTS] for n in range(PARTS)]
    topic, half, health = settings.inputs[0], settings.partitions // 2, tmp_path / "second"
    with committed(settings) as group:
        feed.send(topic, parts[0])
        first = workers.start(standbys=1).is_ready()
        second = workers.start(standbys=1, health_file=health).is_ready()
        second.says("standby_ready")
        feed.send(topic, parts[1])
        group.reach(feed.ends)

        def follows_to_the_end() -> dict[int, int]:
            places, ends = standby_places(health), changelog_ends(settings)
            caught_up = len(places) == half and all(place >= ends[number] for number, place in places.items())
            return ends if caught_up else {}

        ends = until(follows_to_the_end, "the second worker to follow the first one's changelog")
        before = len(second.lines("recovered"))
        first.kill()
        taken_over = second.says("recovered", before + 1)[-1]
        feed.send(topic, parts[2])
        group.reach(feed.ends)
    second.stop()

    held = sum(ends.values())
    assert held > 100 * settings.partitions
    assert taken_over["records"] < held / 20, f"{taken_over['records']} of {held} records were read again"
    for partition in range(settings.partitions):
        openings = [line for worker in (first, second) for line in worker.lines("partition_opened")]
        epochs = [line["epoch"] for line in openings if line["partition"] == partition]
        assert len(epochs) == len(set(epochs)), "two owners at once"
    assert_exact(settings, feed)
