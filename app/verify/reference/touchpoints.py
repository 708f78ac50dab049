"""First stop of the reference: the record as it stands in the log becomes a plain dict, or is refused.

`replay` calls `read`; `facts`, `windows` and `stage` ask the predicates below about the dicts it returns.
Only plain JSON touchpoints are read here; CloudEvents envelopes have tests of their own.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
Touch: TypeAlias = dict[str, Any]

CHANNELS = "email phone chat sms social web app in_store survey order iot review mail other"
KINDS = (
    "message call visit page_view help_view search complaint review idea agent_note survey_offered survey_answered "
    "survey_declined case_opened case_updated case_transferred case_resolved case_reopened case_closed order_placed "
    "order_delivered order_cancelled order_refunded payment_failed subscription_started subscription_paused "
    "subscription_cancelled usage_reported device_error outbound_sent identified merged unmerged consent_changed "
    "preference_set incident_started incident_resolved alert_acknowledged alert_snoozed alert_judged"
)
CONTACT_KINDS = ["message", "call", "visit", "complaint", "case_opened"]
MONEY_TROUBLE_KINDS = ["payment_failed", "order_cancelled", "order_refunded", "subscription_cancelled"]
DEFAULT_SCALE = {"csat": (1, 5), "nps": (0, 10), "ces": (None, None), "rating": (None, None)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIVE_MINUTES_MS = 5 * 60 * 1000


def instant_ms(value: Any) -> int | None:
    """Epoch ms of whole milliseconds or RFC 3339 text (fractions cut), or None when it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        since_epoch_ms = (moment - EPOCH) // timedelta(milliseconds=1)
        return since_epoch_ms if since_epoch_ms >= 0 else None
    return int(value) if value >= 10**11 else None


def answer_millionths(score: dict[str, Any]) -> int | None:
    """Where the answer stands between the worst (0) and the best (1,000,000) of its scale; None if it is no answer."""
    low, high = DEFAULT_SCALE[score["metric"]]
    low = score["min"] if score.get("min") is not None else low
    high = score["max"] if score.get("max") is not None else high
    value = score["value"]
    if low is None or high is None or low >= high or not low <= value <= high:
        return None
    if score["metric"] == "nps" and (low, high, value % 1) != (0, 10, 0):
        return None
    x: int = round((value - low) / (high - low) * 1_000_000)
    return 1_000_000 - x if score.get("direction", "up") == "down" else x


def parse(record: Record) -> dict[str, Any] | None:
    """The JSON object of a record whose key and required fields are in order, else None."""
    try:
        key = record["key"].decode()
        data = json.loads(record["value"])
    except (AttributeError, TypeError, ValueError):
        return None
    if not isinstance(data, dict) or not 1 <= len(key) <= 256 or data.setdefault("customer_id", key) != key:
        return None
    text_fields = [data.get("id"), data.get("channel"), data.get("kind")]
    if not all(isinstance(field, str) and field != "" for field in text_fields):
        return None
    if len(data["id"]) > 128 or not (data["kind"] in KINDS.split() or "." in data["kind"]):
        return None
    return data


def read(record: Record) -> Touch | None:
    """The touchpoint of a record with every default filled in, or None when the record must be rejected."""
    data = parse(record)
    if data is None:
        return None
    at_ms = instant_ms(data.get("time"))
    if at_ms is None or at_ms > record["timestamp_ms"] + FIVE_MINUTES_MS:
        return None
    score = data.get("score")
    x = None
    if score is not None:
        if not isinstance(score, dict) or score.get("metric") not in DEFAULT_SCALE:
            return None
        if isinstance(score.get("value"), bool) or not isinstance(score.get("value"), int | float):
            return None
        x = answer_millionths(score)
        if x is None:
            return None
    sentiment = data.get("sentiment")
    if sentiment is not None and (not isinstance(sentiment, int | float) or not -1 <= sentiment <= 1):
        return None
    touch = {name: data.get(name) for name in ("text", "language", "sentiment", "ids", "preference", "consent")}
    touch |= {name: data.get(name) or None for name in ("case_id", "issue", "product")}
    touch |= {name: record[name] for name in ("topic", "partition", "offset")}
    touch |= {name: data[name] for name in ("id", "customer_id", "kind")}
    touch["at_ms"] = at_ms
    touch["source"] = data.get("source", "")
    touch["channel"] = data["channel"] if data["channel"] in CHANNELS.split() else "other"
    touch["direction"] = data.get("direction", "inbound")
    touch["actor"] = data.get("actor", "customer")
    touch["metric"] = score["metric"] if score else None
    touch["x"] = x
    touch["wait_s"] = data.get("wait_s")
    touch["duration_s"] = data.get("duration_s")
    started = (data.get("subscription") or {}).get("started_at")
    touch["subscription_started_ms"] = None if started is None else instant_ms(started)
    touch["feeling"] = None
    touch["signals"] = ()
    return touch | order_told(data.get("order") or {})


def order_told(order: dict[str, Any]) -> Touch:
    """What a touchpoint says of an order; nothing said is None."""
    promised = order.get("promised_at")
    return {
        "order_id": order.get("id") or None,
        "order_value": order.get("value"),
        "order_currency": order.get("currency") or None,
        "promised_ms": None if promised is None else instant_ms(promised),
    }


def order_key(touch: Touch) -> tuple[int, str, str]:
    """What `newest`, `oldest` and `later` mean: time, then source, then id by code point."""
    return touch["at_ms"], touch["source"], touch["id"]


def place(touch: Touch) -> tuple[str, int, int]:
    """Which record it was."""
    return touch["topic"], touch["partition"], touch["offset"]


def reference(touch: Touch) -> dict[str, Any]:
    """How the public JSON points to a touchpoint."""
    return {name: touch[name] for name in ("topic", "partition", "offset", "id")} | {"at": rfc3339(touch["at_ms"])}


def rfc3339(at_ms: int | None) -> str | None:
    """RFC 3339 UTC with milliseconds."""
    if at_ms is None:
        return None
    moment = EPOCH + timedelta(milliseconds=at_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"


def from_customer(touch: Touch) -> bool:
    """The customer came to the company."""
    return bool(touch["direction"] == "inbound" and touch["actor"] == "customer")


def is_contact(touch: Touch) -> bool:
    """The customer wanted something of the company."""
    return from_customer(touch) and touch["kind"] in CONTACT_KINDS


def is_answer(touch: Touch) -> bool:
    """The customer answered on a scale."""
    asked = touch["kind"] in ("survey_offered", "survey_declined")
    return from_customer(touch) and touch["x"] is not None and not asked


def is_satisfied(touch: Touch) -> bool:
    """An answer from the good quarter of its scale; for NPS a promoter."""
    return is_answer(touch) and touch["x"] >= (900_000 if touch["metric"] == "nps" else 750_000)


def is_dissatisfied(touch: Touch) -> bool:
    """An answer from the bad quarter of its scale; for NPS a detractor."""
    return is_answer(touch) and touch["x"] <= (600_000 if touch["metric"] == "nps" else 250_000)


def is_complaint(touch: Touch) -> bool:
    """The customer complained."""
    return from_customer(touch) and touch["kind"] == "complaint"


def is_negative(touch: Touch) -> bool:
    """The customer had a bad time of it."""
    if touch["kind"] == "case_reopened" or is_complaint(touch) or is_dissatisfied(touch):
        return True
    unhappy = touch["feeling"] is not None and touch["feeling"] <= -400
    return from_customer(touch) and unhappy and not is_satisfied(touch)


def is_long_wait(touch: Touch) -> bool:
    """Ten minutes in a queue, or a call given up in it."""
    wait_s = touch["wait_s"]
    if wait_s is None:
        return False
    abandoned = touch["kind"] == "call" and wait_s > 0 and touch["duration_s"] == 0
    return bool(wait_s >= 600 or abandoned)


def is_money_trouble(touch: Touch) -> bool:
    """Something about money went wrong."""
    return touch["kind"] in MONEY_TROUBLE_KINDS


def is_about_others(touch: Touch) -> bool:
    """The customer's words name somebody else, or are unkind about the price."""
    unkind = touch["feeling"] is not None and touch["feeling"] < 0
    return "competitor" in touch["signals"] or (unkind and "price" in touch["signals"])


def signals(touch: Touch, read_text: Any) -> Any:
    """What the words of the customer told, `read_text(text)`; nothing where the producer scored the text itself."""
    if not from_customer(touch) or touch["kind"] == "agent_note" or touch["sentiment"] is not None:
        return ()
    return () if touch["text"] is None else read_text(touch["text"])


def feeling(touch: Touch, score_text: Any) -> int | None:
    """Sentiment in thousandths of what the customer said: the producer's own, else `score_text(text)`, else None."""
    if not from_customer(touch) or touch["kind"] == "agent_note":
        return None
    if touch["sentiment"] is not None:
        given: int = round(touch["sentiment"] * 1000)
        return given
    said: int | None = None if touch["text"] is None else score_text(touch["text"])
    return said
