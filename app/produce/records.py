"""From a line to a Kafka record: key = customer id, value = touchpoint JSON; or a bad line with its reason.

A line is bad when the worker would reject it: it is named by its number and never sent. `app.produce.send`,
`kanarya produce --dry-run` and the demo read `records`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec
import orjson
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from app.produce.cells import nested, typed
from app.produce.lines import Broken, Content
from app.produce.mapping import Mapper, MisfitError
from models.envelope import decode
from models.touchpoint import Rejected


class Record(NamedTuple):
    """A record to send."""

    line: int
    key: bytes
    value: bytes


class BadLine(NamedTuple):
    """A line that is no touchpoint; reason and detail are those of a dead letter, and hold no value of the line."""

    line: int
    reason: str
    detail: str
    raw: bytes = b""
    """The line as it came, with its end, where it is to be kept (`--bad`): it holds values, and is never told."""


class _Data(msgspec.Struct):
    customer_id: str | None = None


class _Keyed(msgspec.Struct):
    """Where the customer id stands: in the object, or in the `data` of a structured CloudEvent."""

    customer_id: str | None = None
    specversion: Any = None
    data: _Data | None = None


_keyed: Final = msgspec.json.Decoder(_Keyed).decode


def records(
    lines: Iterable[tuple[int, Content]],
    mapper: Mapper | None,
    now_ms: Callable[[], int],
    request_bytes: int | None = None,
) -> Iterator[Record | BadLine]:
    """One record or bad line for each numbered line, in order.

    Args:
        mapper: None for lines that are touchpoints already, and for rows whose columns are called as its fields are.
        now_ms: what the record's timestamp will be.
        request_bytes: the largest request; a record that does not fit in one is bad.
    """
    for number, line in lines:
        value = line if isinstance(line, bytes) and mapper is None else _made(line, mapper)
        if isinstance(value, Broken | Rejected):
            yield BadLine(number, value.reason, value.detail)
            continue
        key = _customer_id(value)
        touchpoint = decode(key or b"-", value, (), now_ms())
        if isinstance(touchpoint, Rejected):
            yield BadLine(number, touchpoint.reason, touchpoint.detail)
        elif key is None:
            yield BadLine(number, "missing_field", "customer_id: required")
        elif request_bytes is not None and _size_bytes(key, value) > request_bytes:
            yield BadLine(number, "too_large", f"value: more than KANARYA_REQUEST_BYTES={request_bytes}")
        else:
            yield Record(number, key, value)


def _made(line: Content, mapper: Mapper | None) -> bytes | Rejected | Broken:
    """The touchpoint's JSON out of a foreign record, or out of a row."""
    if isinstance(line, Broken):
        return line
    try:
        if isinstance(line, bytes):
            assert mapper is not None
            return orjson.dumps(mapper.touchpoint(orjson.loads(line)))
        return orjson.dumps(nested(line) if mapper is None else typed(mapper.touchpoint(line)))
    except orjson.JSONDecodeError:
        return Rejected("not_json", "value: is not JSON")
    except MisfitError as misfit:
        return Rejected("wrong_type", str(misfit))
    except orjson.JSONEncodeError:
        return Rejected("out_of_range", "value: a number too large for JSON")


def _size_bytes(key: bytes, value: bytes) -> int:
    """What aiokafka compares with the largest request."""
    return int(DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, []))


def _customer_id(value: bytes) -> bytes | None:
    """The customer id of a touchpoint; None where `decode` has to say what is wrong."""
    try:
        keyed = _keyed(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    data = keyed.data if keyed.specversion is not None else None
    customer_id = (data and data.customer_id) or keyed.customer_id
    return customer_id.encode() if customer_id else None
