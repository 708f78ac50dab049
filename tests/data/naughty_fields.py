"""Where in a touchpoint a producer may put a string: any words, or where only certain values may stand."""

from collections.abc import Callable
from typing import Any, Final

WORDS: Final[dict[str, Callable[[str], Any]]] = {
    name: lambda text, name=name: {name: text}
    for name in ("source", "account_id", "case_id", "issue", "product", "employee_id", "campaign_id", "location")
} | {
    "text": lambda text: {"text": text},
    "ids": lambda text: {"ids": {text: text, "email": text, "phone": text}},
    "attributes": lambda text: {"attributes": {text: text}},
    "unknown field": lambda text: {text + "\u00a7": text},
    "offer": lambda text: {"score": {"metric": "csat", "value": 1, "offer_id": text}},
    "order": lambda text: {"order": {"id": text, "value": text, "currency": text, "items": [{"product": text}]}},
    "usage": lambda text: {"usage": {"device_id": text, "counter": text, "unit": text, "error_code": text}},
    "consent": lambda text: {"consent": {"purpose": text, "granted": True}},
    "preference": lambda text: {"preference": {"name": text, "value": text}},
    "subscription": lambda text: {"subscription": {"id": text, "plan": text}},
    "alert": lambda text: {"alert": {"id": text, "episode_id": text, "owner": text, "reason": text}},
}
"""Where any words may stand, up to 256 characters; no naughty string is longer."""
NAMED: Final[dict[str, tuple[Callable[[str], Any], str]]] = {
    "direction": (lambda text: {"direction": text}, "unknown_value"),
    "actor": (lambda text: {"actor": text}, "unknown_value"),
    "metric": (lambda text: {"score": {"metric": text, "value": 1}}, "unknown_value"),
    "verdict": (lambda text: {"alert": {"verdict": text}}, "unknown_value"),
    "time": (lambda text: {"time": text}, "wrong_type"),
    "started": (lambda text: {"subscription": {"started_at": text}}, "wrong_type"),
    "sentiment": (lambda text: {"sentiment": text}, "wrong_type"),
    "wait": (lambda text: {"wait_s": text}, "wrong_type"),
    "items": (lambda text: {"order": {"items": text}}, "wrong_type"),
}
"""Where only certain values may stand; no naughty string is one of them."""
