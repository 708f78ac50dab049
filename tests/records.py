"""Records for the tests of the decoder: one valid touchpoint, and what a record made from it decodes to."""

import json
from collections.abc import Sequence
from typing import Any, Final

from models.envelope import decode
from models.touchpoint import Rejected, Touchpoint

NOW_MS: Final = 1_790_000_000_000
"""Send time of every record: 2026-09-21T14:13:20Z."""
KEY: Final = "cust-0012345"
VALID: Final[dict[str, Any]] = {
    "id": "9f1c2b3e-00004d2",
    "time": NOW_MS - 1000,
    "customer_id": KEY,
    "channel": "email",
    "kind": "message",
}

Json = dict[str, Any]
Headers = Sequence[tuple[str, bytes | None]]


def read(
    value: Json | bytes | None,
    *,
    key: str | bytes | None = KEY,
    headers: Headers = (),
    timestamp_ms: int = NOW_MS,
    **limits: Any,
) -> Touchpoint | Rejected:
    """What a record with that value decodes to."""
    raw = json.dumps(value).encode() if isinstance(value, dict) else value
    return decode(key.encode() if isinstance(key, str) else key, raw, headers, timestamp_ms, **limits)


def touchpoint(value: Json | bytes | None, **record: Any) -> Touchpoint:
    """The same, of a record that must be accepted."""
    told = read(value, **record)
    assert isinstance(told, Touchpoint), told
    return told


def valid(**changes: Any) -> Json:
    """The valid touchpoint with other fields; a field set to `...` is left out."""
    return {name: told for name, told in {**VALID, **changes}.items() if told is not ...}
