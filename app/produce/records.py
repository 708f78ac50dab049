"""From a line to a Kafka record: key = customer id, value = touchpoint JSON; or a bad line with its reason.

A line is bad when the worker would reject it: it is named by its number and never sent. `app.produce.send` and the
demo read `records`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec
import orjson

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


class _Data(msgspec.Struct):
    customer_id: str | None = None


class _Keyed(msgspec.Struct):
    """Where the customer id stands: in the object, or in the `data` of a structured CloudEvent."""

    customer_id: str | None = None
    specversion: Any = None
    data: _Data | None = None


_keyed: Final = msgspec.json.Decoder(_Keyed).decode


def records(
    lines: Iterable[tuple[int, bytes]], mapper: Mapper | None, now_ms: Callable[[], int]
) -> Iterator[Record | BadLine]:
    """Turn numbered lines into records, in order; `mapper` is None for lines that are touchpoints already."""
    for number, line in lines:
        value = line if mapper is None else _mapped(line, mapper)
        if isinstance(value, Rejected):
            yield BadLine(number, value.reason, value.detail)
            continue
        key = _customer_id(value)
        touchpoint = decode(key or b"-", value, (), now_ms())
        if isinstance(touchpoint, Rejected):
            yield BadLine(number, touchpoint.reason, touchpoint.detail)
        elif key is None:
            yield BadLine(number, "missing_field", "customer_id: required")
        else:
            yield Record(number, key, value)


def _mapped(line: bytes, mapper: Mapper) -> bytes | Rejected:
    try:
        return orjson.dumps(mapper.touchpoint(orjson.loads(line)))
    except orjson.JSONDecodeError:
        return Rejected("not_json", "value: is not JSON")
    except MisfitError as misfit:
        return Rejected("wrong_type", str(misfit))
    except orjson.JSONEncodeError:
        return Rejected("out_of_range", "value: a number too large for JSON")


def _customer_id(value: bytes) -> bytes | None:
    """The customer id of a touchpoint; None where `decode` has to say what is wrong."""
    try:
        keyed = _keyed(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    data = keyed.data if keyed.specversion is not None else None
    customer_id = (data and data.customer_id) or keyed.customer_id
    return customer_id.encode() if customer_id else None
