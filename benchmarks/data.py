"""The touchpoints of the benchmark: seeded, 341 bytes of JSON on average, any part of the stream made alone.

`tz` draws customers by zipf(1.1) from 200,000; in `tu` no customer repeats within a million events. Half of the
touchpoints carry a text of 10-15 words, whose mix has 18 % from the shipped lexicon; a tenth answers a survey. `feed`
puts them on a topic, `latency` goes on where that stopped, `stages` takes the first ones.
"""

import random
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, Final, Literal

import numpy as np

DataSet = Literal["tz", "tu"]
DATA_SETS: Final[tuple[DataSet, ...]] = ("tz", "tu")

CUSTOMERS: Final = {"tz": 200_000, "tu": 1_000_000}
FIRST_MS: Final = 1_767_225_600_000
"""2026-01-01T00:00:00Z; fixed, so that the bytes depend on the seed alone and lie before any run."""
SPAN_MS: Final = 10 * 86_400_000
"""Event time from the first touchpoint of a topic to its last."""
_DISORDER_MS: Final = 30_000
_CHUNK: Final = 50_000
_TEXTS: Final = 50_000
_CHANNELS: Final = ("email", "phone", "chat", "sms", "social", "web", "in_store", "app")
_AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac)",
    "okhttp/4.12.0 TLS",
)
_NEUTRAL: Final = (
    "the", "my", "order", "about", "with", "account", "this", "that", "is", "was", "it", "on", "to", "for", "and",
    "from", "your", "package", "delivery", "login", "invoice", "number", "agent", "team", "system", "item",
    "store", "website", "app", "phone", "chat", "today", "yesterday", "week", "month", "please", "can", "you",
    "tell", "me", "when", "where", "what", "i", "we", "they", "has", "have", "had", "will", "be", "been", "need",
    "want", "call", "called", "sent", "received", "update", "address", "payment", "card", "subscription", "plan",
    "customer", "service", "support", "reply", "email", "message", "time", "day",
)  # fmt: skip
_MODIFIERS: Final = ("very", "really", "extremely", "so", "slightly", "not", "never", "don't", "isn't", "but")
_TEMPLATE: Final = (
    '{"id":"9f1c2b3e-%07x","time":%d,"customer_id":"%s","channel":"%s","kind":"%s","text":%s,"score":%s,'
    '"language":"en","source":"crm-eu-%d","attributes":{"session_id":"s%08x","queue":"q%d",'
    '"page":"/account/%s/%d","ua":"%s"}}'
)


def records(
    data_set: DataSet, seed: int, total: int, first: int = 0, count: int | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of touchpoints `first`, `first + 1`, … of a stream; `count` of them, by default up to `total`.

    Args:
        total: touchpoints to `SPAN_MS` of event time; a stream may be read beyond it.
    """
    texts = _texts(seed)
    until = total if count is None else first + count
    for number in range(first // _CHUNK, -(-until // _CHUNK)):
        begin = number * _CHUNK
        yield from islice(_chunk(data_set, seed, total, begin, texts), max(0, first - begin), until - begin)


def index_of(touchpoint_id: str) -> int:
    """The place in the stream of the touchpoint with this id."""
    return int(touchpoint_id.rpartition("-")[2], 16)


def _chunk(data_set: DataSet, seed: int, total: int, begin: int, texts: list[str]) -> Iterator[tuple[bytes, bytes]]:
    rng = np.random.default_rng([seed, DATA_SETS.index(data_set), begin])
    customers = _customers(data_set, seed, begin, rng).tolist()
    channels = rng.integers(0, len(_CHANNELS), _CHUNK).tolist()
    kinds = rng.random(_CHUNK).tolist()
    said = rng.integers(0, len(texts), _CHUNK).tolist()
    answers = rng.integers(1, 6, _CHUNK).tolist()
    disorder = rng.integers(-_DISORDER_MS, _DISORDER_MS + 1, _CHUNK).tolist()
    sessions = rng.integers(0, 1 << 32, _CHUNK, dtype=np.int64).tolist()
    step_ms = SPAN_MS / total
    for place in range(_CHUNK):
        share, session, channel = kinds[place], sessions[place], _CHANNELS[channels[place]]
        text, score = "null", "null"
        if share < 0.5:
            kind, text = "message", texts[said[place]]
        elif share < 0.6:
            kind, score = "survey_answered", f'{{"metric":"csat","value":{answers[place]}}}'
        elif share < 0.9:
            kind = "page_view"
        else:
            kind = "order_placed" if share < 0.97 else "order_refunded"
        number = begin + place
        at_ms = FIRST_MS + _DISORDER_MS + int(number * step_ms) + disorder[place]
        customer = f"cust-{customers[place]:07d}"
        value = _TEMPLATE % (
            number, at_ms, customer, channel, kind, text, score, session % 3, session, session % 40, channel,
            session % 9973, _AGENTS[session % 3],
        )  # fmt: skip
        yield customer.encode(), value.encode()


def _customers(data_set: DataSet, seed: int, begin: int, rng: np.random.Generator) -> Any:
    """Customer numbers of one chunk."""
    names = _shuffled(data_set, seed)
    if data_set == "tu":
        return names[np.arange(begin, begin + _CHUNK) % len(names)]
    return names[np.searchsorted(_zipf(len(names)), rng.random(_CHUNK)).clip(0, len(names) - 1)]


@cache
def _shuffled(data_set: DataSet, seed: int) -> Any:
    return np.random.default_rng([seed, DATA_SETS.index(data_set)]).permutation(CUSTOMERS[data_set])


@cache
def _zipf(size: int) -> Any:
    weights = 1 / np.arange(1, size + 1) ** 1.1
    return np.cumsum(weights) / weights.sum()


@cache
def _texts(seed: int) -> list[str]:
    """Texts as JSON strings: 70 % neutral words, 18 % of the lexicon, 12 % boosters and negators."""
    draw = random.Random(seed)
    lexicon = _lexicon()
    texts = []
    for _ in range(_TEXTS):
        words = [
            draw.choice(_NEUTRAL) if share < 0.70 else draw.choice(lexicon) if share < 0.88 else draw.choice(_MODIFIERS)
            for share in [draw.random() for _ in range(draw.randint(10, 15))]
        ]
        text = " ".join(words).capitalize() + draw.choice([".", "!", "", "?", "!!"])
        texts.append('"' + (text.replace(" ", ", ", 1) if draw.random() < 0.2 else text) + '"')
    return texts


def _lexicon() -> list[str]:
    """Plain words of the shipped lexicon."""
    lines = (files("models.sentiment") / "data" / "vader.tsv").read_text(encoding="utf-8").splitlines()
    words = [line.split("\t")[0] for line in lines]
    return [word for word in words if word.isalpha() and word.isascii() and len(word) > 2]
