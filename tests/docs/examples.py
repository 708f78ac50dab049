"""app/contract/examples.json out of the golden touchpoints and what the product makes of the example in docs.

`python -m tests.docs.examples` writes it; `test_examples` fails when it is not what this makes.
"""

import json
from pathlib import Path
from typing import Any, Final

from agents.folded import Rules
from models import public_profile
from models.alert import headers
from models.dead_letter import dead_letter_headers
from models.envelope import decode
from models.policy import Policy
from models.sentiment import built_in
from models.touchpoint import Rejected
from tests.product import Worker

ROOT: Final = Path(__file__).parents[2]
FILE: Final = ROOT / "app/contract/examples.json"
GOLDEN: Final = ROOT / "tests/contract/golden/touchpoints"
TOPIC: Final = "kanarya.touchpoints"
SENT_MS: Final = 1_774_000_000_000
SHOWN: Final = (
    "plain_smallest", "plain", "plain_answer", "plain_objects", "plain_promise", "plain_custom_kind",
    "cloud_event_binary", "cloud_event_structured", "cloud_event_base64",
)  # fmt: skip
"""The golden touchpoints that the documents show, in their order."""

Made = dict[str, Any]


def golden(name: str) -> Made:
    """One golden file."""
    told: Made = json.loads((GOLDEN / f"{name}.json").read_text())
    return told


def made() -> dict[str, list[Made]]:
    """Everything in the file."""
    alert, profile = _story()
    return {
        "touchpoints": [_touchpoint(name) for name in SHOWN],
        "dead_letters": [_dead_letter()],
        "alerts": [_example("alert", "Two bad experiences within a day.", alert, _headers_of(alert))],
        "profiles": [_example("profile", "The same customer, after the second of them.", profile, {})],
    }


def _touchpoint(name: str) -> Made:
    told = golden(name)
    record = told["record"]
    return {"name": name, "about": told["about"]} | {part: record[part] for part in ("key", "headers", "value")}


def _dead_letter() -> Made:
    """A touchpoint without a time; headers that are no text are left out."""
    value = {"id": "m-2", "channel": "email", "kind": "message"}
    rejected = decode(b"cus-42", json.dumps(value).encode(), (), SENT_MS)
    assert isinstance(rejected, Rejected)
    written = dead_letter_headers(rejected, TOPIC, 1, 3, SENT_MS, (), "kanarya")
    shown = {name: told.decode() for name, told in written if told is not None and b"\0" not in told}
    about = "A touchpoint without a time; three headers that hold numbers in binary are not shown."
    return {"name": "dead_letter", "about": about, "key": "cus-42", "headers": shown, "value": value}


def _story() -> tuple[Made, Made]:
    """The alert and the profile of the customer in docs/examples/touchpoints.jsonl."""
    lines = (ROOT / "docs/examples/touchpoints.jsonl").read_bytes().splitlines()
    records = [
        {"topic": TOPIC, "offset": offset, "timestamp_ms": SENT_MS, "key": b"cus-42", "value": line, "headers": ()}
        for offset, line in enumerate(lines)
    ]
    policy, scorer = Policy(), built_in()
    worker = Worker(rules=Rules(policy, scorer, "kanarya")).feed(records)
    (alert,) = worker.alerts
    profile = public_profile.render(worker.profiles()["cus-42"], worker.place, policy, scorer.name)
    return json.loads(alert), json.loads(profile)


def _headers_of(alert: Any) -> dict[str, str]:
    return {name: told.decode() for name, told in headers(alert)}


def _example(name: str, about: str, value: Made, told: dict[str, str]) -> Made:
    return {"name": name, "about": about, "key": value["customer_id"], "headers": told, "value": value}


if __name__ == "__main__":
    FILE.write_text(json.dumps(made(), indent=2, ensure_ascii=False) + "\n")
