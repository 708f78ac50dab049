"""What bad records cost: the same worker on a topic with none and on one with 1 % of them, in turn, in one run.

    python -m benchmarks.bad_input --events 200000 --rounds 2     # with --fold the fold alone, without a broker

The bad ones are of every kind that `app.dev.simulate.bad` knows. Besides the ratio of the rates there is that of
processor time, which whatever else runs on the machine changes less.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from agents.fold import fold_batch
from agents.folded import Rules
from app.dev.simulate.bad import bad_record
from benchmarks import kanarya_worker
from benchmarks.adapter import Case, Figures
from benchmarks.data import FIRST_MS, records
from benchmarks.kafka import broker, cores, feed, make_topic, stay_with_broker
from benchmarks.stages import in_batches
from models.alert_record import Place
from models.policy import Policy
from models.sentiment import built_in

SHARE: Final = 0.01


def spoiled(seed: int, events: int, share: float) -> Iterator[tuple[bytes, bytes]]:
    """The benchmark's stream of zipf customers, a share of it replaced; what has no key or value stays out of it."""
    draw = random.Random(seed)
    number = 0
    for key, value in records("tz", seed, events):
        if draw.random() >= share:
            yield key, value
            continue
        while True:
            number += 1
            bad = bad_record(draw, number, key.decode(), FIRST_MS)
            if bad.key and bad.key.isascii() and bad.value is not None:
                yield key, bad.value
                break


def fold_us(seed: int, events: int, share: float) -> float:
    """Processor microseconds a record of the fold alone, dead letters' headers included."""
    rules, place = Rules(Policy(), built_in(), "bench"), Place(0, ("bench",))
    batches = list(in_batches(spoiled(seed, events, share)))
    states: dict[bytes, bytes] = {}

    def load(keys: Sequence[bytes]) -> list[bytes | None]:
        return [states.get(key) for key in keys]

    rejected = 0
    started_s = time.process_time()
    for batch in batches:
        folded = fold_batch(batch, 0, place, 1, rules, load)
        states |= folded.states
        rejected += folded.books.rejected
    used_s = time.process_time() - started_s
    assert abs(rejected - share * events) <= 0.2 * share * events, rejected
    return used_s / events * 1e6


def _folds(asked: argparse.Namespace) -> None:
    told = [[fold_us(asked.seed, asked.events, share) for share in (0.0, SHARE)] for _ in range(asked.rounds)]
    good, bad = (min(each) for each in zip(*told, strict=True))
    print(
        f"the fold alone: {good:.2f} us a record without, {bad:.2f} us with {SHARE:.0%} bad: {good / bad:.1%}",
        flush=True,
    )


def main() -> None:
    """Print each run and the two ratios."""
    arguments = argparse.ArgumentParser(description="What 1 % of bad records costs a worker.")
    arguments.add_argument("--events", type=int, default=200_000)
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--fold", action="store_true", help="the fold alone, without a broker")
    asked = arguments.parse_args()
    _folds(asked)
    if asked.fold:
        return
    pins = cores()
    runs: dict[float, list[Figures]] = {0.0: [], SHARE: []}
    with broker(pins) as (address, name):
        cases = {
            share: Case(address, f"bench.bad{place}", "tz", asked.events, 1, pins.tested, asked.seed)
            for place, share in enumerate(runs)
        }
        for share, case in cases.items():
            make_topic(address, case.topic)
            feed(address, case.topic, spoiled(asked.seed, asked.events, share))
        stay_with_broker(pins)
        for number in range(asked.rounds):
            for place, (share, case) in enumerate(cases.items()):
                runs[share].append(kanarya_worker.run(replace(case, number=10 * number + place)))
                run = runs[share][-1]
                print(f"{share:.0%} bad: {run.per_second:,.0f}/s, {run.cpu_us:.1f} us of CPU a record", flush=True)
    rate = {share: max(each.per_second for each in told) for share, told in runs.items()}
    cpu_us = {share: min(each.cpu_us for each in told) for share, told in runs.items()}
    print(f"{name}, seed {asked.seed}, {asked.events:,} records, best of {asked.rounds}:")
    print(f"at {SHARE:.0%} bad {rate[SHARE] / rate[0.0]:.1%} of the rate, {cpu_us[0.0] / cpu_us[SHARE]:.1%} by CPU")


if __name__ == "__main__":
    main()
