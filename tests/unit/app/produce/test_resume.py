"""How far a file was sent is kept, and holds only for the same file."""

import json
from pathlib import Path

import pytest

from app.produce.lines import START, Mark
from app.produce.resume import Resume, ResumeError, behind, from_line
from app.produce.source import open_lines

FILES = {"a.jsonl": '{"n": 1}\n\n{"n": 2}\n{"n": 3}', "a.csv": 'n,t\n1,"x\ny"\n2,\n3,z'}


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path: Path = tmp_path / request.param
    path.write_text(FILES[request.param])
    return path


def marks(file: Path) -> list[tuple[int, Mark]]:
    with open_lines(file) as lines:
        return [(number, lines.mark) for number, _ in lines]


def rest(file: Path, mark: Mark) -> list[int]:
    with open_lines(file) as lines:
        return [number for number, _ in behind(lines, mark)]


def test_a_file_is_read_on_behind_a_mark(file: Path) -> None:
    told = marks(file)
    numbers = [number for number, _ in told]

    assert rest(file, START) == numbers
    for index, (_, mark) in enumerate(told):
        assert rest(file, mark) == numbers[index + 1 :]


def test_lines_that_were_added_are_what_is_left(file: Path) -> None:
    end = marks(file)[-1][1]
    with file.open("a") as more:
        more.write("\n4,w\n")

    assert rest(file, end) == [end.line + 1]


def test_a_file_that_has_changed_is_refused(file: Path) -> None:
    mark = marks(file)[1][1]
    file.write_text(file.read_text().replace("1", "7", 1))
    with pytest.raises(ResumeError, match="in a file of their own"):
        rest(file, mark)


def test_a_file_that_is_shorter_is_refused(file: Path) -> None:
    mark = marks(file)[-1][1]
    file.write_text("\n".join(file.read_text().split("\n")[:2]))
    with pytest.raises(ResumeError, match="has changed"):
        rest(file, mark)


def test_lines_are_left_out_by_their_number(file: Path) -> None:
    first = marks(file)[1][0]
    with open_lines(file) as lines:
        assert [number for number, _ in from_line(lines, first)] == [number for number, _ in marks(file)][1:]


def test_the_mark_is_kept_whole_and_at_most_once_a_second_unless_it_must_be_now(tmp_path: Path) -> None:
    kept = Resume(tmp_path / "state")
    assert kept.mark == START
    kept.save(Mark(1, 11))
    kept.save(Mark(2, 22))
    assert Resume(tmp_path / "state").mark == Mark(1, 11)
    kept.save(Mark(2, 22), now=True)

    assert Resume(tmp_path / "state").mark == Mark(2, 22)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert json.loads((tmp_path / "state").read_text()) == {"line": 2, "crc": 22}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"line": 1, "crc": 2, "id": "x"}', "touchpoints"])
def test_another_file_is_no_resume_file_and_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state"
    path.write_text(text)
    with pytest.raises(ResumeError, match="is no resume file"):
        Resume(path)

    assert path.read_text() == text
