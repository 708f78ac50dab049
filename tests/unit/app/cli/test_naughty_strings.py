"""The Big List of Naughty Strings in what people look at: no terminal obeys it, and JSON stays JSON."""

import io
import json

import pytest
from aiokafka import ConsumerRecord
from rich.console import Console

from app.cli import output
from app.cli.alert_line import show_alert
from app.cli.dlq import show as dlq
from models.dead_letter import dead_letter_headers
from models.touchpoint import Rejected
from tests.data.corpora import json_test_suite, naughty_strings

STRINGS = [text for text, _ in naughty_strings()]


def letter(value: bytes) -> ConsumerRecord:
    """A dead letter with this as key, value and header."""
    headers = dead_letter_headers(Rejected("not_json", "value: x"), "t", 0, 7, 1, [("own", value)], "g")
    return ConsumerRecord("d", 0, 1, 1_760_000_000_000, 0, value, value, None, 5, 3, tuple(headers))


def test_an_alert_of_any_customer_is_one_harmless_line() -> None:
    for text in STRINGS:
        console = Console(file=io.StringIO(), width=80)
        reasons = [{"rule": text, "points": 20}]
        show_alert(
            console,
            {"as_of": "2026-03-01T10:00:00Z", "customer_id": text, "level": "at_risk", "change": "opened", "score": 60,
             "reasons": reasons},
        )  # fmt: skip
        assert isinstance(console.file, io.StringIO)
        shown = console.file.getvalue()
        assert shown == output._visible_lines(shown)
        assert shown.count("\n") == 1
        assert output.visible(text) in shown, "the text is not taken for markup"


@pytest.mark.parametrize("corpus", ["naughty", "suite"])
def test_a_dead_letter_of_any_bytes_is_shown_and_told_as_json(
    corpus: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    values = [text.encode() for text in STRINGS] if corpus == "naughty" else [case.raw for case in json_test_suite()]
    for value in values:
        dlq.write(letter(value), json=False)
        shown = capsysbinary.readouterr().out.decode()
        assert shown == output._visible_lines(shown)
        lines = shown.splitlines()
        assert sum(line.startswith("header") for line in lines) == 19
        assert len(lines) == 19 + 12

        dlq.write(letter(value), json=True)
        told = json.loads(capsysbinary.readouterr().out.decode(), parse_constant=pytest.fail)
        assert told["value"] == told["key"] == value.decode(errors="backslashreplace")
        assert ["own", told["value"]] in told["headers"]
