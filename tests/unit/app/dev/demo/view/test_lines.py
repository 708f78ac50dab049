"""The plain view: a line for each alert, and a word about those that nobody read."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TextIO

import pytest

from app.cli.alert_line import show_alert
from app.dev.demo.view.lines import Lines
from app.dev.demo.view.writer import ReaderGoneError
from tests.scenes import alert, scene


@pytest.fixture
def ends() -> Iterator[tuple[int, TextIO]]:
    """A pipe."""
    out, into = os.pipe()
    with os.fdopen(into, "w", encoding="utf-8") as writing:
        yield out, writing
    os.close(out)


def test_an_alert_is_a_line_as_kanarya_alerts_prints_it(ends: tuple[int, TextIO]) -> None:
    with Lines(show_alert, ends[1]) as lines:
        lines.alert(alert("cus-7-00137", "opened", "critical", 82, {"negative_experience": 70, "satisfaction": 12}))
        lines.end("ended")

    assert os.read(ends[0], 4096).decode() == (
        "2026-10-05 14:19  cus-7-00137    critical opened    82  negative_experience +70, satisfaction +12\nended\n"
    )


def test_a_reader_who_reads_again_is_told_how_much_is_missing(ends: tuple[int, TextIO]) -> None:
    out, into = ends
    with ThreadPoolExecutor(1) as pool, open(out, encoding="utf-8", closefd=False) as reading:
        with into, Lines(show_alert, into) as lines:
            for _ in range(20_000):
                lines.alert(alert("cus-7-00137", "opened", "critical", 82, {"negative_experience": 70}))
            read = pool.submit(reading.read)
            assert lines._writer.finish(60)
            lines.alert(alert("cus-7-00099", "opened", "critical", 82))
            assert lines._writer.finish(60)

        *before, missing, last = read.result().splitlines()
    assert missing == f"({20_000 - len(before)} lines are left out: nobody read them)"
    assert all("cus-7-00137" in line for line in before)
    assert "cus-7-00099" in last


async def test_a_reader_who_is_gone_is_noticed(ends: tuple[int, TextIO]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), ends[0])
    with Lines(show_alert, ends[1]) as lines:
        lines.say("anybody there?")
        with pytest.raises(ReaderGoneError):
            await lines.watch(scene())
