"""Exact decayed sums: the vectors of the formulas, and what exact means."""

import random
from itertools import permutations

from models import decay
from models.policy import DAY_MS
from models.state import Decayed

H_MS = 30 * DAY_MS


def added(*events: tuple[int, int]) -> Decayed:
    decayed = Decayed()
    for at_ms, value in events:
        decay.add(decayed, H_MS, at_ms, value)
    return decayed


def test_ten_at_days_0_30_and_60_is_17_5_at_day_60_in_any_order() -> None:
    """H = 30 d: 10 + 10/2 + 10/4; the weight of day 60 under the landmark is 2**2 * 2**24."""
    events = [(decay.LANDMARK_MS + day * DAY_MS, 10) for day in (0, 30, 60)]
    for order in permutations(events):
        decayed = added(*order)
        assert decayed.values * 2.0**decayed.exponent / (4 << 24) == 17.5


def test_the_mean_does_not_depend_on_when_it_is_read() -> None:
    """1000 now and 0 one half-life ago weigh 2 to 1, today and ever."""
    decayed = added((decay.LANDMARK_MS, 0), (decay.LANDMARK_MS + H_MS, 1000))
    assert decay.mean(decayed) == 1000 * 2 / 3


def test_any_order_gives_the_same_sums(seed: int) -> None:
    draw = random.Random(seed)
    events = [(draw.randrange(0, 4_000_000_000_000), draw.randint(-1000, 1000)) for _ in range(50)]
    first = added(*events)
    draw.shuffle(events)
    assert added(*events) == first


def test_a_time_before_the_landmark_has_a_negative_exponent_and_counts_all_the_same() -> None:
    """Two half-lives before the landmark weighs a quarter: (1000 * 1 + 0 * 4) / 5."""
    decayed = added((decay.LANDMARK_MS - 2 * H_MS, 1000), (decay.LANDMARK_MS, 0))
    assert decayed.exponent == -2
    assert decay.mean(decayed) == 200
