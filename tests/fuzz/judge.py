"""What a verdict of the decoder must hold to, held against Python's own json: the fuzzer and its test ask here."""

import json
from typing import Any, Final, NamedTuple, get_args

from models.envelope.instants import LATEST_MS
from models.touchpoint import Reason, Rejected, Touchpoint
from tests.records import KEY, NOW_MS

TOO_DEEP: Final = 200
_BOM: Final = b"\xef\xbb\xbf"
_HEADERS: Final = ("ce_id", "ce_source", "ce_type", "ce_time", "content-type", "ce_specversion")
_OF_THE_SYNTAX: Final = frozenset(("not_json", "not_utf8", "too_deep"))
OWN_KEY, OWN_HEADER, BINARY = 1, 2, 4
"""What the first byte of fuzzed bytes says of the record."""


class Record(NamedTuple):
    """A Kafka record."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes | None]]
    offset: int = 7
    timestamp: int = NOW_MS
    timestamp_type: int = 0


def record_of(data: bytes) -> Record:
    """A mode; a key and a header with their lengths, where it says so; the rest is the value."""
    mode, rest, key = data[0] if data else 0, data[1:], KEY.encode()
    headers: list[tuple[str, bytes | None]] = [("ce_specversion", b"1.0")] if mode & BINARY else []
    if mode & OWN_KEY and rest:
        key, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    if mode & OWN_HEADER and rest:
        name, told, rest = _HEADERS[rest[0] % len(_HEADERS)], rest[1:9].rstrip(b"\0"), rest[9:]
        headers.append((name, told))
    return Record(key, rest, headers)


def judge(record: Record, told: Touchpoint | Rejected, again: Touchpoint | Rejected) -> None:
    """Raises `AssertionError` for a verdict that is wrong."""
    assert told == again, "judged otherwise the second time"
    if isinstance(told, Rejected):
        assert told.reason in get_args(Reason)
        assert 0 < len(told.detail) < 300
        assert told.detail.isprintable()
    else:
        _whole(record, told)
    fault = syntax_fault(record.value)
    if isinstance(told, Touchpoint):
        assert fault is None, f"accepted although {fault}"
    elif told.reason in _OF_THE_SYNTAX and told.detail.startswith("value:"):
        assert fault is not None, f"{told} of what Python's json reads"
    elif not (told.reason == "null_value" or told.detail.startswith("header ") or "content-type" in told.detail):
        assert fault is None, f"{told} although {fault}"


def _whole(record: Record, told: Touchpoint) -> None:
    assert 0 < len(told.id) <= 128
    assert told.customer_id == record.key.decode()
    assert 0 < len(told.customer_id) <= 256
    assert 0 <= told.at_ms <= min(LATEST_MS, NOW_MS + 300_000)
    assert -1 <= told.answer_millionths <= 1_000_000
    assert 0 <= told.started_ms <= LATEST_MS
    assert "\0" not in told.id + told.source + told.customer_id
    json.dumps(told.text, ensure_ascii=False).encode()


def syntax_fault(raw: bytes) -> str | None:
    """Why the bytes are no JSON that can be held as text, by Python's json; None if they are."""
    try:
        told = json.loads(
            raw.removeprefix(_BOM).decode(), parse_constant=_refuse, parse_int=str, object_pairs_hook=_flat
        )
        _text(told, 0)
    except UnicodeError:
        return "not UTF-8, or half a surrogate pair"
    except RecursionError:
        return "too deep"
    except ValueError:
        return "not JSON"
    return None


def _text(told: Any, depth: int) -> None:
    """Every string can be written as UTF-8. Raises `UnicodeEncodeError`, `RecursionError`."""
    if isinstance(told, str):
        told.encode()
    elif isinstance(told, list):
        if depth >= TOO_DEEP:
            raise RecursionError
        for each in told:
            _text(each, depth + 1)


def _flat(pairs: list[tuple[str, Any]]) -> list[Any]:
    """An object's names and values, also of a name that comes again, which a dict would not hold."""
    return [each for pair in pairs for each in pair]


def _refuse(constant: str) -> None:
    raise ValueError(constant)
