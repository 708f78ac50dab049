"""What commands write for people has a dash where nothing is known."""

import pytest

from app.cli import profile
from app.cli.dlq import show
from models import public_profile
from models.alert_record import Place
from models.envelope import decode
from models.policy import Policy
from models.profile import new_profile, observe
from models.touchpoint import Rejected

HOUR_MS = 3_600_000
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

    profile._show(public_profile.view(known, Place(0, ("t",)), policy, "s", known.as_of_ms + 2 * HOUR_MS))

    out = capsys.readouterr().out
    assert "rating  1h: n 0 mean - top2 -  |  24h: n 1 mean 5.0 top2 1.0" in out
    assert "customer since  -\n" in out
    assert "None" not in out


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

    profile._show(public_profile.view(known, Place(0, ("t",)), policy, "s"))

    out = capsys.readouterr().out
    assert "preferred       email for info (observed), phone for dispute (stated)\n" in out
    assert "effort          10 of 100, repeats 1, switches 1\n" in out
    assert "preferences     seats -, channel.dispute phone\n" in out
    assert "interests       lamp (observed)\n" in out
    assert "consents        news no\n" in out
    assert "ids             email ada@example.org\n" in out


def test_a_dead_letter_without_key_and_value_has_dashes(capsys: pytest.CaptureFixture[str]) -> None:
    show._show({"at": "0@1", "key": None, "value": None, "headers": [["a", None], ["b", "x"]]})

    assert capsys.readouterr().out == "at     0@1\nkey    -\nvalue  -\nheader  a  -\nheader  b  x\n"
