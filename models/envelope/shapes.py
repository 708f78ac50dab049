"""Which of three envelopes a record is in: plain JSON, a binary CloudEvent, a structured CloudEvent.

`agents.fold` calls `decode` for each record. The plain path is one parse straight into the `Touchpoint` and
the rules of `models.envelope.checks`; whatever is not plain goes to `models.envelope.cloud_events`.
"""

from collections.abc import Sequence
from typing import Final

from models.envelope import cloud_events
from models.envelope.checks import settle_contents, settle_names, settle_time
from models.envelope.plain import read_touchpoint
from models.rejection import NULL_VALUE
from models.touchpoint import Rejected, Touchpoint

FUTURE_MS: Final = 300_000
"""How far a touchpoint may be ahead of its record: clocks differ, but not by more than minutes."""


def decode(
    key: bytes | None,
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]],
    timestamp_ms: int,
    *,
    future_ms: int = FUTURE_MS,
    max_age_ms: int | None = None,
) -> Touchpoint | Rejected:
    """What a record says, or why it says nothing. Never raises, whatever the bytes.

    Args:
        timestamp_ms: of the record, its send time in epoch ms; negative if it has none.
        future_ms: `time` later than that by more is `future_time`.
        max_age_ms: `time` earlier than that by more is `past_retention`; None takes any age.

    Returns:
        A `Touchpoint` with `customer_id`, `kind`, `at_ms`, `channel_code`, `answer_millionths`, `started_ms`
        set and every default in place of a null, or a `Rejected`.
    """
    about = cloud_events.headers_of(headers) if headers else None
    if about is not None:
        touchpoint = cloud_events.from_headers(about, value, timestamp_ms)
    elif value is None:
        return NULL_VALUE
    else:
        touchpoint = read_touchpoint(value)
        if (
            cloud_events.is_structured(value)
            if isinstance(touchpoint, Rejected)
            else touchpoint.specversion is not None
        ):
            touchpoint = cloud_events.from_json(value, timestamp_ms)
    if isinstance(touchpoint, Rejected):
        return touchpoint
    wrong = (
        settle_names(touchpoint, key)
        or settle_time(touchpoint, timestamp_ms, future_ms, max_age_ms)
        or settle_contents(touchpoint)
    )
    return wrong or touchpoint
