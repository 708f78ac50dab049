"""Spells and stages: gaps drawn out, and each stage by the rule that names it."""

import random

from models.policy import DAY_MS, Policy
from models.profile import new_profile, observe
from models.spells import extend
from models.stage import stage
from models.state import Profile, Spell
from models.touchpoint import Touchpoint

GAP_MS = 180 * DAY_MS
START_MS = 1_700_000_000_000


def spells_of(points: list[tuple[int, bool]]) -> list[Spell]:
    spells: list[Spell] = []
    for at_ms, ordered in points:
        extend(spells, at_ms, ordered, GAP_MS, 16)
    return spells


def known(*points: tuple[float, str], customer_id: str = "c") -> Profile:
    profile = new_profile(customer_id)
    for place, (day, kind) in enumerate(points):
        point = Touchpoint(id=str(place), time=0, channel="web", kind=kind)
        point.at_ms = START_MS + int(day * DAY_MS)
        observe(profile, point, Policy())
    return profile


def at(profile: Profile, day: float) -> str:
    return stage(profile, START_MS + int(day * DAY_MS), Policy())


def test_a_gap_of_180_days_parts_two_spells_and_a_shorter_one_does_not() -> None:
    assert len(spells_of([(0, False), (GAP_MS - 1, False)])) == 1
    assert spells_of([(0, False), (GAP_MS, True)]) == [Spell(0, 0, 0), Spell(GAP_MS, GAP_MS, GAP_MS)]


def test_a_late_touchpoint_joins_the_spells_it_bridges_and_keeps_the_first_order() -> None:
    """
    A .......... B      gap of 200 d
         x              100 d: A-x and x-B are shorter than 180 d
    """
    points = [(1, True), (200 * DAY_MS, True), (100 * DAY_MS, False)]
    assert spells_of(points) == [Spell(1, 200 * DAY_MS, 1)]


def test_spells_do_not_depend_on_the_order_of_arrival(seed: int) -> None:
    draw = random.Random(seed)
    points = [(1 + draw.randrange(2_000) * DAY_MS, draw.random() < 0.3) for _ in range(12)]
    expected = spells_of(sorted(points))
    for _ in range(20):
        draw.shuffle(points)
        assert spells_of(points) == expected


def test_each_stage_by_its_rule() -> None:
    assert at(known((0, "page_view"), customer_id="anon:1"), 1) == "anonymous"
    assert at(known((0, "page_view")), 1) == "lead"
    assert at(known((0, "order_placed")), 29.9) == "new"
    assert at(known((0, "order_placed")), 30) == "active"
    assert at(known((0, "order_placed")), 179.9) == "active"
    assert at(known((0, "order_placed")), 180) == "lapsed"
    assert at(known((0, "complaint"), (1, "complaint"), (1.1, "payment_failed")), 2) == "at_risk"


def test_won_back_is_30_days_from_the_first_order_after_a_gap() -> None:
    back = known((0, "order_placed"), (200, "page_view"), (201, "order_placed"), (210, "order_placed"))
    assert at(back, 210) == "won_back"
    assert at(back, 230.9) == "won_back"
    assert at(back, 231) == "active"
    assert at(known((0, "order_placed"), (200, "page_view")), 200) == "active"
