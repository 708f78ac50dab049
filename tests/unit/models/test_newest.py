"""The newest of each group: a function of the set, whatever the order."""

import random
from itertools import permutations

from models.newest import keep_newest, key_of
from models.relation import Promise


def kept(made: list[Promise], most: int) -> list[Promise]:
    entries: list[Promise] = []
    for promise in made:
        keep_newest(entries, promise, lambda entry: entry.case_id, most)
    return entries


def test_of_each_group_the_newest_stays_and_of_the_groups_the_newest_few() -> None:
    made = [Promise(at_ms, "", f"t{at_ms}", case, 0) for at_ms, case in enumerate("abacb")]
    for order in permutations(made):
        assert [(entry.at_ms, entry.case_id) for entry in kept(list(order), 2)] == [(3, "c"), (4, "b")]


def test_no_order_of_arrival_changes_what_is_kept(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(50):
        made = [Promise(draw.randrange(9), draw.choice("xy"), str(n), draw.choice("abcdefgh"), n) for n in range(20)]
        expected = kept(sorted(made, key=key_of), 4)
        draw.shuffle(made)
        assert kept(made, 4) == expected


def test_an_entry_that_comes_again_outside_the_guard_of_duplicates_replaces_itself() -> None:
    assert kept([Promise(1, "", "t", "a", 5), Promise(1, "", "t", "a", 6)], 4) == [Promise(1, "", "t", "a", 6)]


def test_fewer_may_be_kept_than_before() -> None:
    entries = [Promise(at_ms, "", "t", str(at_ms), 0) for at_ms in range(10)]
    keep_newest(entries, Promise(10, "", "t", "x", 0), lambda entry: entry.case_id, 3)
    assert [entry.at_ms for entry in entries] == [8, 9, 10]
