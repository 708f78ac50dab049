"""Rows of CSV as exports write it: their numbers, their delimiter and encoding, and rows that are broken."""

import gzip
import io
from pathlib import Path

import pytest

from app.produce.lines import Broken
from app.produce.source import open_lines
from app.produce.table import Table, TableError, delimiter_of

TEXT = 'id,text\n1,"said ""no""\nand left"\n\n2,\n3,fine\n'
ROWS = [(2, {"id": "1", "text": 'said "no"\nand left'}), (5, {"id": "2"}), (6, {"id": "3", "text": "fine"})]


def table(raw: bytes, **options: str) -> Table:
    return Table(io.BufferedReader(io.BytesIO(raw)), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_row_is_numbered_by_its_first_line_and_empty_cells_are_left_out(packed: bool, ends: str) -> None:
    raw = TEXT.replace("\n", ends).encode()
    read = table(gzip.compress(raw) if packed else raw)

    assert read.columns == ("id", "text")
    told = [(number, content) for number, content in read]
    assert [(number, str(content).replace("\\r\\n", "\\n")) for number, content in told] == [
        (number, str(row)) for number, row in ROWS
    ]
    assert read.mark.line == 6


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("id,time,text", ","),
        ("id;time;text", ";"),
        ("id\ttime\ttext", "\t"),
        ("id|time|text", "|"),
        ('"a,b,c,d";time', ";"),
        ('id;"text, as said"\n1,2,3;4', ";"),
        ("id", ","),
    ],
)
def test_the_delimiter_is_the_one_that_the_header_has_most_of_outside_quotes(header: str, delimiter: str) -> None:
    assert delimiter_of(header) == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_encoding_that_the_file_tells_needs_no_flag(encoding: str) -> None:
    read = table("kimlik;metin\n1;Çok geç kaldı 😡\n".encode(encoding))

    assert list(read) == [(2, {"kimlik": "1", "metin": "Çok geç kaldı 😡"})]
    assert read.columns == ("kimlik", "metin")


@pytest.mark.parametrize(("encoding", "text"), [("windows-1254", "geç kaldı"), ("euc-kr", "늦었어요")])
def test_another_encoding_is_named_and_without_its_name_a_row_is_bad(encoding: str, text: str) -> None:
    raw = f"id,text\n1,{text}\n2,late\n".encode(encoding)

    assert list(table(raw, encoding=encoding)) == [(2, {"id": "1", "text": text}), (3, {"id": "2", "text": "late"})]
    assert list(table(raw)) == [
        (2, Broken("not_utf8", "value: is not utf-8; --encoding names another")),
        (3, {"id": "2", "text": "late"}),
    ]


def test_a_broken_row_is_bad_and_the_next_ones_are_read() -> None:
    raw = b'id,text\n1,a,b\n2\n3,"x"y\n4,fine\n5,"open\n'

    told = list(table(raw))

    assert [(number, content[0] if isinstance(content, Broken) else content) for number, content in told] == [
        (2, "not_csv"),
        (3, "not_csv"),
        (4, "not_csv"),
        (5, {"id": "4", "text": "fine"}),
        (6, "not_csv"),
    ]
    assert told[0][1] == Broken("not_csv", "value: 3 cells, and the header has 2")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no header row"),
        (b"\n1,2\n", "no header row"),
        (b'"id\n', "no header row"),
        (b"id,text,id\n", "more than one column id"),
        (b"id,\xfe\n", "--encoding"),
    ],
)
def test_a_file_without_a_usable_header_is_refused_with_the_mend(raw: bytes, said: str) -> None:
    with pytest.raises(TableError, match=said):
        table(raw)


@pytest.mark.parametrize(
    ("name", "text", "columns"),
    [
        ("export.csv", "one\n", ("one",)),
        ("export.CSV", "{\n", ("{",)),
        ("export.csv.gz", "a,b\n", ("a", "b")),
        ("export.tsv", "a\tb\n", ("a", "b")),
        ("export.jsonl", "a,b\n", ()),
        ("export.json.gz", "a,b\n", ()),
        ("export.2026.txt", "a;b\n", ("a", "b")),
        ("export", "\n{a,b\n", ()),
        ("export", "[1,2]\n", ()),
        ("export", "nothing of both\n", ()),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_name_says_what_a_file_is_else_its_first_line(
    tmp_path: Path, name: str, text: str, columns: tuple[str, ...], packed: bool
) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())

    with open_lines(file) as lines:
        assert lines.columns == columns
    if columns:
        with open_lines(file, "json") as lines:
            assert lines.columns == ()
