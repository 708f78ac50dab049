"""Numbered lines, however the file is packed."""

import gzip
import io
import zlib
from pathlib import Path

import pytest

from app.produce.lines import JsonLines
from app.produce.source import open_lines

TEXT = b'{"a": 1}\n\n  {"a": 2}  \r\n{"a": 3}'
NUMBERED = [(1, b'{"a": 1}'), (3, b'{"a": 2}'), (4, b'{"a": 3}')]


@pytest.mark.parametrize("packed", [False, True])
def test_lines_are_numbered_from_one_and_blank_ones_left_out(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "lines"
    path.write_bytes(gzip.compress(TEXT) if packed else TEXT)
    with open_lines(path) as lines:
        assert list(lines) == NUMBERED
        assert lines.size_bytes == lines.read_bytes == path.stat().st_size


def test_a_stream_of_unknown_length_is_read_too() -> None:
    lines = JsonLines(io.BufferedReader(io.BytesIO(gzip.compress(TEXT))))

    assert list(lines) == NUMBERED
    assert lines.size_bytes == 0


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with open_lines(path) as lines:
        assert list(lines) == []


def test_gzip_that_is_cut_short_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(TEXT)[:-9])
    with open_lines(path) as lines, pytest.raises((EOFError, zlib.error)):
        list(lines)
