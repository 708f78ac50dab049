"""README's example and the one of docs/windows-and-risk.md, played by the product's own fold and shown as they are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from agents.folded import Rules
from app.catalogue import catalogue
from app.cli.alert_line import alert_line
from app.settings import Settings
from models import public_profile
from models.policy import DAY_MS, Policy
from models.risk import assess
from models.sentiment import built_in
from models.state import Profile
from tests.product import Worker

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
RISK = (ROOT / "docs/windows-and-risk.md").read_text()
LINES = (ROOT / "docs/examples/touchpoints.jsonl").read_bytes().splitlines()
TOPIC = "kanarya.touchpoints"
SENT_MS = 1_774_000_000_000
POLICY = Policy()


@pytest.fixture(scope="module")
def worker() -> Worker:
    """A worker that has folded the example."""
    records = [
        {"topic": TOPIC, "offset": offset, "timestamp_ms": SENT_MS, "key": b"cus-42", "value": line, "headers": ()}
        for offset, line in enumerate(LINES)
    ]
    return Worker(rules=Rules(POLICY, built_in(), "kanarya")).feed(records)


@pytest.fixture
def alert(worker: Worker) -> dict[str, Any]:
    (value,) = worker.alerts
    told: dict[str, Any] = json.loads(value)
    return told


@pytest.fixture
def profile(worker: Worker) -> Profile:
    return worker.profiles()["cus-42"]


def test_each_record_of_the_example_fits_the_schema() -> None:
    schema = json.loads((ROOT / "docs/schema/touchpoint.schema.json").read_text())
    validator = Draft202012Validator(schema, format_checker=FormatChecker())

    assert [error.message for line in LINES for error in validator.iter_errors(json.loads(line))] == []


def test_the_example_ends_as_the_readme_says(alert: dict[str, Any], profile: Profile) -> None:
    assert alert_line(alert).plain in README
    assert (profile.touchpoints, profile.duplicates) == (2, 1)
    assert "touchpoints     2, duplicates 1" in README


def test_the_profile_of_the_readme_is_that_of_a_day_later(worker: Worker, profile: Profile) -> None:
    view = public_profile.view(profile, worker.place, POLICY, "x", profile.as_of_ms + DAY_MS)
    risk = view["risk"]

    assert f"cus-42  {view['stage']}  risk {risk['score']} ({risk['level']})  as of {view['as_of']}" in README
    for reason in risk["reasons"]:
        assert f"{reason['points']:+4d}  {reason['rule']}: {reason['text']}" in README


def test_the_worked_example_is_worked_out_right(alert: dict[str, Any], profile: Profile) -> None:
    assert {reason["rule"]: reason["points"] for reason in alert["reasons"]} == {
        "negative_experience": 70,
        "satisfaction": 12,
    }
    assert "score = 40 + 30 + 12 = **82**" in RISK
    assert alert["context"]["windows"]["sentiment"]["1h"]["mean"] == -0.883
    assert [(each["id"], each["score"]) for each in alert["without"]] == [("r-1", 40), ("m-1", 51)]
    faded = re.search(r"fades: (.*)\.$", RISK, re.MULTILINE)
    assert faded is not None
    said = {int(days): int(score) for score, days in re.findall(r"(\d+) after (\d+)", faded[1])}
    assert len(said) == 5
    assert said == {days: assess(profile, profile.as_of_ms + days * DAY_MS, POLICY).score for days in said}


def test_the_topics_named_exist() -> None:
    """Those of the README under the default settings."""
    named = set(re.findall(r"`(kanarya\.[a-z-]+)`", README))

    assert TOPIC in README
    assert named <= {spec.name for spec in catalogue(Settings())}
