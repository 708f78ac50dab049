"""What strangers put into ids, keys and headers is shown to people as escapes, never obeyed by the terminal."""

import io
import struct

import orjson
import pytest
from aiokafka import ConsumerRecord
from rich.console import Console

from app.cli import output
from app.cli.alert_line import show_alert
from app.cli.dlq import show as dlq
from models.dead_letter import dead_letter_headers
from models.touchpoint import Rejected

CODES = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
HOSTILE = "".join(map(chr, CODES))


def test_lines_columns_and_errors_hold_no_character_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    output.line(f"a{HOSTILE}b")
    output.columns([(f"a{HOSTILE}b", "x"), ("c", HOSTILE)])
    output.error(HOSTILE.replace("\n", ""))

    told = capsys.readouterr()
    for text, lines in ((told.out, 3), (told.err, 1)):
        assert text.count("\n") == lines
        assert not set(text) - {"\n"} & set(HOSTILE)
        assert all(seen in text for seen in (r"\x00", r"\x07", r"\x1b", r"\x7f", r"\x9b", r"\u202e", r"\u2066"))


def test_columns_are_aligned_by_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    output.columns([("\x1b", "x"), ("abcdef", "y")])

    assert capsys.readouterr().out == "\\x1b    x\nabcdef  y\n"


def test_letters_of_any_language_stay_as_they_are() -> None:
    assert output.visible("Çağrı 김 مرحبا 👩\u200d👧 ß") == "Çağrı 김 مرحبا 👩\u200d👧 ß"


def test_a_page_of_our_own_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    output.block("one\ntwo\x1b")

    assert capsys.readouterr().out == "one\ntwo\\x1b\n"


def test_json_keeps_the_value_by_its_own_escapes(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    output.json_line({"id": HOSTILE})

    raw = capsysbinary.readouterr().out
    assert orjson.loads(raw) == {"id": HOSTILE}
    assert b"\x1b" not in raw
    assert b"\x07" not in raw


def test_an_alert_of_a_hostile_id_is_one_line_of_plain_text() -> None:
    console = Console(file=io.StringIO(), width=80)
    show_alert(
        console,
        {"as_of": "2026-03-01T10:00:00Z", "customer_id": f"c\x1b[2J\a\n\u202e{HOSTILE}", "level": "at_risk",
         "change": "opened", "score": 60, "reasons": [{"rule": "nps\x1b", "points": 20}]},
    )  # fmt: skip

    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert text.count("\n") == 1
    assert not set(text) - {"\n"} & set(HOSTILE)
    assert r"c\x1b[2J\x07\n\u202e" in text


def test_a_dead_letter_is_shown_with_its_binary_headers_as_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    headers = dead_letter_headers(
        topic="t", partition=5, offset=70_000, timestamp_ms=1_760_000_000_000, group="g",
        headers=[("own\x1b", b"\x07"), ("short", struct.pack(">i", 9)), ("null", None)],
        rejected=Rejected("missing_field", "is no JSON"),
    )  # fmt: skip
    record = ConsumerRecord("d", 0, 1, 1_760_000_000_000, 0, b"k\x1b[2J", b"\x00v\xff", None, 5, 3, tuple(headers))

    dlq.write(record, json=False)

    out = capsys.readouterr().out
    assert not set(out) - {"\n"} & set(HOSTILE)
    rows = {tuple(line.split()[1:]) for line in out.splitlines() if line.startswith("header")}
    assert {
        ("kafka_dlt-original-partition", "5"),
        ("kafka_dlt-original-offset", "70000"),
        ("kafka_dlt-original-timestamp", "1760000000000"),
        (r"own\x1b", r"\x07"),
        ("null", "-"),
    } <= rows
