"""How the recorded topic was made, once, of simulated customers: `python -m tests.contract.golden_topic.make_topic`.

It refuses to write over a file that is there. What it would make today may differ, as the simulation may: the records
on disk are what counts.

100,000 records in which the producer gives every feeling, so that no lexicon has a say; and 5,000 with texts, which
our scorer reads. A tenth of the touchpoints are CloudEvents, binary or structured; some records are sent twice, come
late or are no touchpoints at all. Now and then an offset is skipped, as transactions leave it.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from app.dev.simulate.faults import spoiled_stream
from app.dev.simulate.record import Record
from app.partitioner import partition_of
from models.sentiment import built_in
from tests.contract.golden_topic.recorded import CHANGELOG, TOPICS, half_way, save_changelog, topic_file
from tests.contract.golden_topic.records import FOLDER, PARTITIONS, Recorded, write

SEED: Final = 2026
GIVEN: Final = 100_000
TEXTS: Final = 5_000
END_MS: Final = 1_793_000_000_000
"""2026-10-26."""
_CLOUD_EVENTS: Final = 0.1
_SKIPPED_OFFSETS: Final = 0.002
_KEPT_TEXTS: Final = 0.02
"""Of the texts beside a given feeling: the producer's word wins over what could be read in them."""


def given(records: list[Record]) -> Iterator[Recorded]:
    """The same touchpoints with the feeling in place of the text."""
    scorer, rng = built_in(), Random(f"golden {SEED}")
    told: dict[bytes, bytes] = {}  # a retry repeats its record to the byte

    def feel(value: bytes) -> bytes:
        if value not in told:
            touchpoint = json.loads(value)
            (scored,) = scorer.score_many([touchpoint["text"]], [touchpoint.get("language")])
            if scored.hits:
                touchpoint["sentiment"] = round(scored.score_milli / 1000, 2)
            if not scored.hits or rng.random() >= _KEPT_TEXTS:
                del touchpoint["text"]
                touchpoint.pop("language", None)
            told[value] = json.dumps(touchpoint, ensure_ascii=False, separators=(",", ":")).encode()
        return told[value]

    for record in sent(records, rng):
        value = record.value
        has_text = value is not None and not record.headers and _has_text(value)
        yield record._replace(value=feel(value)) if has_text and value is not None else record


def _has_text(value: bytes) -> bool:
    try:
        told = json.loads(value)
    except ValueError:
        return False
    return isinstance(told, dict) and "text" in told


def sent(records: list[Record], rng: Random) -> Iterator[Recorded]:
    """The records on their partitions, with the times at which they were sent."""
    now_ms, offsets = 0, [rng.randrange(1000) for _ in range(PARTITIONS)]
    wrapped: dict[str, tuple[bytes, list[tuple[str, bytes]]]] = {}
    for record in records:
        now_ms = max(now_ms, record.at_ms) + rng.randrange(2000)
        partition = partition_of(record.key, PARTITIONS) if record.key is not None else rng.randrange(PARTITIONS)
        value, headers = record.value, list(record.headers)
        if record.role != "bad" and value is not None and b'"text"' not in value:
            identity = f"{record.customer_id} {record.identity}"
            if identity not in wrapped:
                wrapped[identity] = _cloud_event(value, rng) if rng.random() < _CLOUD_EVENTS else (value, headers)
            value, headers = wrapped[identity]
        yield Recorded(partition, offsets[partition], now_ms, record.key, value, headers)
        offsets[partition] += 2 if rng.random() < _SKIPPED_OFFSETS else 1


def _cloud_event(value: bytes, rng: Random) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The touchpoint as a CloudEvent, attributes in headers or around the data."""
    data: dict[str, Any] = json.loads(value)
    at = data.pop("time")
    attributes = {
        "specversion": "1.0", "id": data.pop("id"), "source": data.pop("source"),
        "type": f"com.example.touchpoint.{data.pop('kind')}",
        "time": at if isinstance(at, str) else datetime.fromtimestamp(at / 1000, UTC).isoformat(),
    }  # fmt: skip
    if rng.random() < 0.5:
        body = json.dumps(data, separators=(",", ":")).encode()
        return body, [(f"ce_{name}", told.encode()) for name, told in attributes.items()]
    event = {**attributes, "data": data}
    headers = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    return json.dumps(event, separators=(",", ":")).encode(), headers


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for path in (*map(topic_file, TOPICS), CHANGELOG):
        if path.exists():
            sys.exit(f"{path.name} is recorded already, and never again")
    write(topic_file("given"), given(spoiled_stream(SEED, GIVEN, END_MS)))
    write(topic_file("texts"), sent(spoiled_stream(SEED + 1, TEXTS, END_MS), Random(f"texts {SEED}")))
    save_changelog(half_way())


if __name__ == "__main__":
    main()
