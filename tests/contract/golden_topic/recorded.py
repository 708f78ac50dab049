"""What was recorded, by its files, and what the code as it is makes of the same records.

Two topics: `given`, where producers give every feeling, and `texts`, where our scorer reads. `changelog-v1` is what a
worker of the first release had in the changelog of one partition half way through `given`, when it was killed with
alerts in the outbox. These are never made again; the results of each topic are, knowingly (see `__main__`).
"""

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from app.engine.store import MemoryStore
from models.policy import Policy
from tests.contract.golden_topic.records import FOLDER, Recorded, by_partition, read
from tests.contract.golden_topic.replay import BATCH, NoScorer, Outcome, Unnamed, replay
from tests.contract.golden_topic.results import Lines, taken

TOPICS: Final = ("given", "texts")
CHANGELOG: Final = FOLDER / "changelog-v1.msgpack.xz"
HALVED: Final = 0
"""Partition that was gone on with."""
Items = list[tuple[bytes, bytes]]


def topic_file(name: str) -> Path:
    return FOLDER / f"{name}.jsonl.xz"


def results_file(name: str) -> Path:
    return FOLDER / f"{name}-results.txt.xz"


@cache
def logs_of(name: str) -> dict[int, list[Recorded]]:
    """The log of each partition."""
    return by_partition(read(topic_file(name)))


def halves(log: list[Recorded]) -> tuple[list[Recorded], list[Recorded]]:
    """Before and after the kill, which came between two batches."""
    middle = len(log) // BATCH // 2 * BATCH
    return log[:middle], log[middle:]


def half_way() -> Items:
    """The changelog of the halved partition as the code makes it now, by key."""
    first, _ = halves(logs_of("given")[HALVED])
    held: list[Items] = []

    def keep(partition: int, store: MemoryStore) -> None:
        held.append(store.scan(partition, b""))

    replay({HALVED: first}, at_end=keep)
    return held[0]


def save_changelog(items: Items) -> None:
    CHANGELOG.write_bytes(lzma.compress(msgspec.msgpack.encode(items), preset=9 | lzma.PRESET_EXTREME))


def changelog() -> Items:
    """The same as it was recorded."""
    return msgspec.msgpack.decode(lzma.decompress(CHANGELOG.read_bytes()), type=Items)


def now(name: str, policy: Policy | None = None) -> Lines:
    """Results of a topic with the code, the lexicons and, where none is named, the default policy as they are."""
    policy = policy or Policy()
    scorer = Unnamed() if name == "texts" else NoScorer()
    whole = taken(replay(logs_of(name), policy=policy, scorer=scorer), policy, scorer.name)
    return whole + _resumed_otherwise(whole, policy) if name == "given" else whole


def resumed(policy: Policy | None = None) -> Outcome:
    """What becomes of the halved partition's second half on the recorded changelog."""
    _, second = halves(logs_of("given")[HALVED])
    return replay({HALVED: second}, policy=policy, changelog={HALVED: changelog()})


def _resumed_otherwise(whole: Lines, policy: Policy) -> Lines:
    """A line for each result that is another one if the second half is folded on the recorded changelog."""
    parts = [line for line in whole if line.split("\t", 2)[1] == str(HALVED)]
    first_offset = halves(logs_of("given")[HALVED])[1][0].offset
    expected = {line for line in parts if _is_of(line, first_offset)}
    found = {line for line in taken(resumed(policy), policy, NoScorer.name) if not line.startswith("head\t")}
    new, missing = sorted(found - set(parts)), sorted(expected - found)
    return [f"resumed\tnew\t{line}" for line in new] + [f"resumed\tmissing\t{line}" for line in missing]


def _is_of(line: str, first_offset: int) -> bool:
    """Whether a result is bound to come of the records from an offset on."""
    match line.split("\t"):
        case ["alert", _, alert]:
            return bool(json.loads(alert)["trigger"]["offset"] >= first_offset)
        case ["dead", _, offset, *_]:
            return int(offset) >= first_offset
        case [sort, *_]:
            return sort != "profile"  # those of customers who came no more are not published again
    raise ValueError(line)
