"""`kanarya produce --dry-run`: everything is judged as the worker would, and no broker is asked."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.commands import run

Captured = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[4]
NOWHERE = ["--broker", "127.0.0.1:1"]
HEADER = "id;customer_id;time;channel;kind;score.metric;score.value;text"


@pytest.fixture
def dry(capsys: Captured) -> Any:
    """Runs it; exit code, standard output, standard error."""

    def call(file: Path, *tokens: str) -> tuple[int, str, str]:
        code = run(["produce", str(file), "--dry-run", *tokens, *NOWHERE])
        return (code, *capsys.readouterr())

    return call


def row(number: int, value: str = "4", time: str = "2026-01-01T00:00:00Z", text: str = "") -> str:
    return f"{number};c-{number};{time};survey;survey_answered;csat;{value};{text}"


def test_an_export_without_faults_is_good(dry: Any, tmp_path: Path) -> None:
    file = tmp_path / "export.csv.gz"
    file.write_bytes(gzip.compress("\n".join([HEADER, row(1), row(2, ""), row(3, text='"a; ""b""\n c"')]).encode()))

    code, out, said = dry(file)

    assert (code, said) == (0, "")
    assert out.startswith("3 good, 0 bad")


def test_bad_lines_are_counted_by_reason_and_detail_with_the_first_numbers_of_each(dry: Any, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    bad = [row(number, "6") for number in range(2, 10)]
    file.write_text("\n".join([HEADER, *bad, "short;row", row(11), row(12, time="noon"), "", row(14, "great")]))

    code, out, said = dry(file, "--json")
    told = json.loads(out)

    assert (code, said) == (1, "")
    assert (told["good"], told["bad"]) == (1, 11)
    assert [(e["reason"], e["detail"], e["lines"], e["first_lines"]) for e in told["reasons"]] == [
        ("out_of_range", "score.value: outside the scale", 8, [2, 3, 4, 5, 6]),
        ("not_csv", "value: 2 cells, and the header has 8", 1, [10]),
        ("wrong_type", "score.value: expected number", 1, [14]),
        ("wrong_type", "time: expected RFC 3339 with an offset, or whole epoch milliseconds", 1, [12]),
    ]

    code, out, said = dry(file)
    first, *rows = out.splitlines()
    assert (code, said) == (1, "")
    assert first.startswith("1 good, 11 bad")
    assert rows[0] == "8 out_of_range  line 2, 3, 4, 5, 6, ... (score.value: outside the scale)"


def test_strict_stops_at_the_first_bad_line(dry: Any, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("\n".join([HEADER, row(1), row(2, "6"), row(3, "7")]))

    code, out, said = dry(file, "--strict")

    assert (code, out[:13]) == (1, "1 good, 1 bad")
    assert said == "kanarya: stopped at line 3 (--strict)\n"


def test_lines_before_a_number_are_left_out(dry: Any, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("\n".join([HEADER, row(1, "6"), row(2), row(3)]))

    assert dry(file, "--from-line", "3")[:2][0] == 0


def test_a_line_too_large_to_send_is_bad_without_a_broker(dry: Any, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("\n".join([HEADER, row(1, text="x" * 70_000), row(2)]))

    code, out, _ = dry(file, "--json", "--set", "request_bytes=65536")

    (only,) = json.loads(out)["reasons"]
    assert (code, only["reason"], only["first_lines"]) == (1, "too_large", [2])


def test_a_map_reads_cells_by_their_columns(dry: Any, tmp_path: Path) -> None:
    file, made = tmp_path / "tickets.txt", tmp_path / "map.toml"
    file.write_text("Kayıt No\tMüşteri\tTarih\tPuan\n1\tc-1\t24.12.2025\t4\n2\tc-2\tyarın\t5\n", encoding="utf-16")
    made.write_text("""
id = { path = '["Kayıt No", Tarih]', digest = true }
customer_id = '"Müşteri"'
time = { path = "Tarih", format = "%d.%m.%Y", zone = "Europe/Istanbul" }
channel = { constant = "survey" }
kind = { constant = "survey_answered" }
[score]
metric = { constant = "csat" }
value = "Puan"
""")

    code, out, _ = dry(file, "--map", str(made), "--json")
    told = json.loads(out)

    assert (code, told["good"]) == (1, 1)
    assert told["reasons"] == [
        {"reason": "wrong_type", "detail": "time: expected a time in the form %d.%m.%Y", "lines": 1, "first_lines": [3]}
    ]
    assert (told["not_found"], told["unused_columns"]) == ([], [])


def test_columns_that_are_no_fields_are_told_once_and_left_out(dry: Any, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("id,customer_id,time,channel,kind,txet,colour\n1,c,2026-01-01T00:00:00Z,web,visit,a,red\n")

    code, _, said = dry(file)

    assert code == 0
    (line,) = said.splitlines()
    assert line.endswith("left out: txet (did you mean text?), colour")


@pytest.mark.parametrize(
    ("text", "tokens", "said"),
    [
        ("id,kind,when\n", [], "has no column customer_id, time, channel"),
        ("", [], "has no header row"),
        (HEADER, ["--delimiter", "ab"], "--delimiter ab: must be one character, or tab"),
        (HEADER, ["--encoding", "klingon"], "--encoding klingon: is unknown"),
        (HEADER, ["--format", "json", "--encoding", "latin-1"], "add --format csv"),
        (HEADER, ["--from-line", "0"], "--from-line"),
        (HEADER, ["--bad", "bad.csv", "--strict"], "--strict stops: drop one"),
        (HEADER, ["--bad", "no-such-folder/bad.csv"], "cannot be made (No such file or directory)"),
        (HEADER, ["--resume", "state"], "--resume is for a file that is sent"),
    ],
)
def test_what_cannot_be_meant_so_is_called_wrong(
    dry: Any, tmp_path: Path, text: str, tokens: list[str], said: str
) -> None:
    file = tmp_path / "export.csv"
    file.write_text(text)

    code, out, told = dry(file, *tokens)

    assert (code, said in out + told) == (2, True)


@pytest.mark.parametrize("damage", [lambda raw: raw[:-9], lambda raw: raw[:40] + b"\xff" * 20 + raw[60:]])
def test_gzip_that_is_damaged_is_called_wrong(dry: Any, tmp_path: Path, damage: Any) -> None:
    file = tmp_path / "export.csv.gz"
    file.write_bytes(damage(gzip.compress("\n".join([HEADER, *(row(n) for n in range(500))]).encode())))

    code, _, said = dry(file)

    assert code == 2
    assert "cannot be read" in said


def test_the_csv_of_the_documentation_is_good(dry: Any, tmp_path: Path) -> None:
    page = (ROOT / "docs/producing.md").read_text()
    file = tmp_path / "export.csv"
    file.write_text(page.split("```csv\n")[1].split("```")[0])

    code, out, said = dry(file)

    assert (code, said) == (0, "")
    assert out.startswith("2 good, 0 bad")


def test_a_map_that_cannot_be_read_is_said_with_its_mend(dry: Any, tmp_path: Path) -> None:
    code, _, said = dry(tmp_path / "export.csv", "--map", str(tmp_path))

    assert code == 2
    assert said == f"kanarya: --map {tmp_path}: cannot be read (Is a directory); name a file that can\n"


def test_a_misspelt_name_of_a_map_is_told_with_what_it_may_mean_and_the_columns_not_used(
    dry: Any, tmp_path: Path
) -> None:
    file, made = tmp_path / "export.csv", tmp_path / "map.toml"
    file.write_text("No,Who,When,Stars,Note\n1,c-1,2026-01-01T00:00:00Z,4,\n2,c-2,2026-01-02T00:00:00Z,5,\n")
    made.write_text("""
id = "No"
customer_id = "Who"
time = "When"
text = "Note"
channel = { constant = "survey" }
kind = { constant = "survey_answered" }
[score]
metric = { constant = "csat" }
value = "to_number(starz)"
""")

    assert dry(file, "--map", str(made))[::2] == (
        0,
        (
            "kanarya: map: score.value = to_number(starz): no record has starz; did you mean Stars?\n"
            "kanarya: map: these columns are not used: Stars\n"
        ),
    )
    code, out, said = dry(file, "--map", str(made), "--json")
    told = json.loads(out)
    assert (code, said, told["unused_columns"]) == (0, "", ["Stars"])
    assert told["not_found"] == [
        {"field": "score.value", "path": "to_number(starz)", "name": "starz", "did_you_mean": "Stars"}
    ]


def test_bad_lines_are_kept_as_they_came_and_mended_they_are_good(dry: Any, tmp_path: Path) -> None:
    file, kept = tmp_path / "export.csv", tmp_path / "bad.csv"
    bad = [row(2, "6", text='"çok; ""kötü""\n  "'), "short;row"]
    file.write_bytes("\r\n".join([HEADER, row(1), bad[0], row(3), bad[1]]).encode("windows-1254"))
    windows = ["--encoding", "windows-1254"]

    code, out, _ = dry(file, *windows, "--bad", str(kept))

    assert code == 1
    assert out.splitlines()[-1].startswith(f"2 bad, kept in {kept}: mend them there and send both files")
    assert kept.read_bytes().decode("windows-1254") == "\r\n".join([HEADER, *bad]) + "\n"

    kept.write_bytes(kept.read_bytes().replace(b";6;", b";5;").replace(b"short;row", row(4).encode()))
    assert dry(kept, *windows)[1].startswith("2 good, 0 bad")
    assert dry(file, *windows, "--bad", str(kept))[::2] == (
        2,
        f"kanarya: --bad {kept}: is there already; name a new file\n",
    )


def test_without_a_bad_line_no_file_is_left(dry: Any, tmp_path: Path) -> None:
    file, kept = tmp_path / "export.csv", tmp_path / "bad.csv"
    file.write_text("\n".join([HEADER, row(1)]))

    code, out, _ = dry(file, "--json", "--bad", str(kept))

    assert (code, json.loads(out)["bad_file"], kept.exists()) == (0, None, False)


def test_bad_rows_of_two_byte_text_are_kept_with_one_byte_order_mark(dry: Any, tmp_path: Path) -> None:
    file, kept = tmp_path / "export.csv", tmp_path / "bad.csv"
    file.write_text("\n".join([HEADER, row(1, "6"), row(2, "7"), row(3)]), encoding="utf-16")

    assert dry(file, "--bad", str(kept))[0] == 1
    assert kept.read_bytes().decode("utf-16") == "\n".join([HEADER, row(1, "6"), row(2, "7"), ""])
