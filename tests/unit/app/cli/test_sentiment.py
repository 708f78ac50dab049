"""`kanarya sentiment`: one text for a person, a line each for a program."""

import io
import json
import sys

import pytest

from app.cli.commands import run
from models.sentiment import built_in

Captured = pytest.CaptureFixture[str]


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_person_sees_the_score_and_what_each_term_did(capsys: Captured) -> None:
    assert run(["sentiment", "It is very good, but it was never delivered. Not happy!", "--language", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("-0.8")
    assert 'boosted by "very", before "but"' in out
    assert "never delivered" in out
    assert "signals   wait" in out
    assert built_in().name in out


def test_a_text_that_says_nothing_is_called_no_evidence(capsys: Captured) -> None:
    assert run(["sentiment", "The parcel is blue"]) == 0
    assert "no evidence" in capsys.readouterr().out


def test_each_line_of_input_gives_one_object(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["still waiting for my refund", "", "It works great", "아직도"]
    piped(monkeypatch, "\n".join(lines).encode())
    assert run(["sentiment", "--json", "-"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [list(each) for each in told] == [["score", "hits", "language", "signals", "scorer"]] * 4
    expected = built_in().score_many(lines, [None] * 4)
    assert [(each["score"], each["hits"], each["language"], tuple(each["signals"])) for each in told] == [
        (scored.score_milli / 1000, scored.hits, scored.language, scored.signals) for scored in expected
    ]


def test_a_line_that_is_not_utf_8_is_named_and_still_answered(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, b"good\n\xffbad\n")
    assert run(["sentiment", "--json", "-"]) == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert "line 2: is not UTF-8" in captured.err


def test_many_texts_want_json(capsys: Captured) -> None:
    assert run(["sentiment", "-"]) == 2
    assert "--json" in capsys.readouterr().err


def test_a_mail_is_read_without_its_history(capsys: Captured) -> None:
    mail = "Thank you!\n> This is terrible."
    assert run(["sentiment", mail, "--email", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"] == 1
