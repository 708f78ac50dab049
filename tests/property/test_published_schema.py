"""The published schema and the decoder agree: what it takes is applied, what one change makes invalid is refused."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jsonschema
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from models.envelope import decode
from models.touchpoint import KINDS, Rejected, Touchpoint
from tests.property.schema_values import changed, values

SCHEMA: Final = json.loads((Path(__file__).parents[2] / "docs/schema/touchpoint.schema.json").read_bytes())
NEVER_EARLY_MS: Final = 253_402_300_800_000
"""A record so late that no time is too early for it: the schema cannot know the record."""
VALIDATOR: Final = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
VALUES: Final = values(SCHEMA, SCHEMA)
_SCALES: Final = {"csat": (1, 5), "nps": (0, 10)}
more = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@st.composite
def touchpoints(draw: st.DrawFn) -> dict[str, Any]:
    """A value of the schema, with a scale that fits its answer in most of them."""
    value: dict[str, Any] = draw(VALUES)
    value.pop("specversion", None)
    score = value.get("score")
    if isinstance(score, dict) and draw(st.integers(0, 7)):
        low, high = (0, 10) if score["metric"] == "nps" else (1, 5)
        score |= {"value": draw(st.integers(low, high)), "min": low, "max": high}
    return value


def verdict(value: Any) -> Touchpoint | Rejected:
    """With the key that the value asks for."""
    customer = value.get("customer_id") if isinstance(value, dict) else None
    key = customer if isinstance(customer, str) and customer else "someone"
    return decode(key.encode(), json.dumps(value).encode(), (), NEVER_EARLY_MS)


def beyond_the_schema(value: dict[str, Any]) -> bool:
    """Whether a rule is broken that docs/events.md states and no schema can: a refusal is right all the same."""
    score = value.get("score") or {}
    low: Any = score.get("min")
    high: Any = score.get("max")
    if score.get("metric") in _SCALES:
        least, most = _SCALES[score["metric"]]
        low, high = least if low is None else low, most if high is None else high
    told = score.get("value")
    scale = bool(score) and told is not None and not (low < high and low <= told <= high and high - low < 1e308)
    attributes = len(json.dumps(value.get("attributes")).encode()) > 8192
    nul = "\0" in "".join(str(value.get(name) or "") for name in ("id", "source", "customer_id"))
    return scale or attributes or nul or any(_is_no_instant(each) for each in _instants(value))


def _instants(value: dict[str, Any]) -> list[Any]:
    nested = ((value.get("subscription") or {}, "started_at"), (value.get("order") or {}, "promised_at"),
              (value.get("alert") or {}, "due_at"), (value.get("alert") or {}, "until"))  # fmt: skip
    return [value["time"], *(part.get(name) for part, name in nested)]


def _is_no_instant(told: Any) -> bool:
    """The `format` of a schema is a note to most validators: whether a text is an instant is looked at here."""
    if not isinstance(told, str):
        return False
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return True
    return "T" not in told.upper() or moment.tzinfo is None or not 1970 <= moment.year <= 9999


@more
@given(touchpoints())
def test_what_the_schema_takes_is_applied(value: dict[str, Any]) -> None:
    assume(VALIDATOR.is_valid(value))
    told = verdict(value)

    if isinstance(told, Rejected):
        event(f"beyond the schema: {told.reason}")
        assert beyond_the_schema(value), told
    else:
        event("applied")
        assert (told.id, told.channel) == (value["id"], value["channel"])
        assert told.kind in KINDS or "." in told.kind


@more
@given(st.data(), touchpoints())
def test_one_change_is_refused_with_a_reason_where_the_schema_refuses_it(
    data: st.DataObject, value: dict[str, Any]
) -> None:
    assume(VALIDATOR.is_valid(value) and not beyond_the_schema(value))
    other = data.draw(changed(value))
    assume(isinstance(other, dict) and other.get("specversion") is None)
    told = verdict(other)

    if VALIDATOR.is_valid(other):
        event("still valid")
        assert isinstance(told, Touchpoint) or beyond_the_schema(other), told
    else:
        event(f"invalid: {told.reason if isinstance(told, Rejected) else 'taken'}")
        assert isinstance(told, Rejected), next(VALIDATOR.iter_errors(other)).message
        assert told.reason in {
            "missing_field",
            "wrong_type",
            "out_of_range",
            "unknown_value",
            "too_large",
            "key_mismatch",
        }
