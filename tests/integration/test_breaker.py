"""A flood of bad records: with the breaker off all become dead letters; with it on the partition waits for a person."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from app.dev.simulate.bad import bad_record
from app.dev.simulate.record import Record
from app.health.alive import ALIVE_S
from app.partitioner import is_placed
from app.settings import Settings
from tests.integration.letters import assert_letters_are_the_bad_records, letters
from tests.integration.librdkafka import Feed, committed
from tests.integration.patience import until
from tests.integration.test_health import status
from tests.integration.verdict import newest_profiles
from tests.integration.workers import ROOT, Workers, environment

SMALL = {"breaker_run": 60, "breaker_window": 200, "breaker_retry_s": 0.2}
"""So that a few hundred records are a flood."""
STALL_S = 1.0


class Stream:
    """Good and bad records of some customers, numbered on."""

    def __init__(self, seed: int, customers: list[str]) -> None:
        print(f"seed {seed}")
        self.draw, self.customers, self.number = random.Random(seed), customers, 0
        self.end_ms = time.time_ns() // 1_000_000

    def part(self, count: int, share_bad: float, customers: list[str] | None = None) -> Iterator[Record]:
        for _ in range(count):
            self.number += 1
            customer = self.draw.choice(customers or self.customers)
            if self.draw.random() < share_bad:
                yield bad_record(self.draw, self.number, customer, self.end_ms)
            else:
                yield self._good(customer)

    def _good(self, customer: str) -> Record:
        at_ms = self.end_ms - 1_000_000 + self.number
        told = {"id": f"g{self.number}", "time": at_ms, "channel": "chat", "kind": "message"}
        return Record(customer.encode(), orjson.dumps(told), (("n", b"%d" % self.number),), "good", customer, "", at_ms)


def assert_exact(settings: Settings, feed: Feed) -> None:
    """Every good record counted once, every bad one a dead letter, once, as it came."""
    good = Counter(record.customer_id for record in feed.records if record.role == "good")
    shown = newest_profiles(settings)
    assert {customer: (each["touchpoints"], each["duplicates"]) for customer, each in shown.items()} == {
        customer: (count, 0) for customer, count in good.items()
    }
    assert_letters_are_the_bad_records(settings, feed)


def test_with_the_breaker_off_bad_records_of_any_share_are_dead_letters_as_they_came(
    settings: Settings, workers: Workers, feed: Feed, seed: int
) -> None:
    stream = Stream(seed, [f"customer-{number}" for number in range(40)])
    worker = workers.start(breaker="off", **SMALL)
    feed.send(settings.inputs[0], stream.part(3000, 0.01))
    feed.send(settings.inputs[0], stream.part(3000, 0.5))
    with committed(settings) as group:
        group.reach(feed.ends)
    report = worker.stop()

    assert_exact(settings, feed)
    assert report["read"] == report["applied"] + report["rejected"] == 6000


def test_with_the_breaker_on_a_flood_holds_its_partition_alone_until_it_is_let_pass(
    settings: Settings, workers: Workers, feed: Feed, seed: int, tmp_path: Path
) -> None:
    topic, file = settings.inputs[0], tmp_path / "health"
    customers = [f"customer-{number}" for number in range(40)]
    flooded = [each for each in customers if is_placed(each.encode(), 0, settings.partitions)]
    others = [each for each in customers if each not in flooded]
    stream = Stream(seed, customers)
    worker = workers.start(health_file=file, stall_s=STALL_S, batches_in_flight=1, **SMALL)  # room for one batch
    feed.send(topic, stream.part(1000, 0.01))
    with committed(settings) as group:
        group.reach(feed.ends)
        assert not worker.lines("partition_held")

        feed.send(topic, keyed(stream.part(1000, 0.6, flooded)))
        (held,) = worker.says("partition_held")
        feed.send(topic, stream.part(500, 0.01, others))
        group.reach({place: end for place, end in feed.ends.items() if place != (topic, 0)})

        until(
            lambda: is_held_and_alive(settings, file, held, feed.ends[topic, 0]),
            "a status that says held, for longer than a stall",
        )
        assert (held["topic"], held["partition"]) == (topic, 0)
        assert held["why"] == "50% of the newest 200 records are bad"
        assert not [place for place in letters(settings) if place[1] == 0 and place[2] >= held["offset"]]
        worker.stop()
        assert group.offsets([topic], 1) == {(topic, 0): held["offset"]}
        assert len(worker.lines("partition_held")) == 1

        feed.send(topic, keyed(stream.part(2400, 0.7)))
        again = workers.start(**SMALL)  # a restart judges anew; now every partition is held, and nothing fetched
        again.says("partition_held", times=settings.partitions)
        again.stop()

        last = workers.start(breaker="off", **SMALL)
        group.reach(feed.ends)
        last.stop()
    assert not last.lines("partition_held")
    assert_exact(settings, feed)


def keyed(records: Iterator[Record]) -> Iterator[Record]:
    """Those that stay on their customer's partition: some kinds of bad ones have another key, or none."""
    return (each for each in records if each.key is not None and each.key.isascii())


def is_held_and_alive(settings: Settings, file: Path, held: dict[str, Any], end: int) -> dict[str, Any] | None:
    """The status once partition 0 has stood for twice `stall_s`, without a word of a stall."""
    code, told = status(settings, file)
    stood_s = time.time() - datetime.fromisoformat(held["at"]).timestamp()
    states = {each["partition"]: (each["state"], each["stalled"]) for each in told["partitions"]}
    assert "stands still" not in "".join(told["faults"])
    if (code, states.get(0)) != (1, ("held", False)) or stood_s < 2 * STALL_S:
        return None
    assert time.time() - file.stat().st_mtime < ALIVE_S / 2
    (fault,) = told["faults"]
    assert f"{settings.inputs[0]}[0]@" in fault
    assert "KANARYA_BREAKER=off" in fault
    (stands,) = told["partitions"][0]["topics"]
    assert stands["position"] < end - 200, "what cannot be written is not fetched either"
    assert told["state"] == "serving"
    assert {state for number, (state, _) in states.items() if number} == {"open"}
    command = [sys.executable, "-m", "app", "worker", "--alive"]
    alive = subprocess.run(command, cwd=ROOT, env=environment(settings, health_file=file), check=False)
    assert alive.returncode == 0
    return told
