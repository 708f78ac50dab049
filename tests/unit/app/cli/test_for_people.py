"""What commands write for people has a dash where nothing is known."""

import orjson
import pytest

from app.cli import profile_text
from app.cli.dlq import show
from models import public_profile
from models.alert_record import Place
from models.envelope import decode
from models.policy import Policy
from models.policy_mapping import from_mapping
from models.profile import feeling, new_profile, observe
from models.touchpoint import Rejected

HOUR_MS = 3_600_000
AT_MS = 1_760_000_000_000
"""2025-10-09T08:53:20Z."""
VALUE = (
    b'{"id": "1", "time": 1760000000000, "channel": "web", "kind": "review",'
    b' "score": {"metric": "rating", "value": 5, "min": 1, "max": 5}}'
)


def test_a_profile_s_window_without_an_event_has_a_dash_for_its_mean(capsys: pytest.CaptureFixture[str]) -> None:
    touchpoint = decode(b"ada", VALUE, [], 1_760_000_000_000)
    assert not isinstance(touchpoint, Rejected)
    known, policy = new_profile("ada"), Policy()
    touchpoint.topic, touchpoint.offset = 0, 0
    observe(known, touchpoint, policy)

    profile_text.show(public_profile.view(known, Place(0, ("t",)), policy, "s", known.as_of_ms + 2 * HOUR_MS))

    out = capsys.readouterr().out
    assert "rating  1h: n 0 mean - top2 -  |  24h: n 1 mean 5.0 top2 1.0 (incomplete)" in out
    assert "customer since  -\n" in out
    assert "None" not in out


def test_a_profile_says_what_is_promised_late_and_due_and_leaves_out_what_is_not_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    segment = {"name": "buyers", "when": [{"field": "orders", "is": ">=", "value": 1}]}
    known, policy = new_profile("ada"), from_mapping({"segments": [segment], "appreciation": {"orders": [1]}})
    order = {"id": "A-7", "value": "49.90", "currency": "EUR", "promised_at": AT_MS + HOUR_MS}
    told: list[dict[str, object]] = [
        {"kind": "order_placed", "order": order},
        {"kind": "case_opened", "case_id": "k", "order": {"promised_at": AT_MS + 3 * HOUR_MS}},
        {"kind": "survey_answered", "score": {"metric": "nps", "value": 9}, "sentiment": 0.5},
    ]
    for offset, fields in enumerate(told):
        value: dict[str, object] = {"id": str(offset), "time": AT_MS, "channel": "web"} | fields
        touchpoint = decode(b"ada", orjson.dumps(value), [], AT_MS)
        assert not isinstance(touchpoint, Rejected)
        touchpoint.offset, touchpoint.feeling_milli = offset, feeling(touchpoint, None)
        observe(known, touchpoint, policy)

    profile_text.show(public_profile.view(known, Place(0, ("t",)), policy, "s", AT_MS + 25 * HOUR_MS))

    out = capsys.readouterr().out
    assert "stage since      2025-10-09T08:53:20.000Z\n" in out
    assert "customer since   2025-10-09T08:53:20.000Z, 1 d\n" in out
    assert "open cases       k (case_opened 2025-10-09T08:53:20.000Z, contacts 1 by web, promised 2025" in out
    assert "promised 2025-10-09T11:53:20.000Z, late)\n" in out
    assert "orders           placed 1, 49.90 EUR\n" in out
    assert "deliveries       A-7 (promised 2025-10-09T09:53:20.000Z, late)\n" in out
    assert "would recommend  relationship 9 of 10 (2025-10-09T08:53:20.000Z)\n" in out
    assert "feeling          recent 0.5, baseline 0.5, n 1\n" in out
    assert "thanks due       orders 1\n" in out
    assert "segments         buyers (2025-10-09T08:53:20.000Z)\n" in out

    profile_text.show(public_profile.view(new_profile("bo"), Place(0, ("t",)), policy, "s"))
    assert not {"orders", "deliveries", "feeling", "segments"} & set(capsys.readouterr().out.split())


def test_a_profile_says_what_its_customer_lives_through_with_us(capsys: pytest.CaptureFixture[str]) -> None:
    known, policy = new_profile("ada"), Policy()
    csat = {"metric": "csat", "value": 2}
    told: list[dict[str, object]] = [
        {"kind": "order_placed", "order": {"id": "A-7", "value": "49.90", "currency": "EUR"}},
        {"kind": "order_delivered", "order": {"id": "A-7"}},
        {"kind": "survey_answered", "product": "lamp", "score": csat},
        {"kind": "survey_answered", "product": "lamp", "score": csat | {"value": 4}},
        {"kind": "case_opened", "case_id": "k", "issue": "late parcel", "channel": "phone"},
        {"kind": "complaint", "case_id": "k", "issue": "late parcel", "channel": "email"},
    ]
    for offset, fields in enumerate(told):
        value: dict[str, object] = {"id": str(offset), "time": AT_MS + offset, "channel": "web"} | fields
        touchpoint = decode(b"ada", orjson.dumps(value), [], AT_MS)
        assert not isinstance(touchpoint, Rejected)
        touchpoint.offset, touchpoint.feeling_milli = offset, feeling(touchpoint, None)
        observe(known, touchpoint, policy)

    profile_text.show(public_profile.view(known, Place(0, ("t",)), policy, "s"))

    out = capsys.readouterr().out
    rows = dict(line.split("  ", 1) for line in out.splitlines() if "  " in line)
    rows = {name: told.strip() for name, told in rows.items()}
    assert rows["satisfaction"] == "lamp csat 3.0 of 5 (n 2)"
    assert rows["last negative"] == "complaint by email 2025-10-09T08:53:20.005Z"
    assert rows["recent orders"] == "A-7 49.90 EUR (order_placed, order_delivered 2025-10-09T08:53:20.000Z)"
    assert rows["open cases"] == (
        "k (complaint 2025-10-09T08:53:20.005Z, issue late parcel, contacts 2 by email phone)"
    )

    profile_text.show(public_profile.view(new_profile("bo"), Place(0, ("t",)), policy, "s"))
    out = capsys.readouterr().out
    assert not [name for name in ("satisfaction", "last negative", "recent orders") if name in out]


def test_a_profile_says_how_to_care_for_its_customer(capsys: pytest.CaptureFixture[str]) -> None:
    known, policy = new_profile("ada"), Policy()
    told = [
        b'"channel": "phone", "kind": "call", "case_id": "k"',
        b'"channel": "email", "kind": "message", "case_id": "k", "ids": {"email": "ada@Example.org"}',
        b'"channel": "web", "kind": "preference_set", "preference": {"name": "channel.dispute", "value": "phone"}',
        b'"channel": "web", "kind": "preference_set", "preference": {"name": "seats", "value": ["a", "b"]}',
        b'"channel": "web", "kind": "consent_changed", "consent": {"purpose": "news", "granted": false}',
        b'"channel": "web", "kind": "page_view", "product": "lamp"',
    ]
    for offset, rest in enumerate(told):
        value = b'{"id": "%d", "time": 1760000000000, %s}' % (offset, rest)
        touchpoint = decode(b"ada", value, [], 1_760_000_000_000)
        assert not isinstance(touchpoint, Rejected)
        observe(known, touchpoint, policy)

    profile_text.show(public_profile.view(known, Place(0, ("t",)), policy, "s"))

    out = capsys.readouterr().out
    assert "preferred       email for info (observed, confidence 0.3333, n 2), phone for dispute (stated)\n" in out
    assert "effort          10 of 100, repeats 1, switches 1\n" in out
    assert "preferences     seats -, channel.dispute phone\n" in out
    assert "interests       lamp (observed)\n" in out
    assert "consents        news no\n" in out
    assert "ids             email ada@example.org\n" in out


def test_a_dead_letter_without_key_and_value_has_dashes(capsys: pytest.CaptureFixture[str]) -> None:
    show._show({"letter": "0@1", "key": None, "value": None, "headers": [["a", None], ["b", "x"]]})

    assert capsys.readouterr().out == "letter  0@1\nkey     -\nvalue   -\nheader  a  -\nheader  b  x\n"
