"""The picture: golden text at two sizes, and what holds at any size.

`python -m tests.docs.demo_picture` renews the golden texts and the picture in docs/demo.md; look at the difference.
"""

import re
from pathlib import Path

import pytest

from app.dev.demo.view.bars import legend, single, stacked
from app.dev.demo.view.scene import Scene
from tests.scenes import alert, drawn, profile, scene

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_the_picture_is_the_golden_one(width: int, height: int) -> None:
    assert drawn(scene(), width, height) == (GOLDEN / f"{width}x{height}.txt").read_text()


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("make", [Scene, scene], ids=["before anything came", "full"])
def test_at_any_size_nothing_goes_beyond_the_edges(make: type[Scene], *, unicode: bool) -> None:
    for width in (1, 5, 12, 25, 40, 59, 60, 79, 80, 99, 100, 133, 240):
        for height in (1, 2, 3, 4, 5, 7, 8, 12, 13, 14, 23, 24, 29, 30, 33, 34, 60):
            lines = drawn(make(), width, height, unicode=unicode).splitlines()
            assert len(lines) <= height, (width, height)
            assert max(map(len, lines)) <= width, (width, height)
            if height >= 8 and width >= 8:
                assert len(lines) == height, (width, height)


def test_plain_ascii_is_all_that_is_drawn_where_the_terminal_knows_no_more() -> None:
    for width, height in ((80, 24), (120, 40)):
        assert drawn(scene(), width, height, unicode=False).isascii()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_neither_texts_nor_evidence_are_drawn(width: int, height: int) -> None:
    assert "not drawn" not in drawn(scene(), width, height)


def test_colour_adds_nothing_that_cannot_be_read_without_it() -> None:
    in_colour = drawn(scene(), 120, 40, colour=True)

    assert "\x1b[" in in_colour
    plain = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", in_colour).splitlines()]
    assert plain == drawn(scene(), 120, 40).splitlines()


def test_an_id_as_long_as_ids_may_be_keeps_the_columns() -> None:
    told = scene()
    told.profile("x" * 256, profile("x" * 256, "critical", 100, {"negative_experience": 85}), 105)
    told.profile("[bold]", profile("[bold]", "critical", 99, {"negative_experience": 85}), 105)

    (line,) = [line for line in drawn(told, 80, 24).splitlines() if "xxx" in line]
    assert line.startswith("│ xxxxxxxxxxxxxx critical 100  N███")
    assert "│ [bold]         critical  99  N███" in drawn(told, 80, 24)


def test_a_bar_is_as_long_as_its_points() -> None:
    reasons = (("negative_experience", 70), ("open_complaint", 22), ("new_order", -8), ("limit", 16))

    assert stacked(reasons, 2, unicode=True).plain == "N" + "█" * 34 + "O" + "█" * 10 + " -8 new_order"
    assert stacked(reasons, 4, unicode=False).plain == "N" + "=" * 17 + "O" + "=" * 4 + " -8 new_order"
    assert single(13, 2, unicode=True) == "██████▌"
    assert single(13, 2, unicode=False) == "======"
    assert single(-12, 3, unicode=True) == "░░░░"


@pytest.mark.parametrize("per_cell", [2, 4, 8])
def test_the_parts_of_a_bar_lose_nothing_to_rounding(per_cell: int) -> None:
    reasons = [("negative_experience", 41), ("nps", 15), ("satisfaction", 11), ("long_wait", 3), ("money_trouble", 7)]

    assert len(stacked(reasons, per_cell, unicode=True).plain) == round(77 / per_cell)


def test_a_reason_that_the_view_does_not_know_is_drawn_all_the_same() -> None:
    assert stacked([("brand_new", 12)], 2, unicode=True).plain == "?█████"


def test_only_the_letters_in_sight_are_explained_and_only_whole_names() -> None:
    shown = [[("effort", 8), ("negative_experience", 40)], [("new_order", -8), ("nps", 15), ("nps", -10)]]

    assert [line.plain for line in legend(shown, 80)] == ["N negative  P nps  E effort  "]
    assert [line.plain for line in legend(shown, 20)] == ["N negative  P nps  ", "E effort  "]
    assert [line.plain for line in legend(shown, 8)] == ["P nps  ", "E effort  "]
    assert [line.plain for line in legend([[("brand_new", 5), ("limit", 9)]], 80)] == ["? another  "]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (84, 24), (93, 30), (100, 24), (120, 40)])
def test_every_letter_on_the_screen_is_explained_those_of_alerts_too(width: int, height: int) -> None:
    told = scene()
    rare = {"legal_threat": 12, "competitor": 4, "cancellation": 11, "human_wanted": 3}
    told.alert(alert("cus-7-00900", "opened", "at_risk", 60, rare))
    picture = drawn(told, width, height)
    panel = picture.partition("At risk")[2].partition("╰")[0].splitlines()[1:]

    bars = re.findall(r"([A-Z?])(?=█)", "".join(panel))
    alerted = re.findall(r" ([A-Z?])[+-]\d", picture)
    explained = re.findall(r" ([A-Z]) [a-z]+", "".join(line for line in panel if "█" not in line))
    assert bars
    assert bool(alerted) == (width < 94)
    assert {*bars, *alerted} <= {*explained}


def test_customers_at_risk_for_whom_there_is_no_room_are_counted() -> None:
    assert "At risk: 7   a cell is 4 points   4 shown, and 3 more " in drawn(scene(), 80, 24)
    assert " more" not in drawn(scene(), 120, 40).partition("Alerts")[0]
