"""Where a fold's time goes: each function of it called alone on the same touchpoints, in batches as a worker gets them.

Nothing in the product's path takes its own time. The sum of the stages leaves out what `agents.fold` spends between
them; the line `fold_batch` is the whole of it, and what the worker needs beyond that goes to Kafka and Faust.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final, NamedTuple, cast

import msgspec

from agents.batch import Batch, batch_of
from agents.fold import fold_batch
from agents.folded import Rules
from app.core.choice import Core
from app.partitioner import partition_of
from app.settings import Settings
from benchmarks.data import FIRST_MS, SPAN_MS, DataSet, records
from benchmarks.kafka import PARTITIONS
from models import alert, public_profile
from models.alert_record import Place
from models.codec import decode_profile, encode_profile
from models.envelope import decode
from models.policy import Policy
from models.profile import feeling, fingerprint, is_duplicate, new_profile, observe, wants_score
from models.sentiment import Scored, built_in
from models.state import Profile
from models.touchpoint import Rejected, Touchpoint

EVENTS: Final = 200_000
_BATCH_BYTES: Final[int] = Settings.model_fields["fetch_bytes"].default
"""Of a fetch under backlog."""
_FRAME_BYTES: Final = 11
_TOPIC: Final = "bench.touchpoints"
_VIEWS: Final = 5_000


class Stage(NamedTuple):
    """The time of one function."""

    name: str
    calls: int
    us_each: float
    us_per_event: float


class _Record(msgspec.Struct, frozen=True):
    """As `agents.batch.Record` wants it."""

    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: tuple[()] = ()
    timestamp_type: int = 0


class Clock:
    """Adds up processor time by stage."""

    def __init__(self) -> None:
        self._spent: dict[str, tuple[int, int]] = {}

    @contextmanager
    def on(self, stage: str, calls: int) -> Iterator[None]:
        """Count the time of the block as that of so many calls."""
        started_ns = time.process_time_ns()
        yield
        done, spent_ns = self._spent.get(stage, (0, 0))
        self._spent[stage] = (done + calls, spent_ns + time.process_time_ns() - started_ns)

    def move(self, stage: str, inner: str, clock: "Clock") -> None:
        """Count what another clock says of a part of a stage as a stage of its own."""
        calls, spent_ns = clock._spent.get(inner, (0, 0))
        for name, more, more_ns in ((stage, 0, -spent_ns), (inner, calls, spent_ns)):
            done, before_ns = self._spent.get(name, (0, 0))
            self._spent[name] = (done + more, before_ns + more_ns)

    def stages(self, events: int) -> list[Stage]:
        """What was timed, in the order of first use."""
        return [
            Stage(name, calls, spent_ns / 1000 / max(calls, 1), spent_ns / 1000 / events)
            for name, (calls, spent_ns) in self._spent.items()
        ]


def measure(data_set: DataSet, seed: int, total: int, core: Core) -> list[Stage]:
    """Time every stage in a process on one of the cores."""
    command = [sys.executable, "-m", "benchmarks.on_core", core, "benchmarks.stages", data_set, str(seed), str(total)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return [Stage(f"{core}: {name}", *figures) for name, *figures in json.loads(done.stdout)]


def stages(data_set: DataSet, seed: int, total: int, events: int = EVENTS) -> list[Stage]:
    """Time every stage on the first `events` touchpoints of a stream."""
    rules, clock = Rules(Policy(), built_in(), "bench"), Clock()
    batches = list(in_batches(islice(records(data_set, seed, total), events)))
    states: dict[str, bytes] = {}
    for batch in batches:
        _alone(batch, states, rules, clock)
    _views(states, rules, clock)
    _together(batches, rules, clock)
    return clock.stages(sum(len(batch.records) for batch in batches))


def in_batches(stream: Iterable[tuple[bytes, bytes]]) -> Iterator[Batch]:
    """Records by partition, in batches of one fetch."""
    held: list[list[_Record]] = [[] for _ in range(PARTITIONS)]
    sizes, offsets = [0] * PARTITIONS, [0] * PARTITIONS
    for key, value in stream:
        partition = partition_of(key, PARTITIONS)
        held[partition].append(_Record(offsets[partition], FIRST_MS + 2 * SPAN_MS, key, value))
        offsets[partition] += 1
        sizes[partition] += len(key) + len(value) + _FRAME_BYTES
        if sizes[partition] >= _BATCH_BYTES:
            yield batch_of(_TOPIC, partition, held[partition])
            held[partition], sizes[partition] = [], 0
    for partition, left in enumerate(held):
        if left:
            yield batch_of(_TOPIC, partition, left)


def _alone(batch: Batch, states: dict[str, bytes], rules: Rules, clock: Clock) -> None:
    """Each stage for a whole batch before the next, on the states that the batches before it left."""
    touchpoints: list[Touchpoint] = []
    with clock.on("decode", len(batch.records)):
        for record in batch.records:
            touchpoint = decode(record.key, record.value, record.headers, record.timestamp)
            assert not isinstance(touchpoint, Rejected)
            touchpoint.offset = record.offset
            touchpoints.append(touchpoint)
    said = [place for place, touchpoint in enumerate(touchpoints) if wants_score(touchpoint)]
    texts = [touchpoints[place].text or "" for place in said]
    with clock.on("score", len(said)):
        scored = rules.scorer.score_many(texts, [touchpoints[place].language for place in said])
    _feel(touchpoints, dict(zip(said, scored, strict=True)))
    ids = {touchpoint.customer_id for touchpoint in touchpoints}
    known = [(id_, states[id_]) for id_ in ids if id_ in states]
    with clock.on("decode state", len(known)):
        live = {id_: decode_profile(id_, state) for id_, state in known}
    for id_ in ids - live.keys():
        live[id_] = new_profile(id_)
    _observe(touchpoints, live, Place(batch.partition, (_TOPIC,)), rules, clock)
    with clock.on("encode state", len(live)):
        for id_, profile in live.items():
            states[id_] = encode_profile(profile, 1)


def _feel(touchpoints: list[Touchpoint], scores: dict[int, Scored]) -> None:
    for place, touchpoint in enumerate(touchpoints):
        touchpoint.feeling_milli = feeling(touchpoint, scores.get(place))


def _observe(touchpoints: list[Touchpoint], live: dict[str, Profile], place: Place, rules: Rules, clock: Clock) -> None:
    """`observe` with the guard against duplicates, less the alerts that come of it."""
    scorer = rules.scorer.name
    rendering = Clock()
    with clock.on("observe", len(touchpoints)):
        for touchpoint in touchpoints:
            profile = live[touchpoint.customer_id]
            mark = fingerprint(touchpoint.source, touchpoint.id)
            if is_duplicate(profile, mark):
                continue
            step = observe(profile, touchpoint, rules.policy, mark)
            profile.offsets[0] = touchpoint.offset
            if step is not None:
                with rendering.on("alert", 1):
                    alert.to_json(alert.render(profile, step, place, rules.policy, scorer))
    clock.move("observe", "alert", rendering)


def _views(states: dict[str, bytes], rules: Rules, clock: Clock) -> None:
    """Public profiles of customers from all over the stream; a worker writes one per changed customer and delay."""
    some = dict(islice(states.items(), 0, None, max(1, len(states) // _VIEWS)))
    place = Place(0, (_TOPIC,))
    with clock.on("public profile, with its state's decoding", len(some)):
        for id_, state in some.items():
            public_profile.render(decode_profile(id_, state), place, rules.policy, rules.scorer.name)


def _together(batches: list[Batch], rules: Rules, clock: Clock) -> None:
    """`fold_batch` as the worker calls it."""
    states: dict[bytes, bytes] = {}

    def load(keys: Sequence[bytes]) -> list[bytes | None]:
        return [states.get(key) for key in keys]

    for batch in batches:
        with clock.on("fold_batch, all of the above but public profiles", len(batch.records)):
            folded = fold_batch(batch, 0, Place(batch.partition, (_TOPIC,)), 1, rules, load)
        states |= folded.states


if __name__ == "__main__":
    print(json.dumps(stages(cast("DataSet", sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
