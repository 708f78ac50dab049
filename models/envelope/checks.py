"""The rules that every touchpoint obeys, whatever envelope it came in.

`models.envelope.shapes` calls these three in order on what it parsed. Each fills its part of the touchpoint
in place (defaults for nulls, the arrival fields) and returns the first rule broken, or None.
"""

from typing import Any

from models.envelope.answers import NO_VALUE, answer_millionths
from models.envelope.instants import LATEST_MS, SHORTEST_MS, epoch_ms
from models.rejection import missing_field, not_utf8, out_of_range, too_large
from models.touchpoint import CHANNEL_CODE, KIND_CODE, OTHER, Rejected, Touchpoint


def settle_names(touchpoint: Touchpoint, key: bytes | None) -> Rejected | None:
    """What it is, by whom it is told, and whose it is: the customer of the record's key."""
    sent: Any = touchpoint  # by its type it holds no nulls: here is where that becomes true
    if not sent.id:
        return missing_field("id")
    if not sent.channel:
        return missing_field("channel")
    kind = sent.kind
    if kind not in KIND_CODE:
        if not kind:
            return missing_field("kind")
        if "." not in kind:
            return Rejected("unknown_value", "kind: expected one of the contract, or a name with a dot in it")
    if not key:
        return missing_field("record key")
    try:
        customer_id = key.decode()
    except UnicodeDecodeError:
        return not_utf8("record key", key)
    if sent.customer_id != customer_id:
        if sent.customer_id:
            return Rejected("key_mismatch", "customer_id: differs from the record key")
        if len(customer_id) > 256:
            return too_large("record key", "256 characters")
        touchpoint.customer_id = customer_id
    if sent.source is None:
        touchpoint.source = ""
    if "\0" in touchpoint.id or "\0" in touchpoint.source or "\0" in customer_id:
        return _holds_nul(touchpoint)
    if sent.direction is None:
        touchpoint.direction = "inbound"
    if sent.actor is None:
        touchpoint.actor = "customer"
    return None


def settle_time(touchpoint: Touchpoint, timestamp_ms: int, future_ms: int, max_age_ms: int | None) -> Rejected | None:
    """When it happened, and whether that is believable of a record sent at `timestamp_ms` (negative: unknown).

    Args:
        future_ms: how far `time` may be ahead of that.
        max_age_ms: how far it may be behind; None for any age.
    """
    time = touchpoint.time
    if time is None:
        return missing_field("time")
    if type(time) is int and SHORTEST_MS <= time <= LATEST_MS:
        at_ms = time
    else:
        told = epoch_ms(time, "time")
        if isinstance(told, Rejected):
            return told
        at_ms = told
    touchpoint.at_ms = at_ms
    if timestamp_ms < 0:
        return None
    if at_ms > timestamp_ms + future_ms:
        return Rejected("future_time", f"time: more than {future_ms / 1000:g} s after the record's timestamp")
    if max_age_ms is not None and at_ms < timestamp_ms - max_age_ms:
        return Rejected("past_retention", f"time: more than {max_age_ms / 1000:g} s before the record's timestamp")
    return None


def settle_contents(touchpoint: Touchpoint) -> Rejected | None:
    """The answer on its scale, and the instants inside."""
    touchpoint.channel_code = CHANNEL_CODE.get(touchpoint.channel, OTHER)
    touchpoint.answer_millionths = NO_VALUE
    touchpoint.started_ms = 0
    touchpoint.feeling_milli = None
    touchpoint.signal_roles = 0
    touchpoint.topic = 0
    touchpoint.offset = -1
    if touchpoint.score is not None:
        answer = answer_millionths(touchpoint.score, touchpoint.kind)
        if isinstance(answer, Rejected):
            return answer
        touchpoint.answer_millionths = answer
    if touchpoint.ids is not None:
        ids: Any = touchpoint.ids  # as in `settle_names`
        touchpoint.ids = {name: told for name, told in ids.items() if told is not None}
    if touchpoint.subscription is not None or touchpoint.order is not None or touchpoint.alert is not None:
        return _settle_instants(touchpoint)
    return None


def _holds_nul(touchpoint: Touchpoint) -> Rejected:
    """A NUL would let two different (source, id) look the same to the duplicates' guard, and many stores refuse it."""
    names = {"id": touchpoint.id, "source": touchpoint.source, "customer_id": touchpoint.customer_id}
    return out_of_range(next(name for name, told in names.items() if "\0" in told), "holds a NUL character")


def _settle_instants(touchpoint: Touchpoint) -> Rejected | None:
    """Judge every instant but `time`, and keep the start of the subscription."""
    subscription, order, alert = touchpoint.subscription, touchpoint.order, touchpoint.alert
    for place, instant in (
        ("subscription.started_at", subscription.started_at if subscription else None),
        ("order.promised_at", order.promised_at if order else None),
        ("alert.due_at", alert.due_at if alert else None),
        ("alert.until", alert.until if alert else None),
    ):
        if instant is not None:
            told = epoch_ms(instant, place)
            if isinstance(told, Rejected):
                return told
            if place == "subscription.started_at":
                touchpoint.started_ms = told
    return None
