"""Parts of the oracle that no story shows by itself, each expectation worked out by hand."""

from fractions import Fraction
from typing import Any

import pytest

from app.verify.reference.decay import LANDMARK_MS, mean, total_at, weight
from app.verify.reference.episodes import hash_of
from app.verify.reference.facts import KINDS, Facts, Lists, ascending, kept
from app.verify.reference.replay import replay
from app.verify.reference.touchpoints import Touch, feeling, instant_ms, read
from tests.happenings import TEXTS, read_signals
from tests.story import DAY, START_MS, Story
from tests.streams import stream


def test_decayed_sum_of_three_tens_a_half_life_apart_is_17_5_in_any_order() -> None:
    days = [START_MS, START_MS + 30 * DAY, START_MS + 60 * DAY]
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        tens = [(days[place], 10) for place in order]
        # 10 + 10/2 + 10/4.
        assert total_at(tens, 30 * DAY, days[2]) == Fraction(35, 2)


def test_weight_doubles_with_each_half_life_also_before_2020() -> None:
    assert weight(LANDMARK_MS, DAY) == 2**24
    assert weight(LANDMARK_MS - DAY, DAY) == 2**23
    # 2^0.5·2^24 = 23726566.3.
    assert weight(LANDMARK_MS + DAY // 2, DAY) == 23_726_566
    assert weight(LANDMARK_MS - DAY // 2, DAY) == 11_863_283


def test_decayed_mean_does_not_depend_on_when_it_is_read() -> None:
    said = [(START_MS, 800), (START_MS + 14 * DAY, -300)]
    # (400 - 300) / 1.5.
    assert mean(said, 14 * DAY) == Fraction(200, 3)
    for read_at in (START_MS + 14 * DAY, START_MS + 400 * DAY):
        ones = [(at_ms, 1) for at_ms, _ in said]
        assert total_at(said, 14 * DAY, read_at) / total_at(ones, 14 * DAY, read_at) == Fraction(200, 3)


def listed(touches: list[Touch]) -> Lists:
    facts = Facts()
    for touch in touches:
        facts.add(touch)
    return facts.lists


def test_of_one_case_and_day_the_newest_trouble_stays_and_sixteen_in_all() -> None:
    story = Story()
    for day in range(20):
        story.add(day * DAY + 2, "complaint", case_id="k").add(day * DAY + 1, "complaint", "chat", case_id="k")
    facts = listed([touch for record in story.records if (touch := read(record)) is not None])
    days = [(touch["at_ms"] - START_MS) / DAY for touch in facts["complaints"]]
    assert days == [day + 2 / DAY for day in range(4, 20)]
    assert facts["negatives"] == facts["complaints"]
    # Contacts are never thinned: the newest 16 of the 40.
    assert facts["contacts"][0]["at_ms"] - START_MS == 12 * DAY + 1


@pytest.mark.parametrize("seed", range(4))
def test_a_list_that_touchpoints_left_alone_is_what_all_of_them_make(seed: int) -> None:
    records = stream(seed, 200, customers=1, late=0.3)
    outcome = replay(records, lambda touch: feeling(touch, TEXTS.__getitem__), read_signals, final_only=True)
    (customer,) = outcome.customers.values()
    facts = Facts()
    for number, touch in enumerate(customer.touches, 1):
        facts.add(touch)
        for name, kind in KINDS.items():
            of_kind = ascending([each for each in customer.touches[:number] if kind.leaves(each)])
            assert facts.lists[name] == kept(of_kind, kind)


def test_places_already_passed_are_replays() -> None:
    story = Story().add(0, "page_view").add(1, "page_view")
    outcome = replay(story.records + story.records, lambda touch: None)
    assert outcome.replayed == 2
    assert outcome.profiles["c1"]["touchpoints"] == 2
    assert outcome.profiles["c1"]["duplicates"] == 0


def test_times_are_cut_to_milliseconds() -> None:
    assert instant_ms("2026-01-01T02:00:00.0019+02:00") == START_MS + 1
    assert instant_ms("2026-01-01T00:00:00Z") == START_MS
    assert instant_ms("2026-01-01T00:00:00") is None
    assert instant_ms("1969-12-31T23:59:59Z") is None


def test_producers_sentiment_wins_and_only_the_customers_words_count() -> None:
    def heard(**fields: Any) -> int | None:
        touch = read(Story().add(0, **({"kind": "message", "text": "bad"} | fields)).records[0])
        assert touch is not None
        return feeling(touch, {"bad": -700}.__getitem__)

    assert heard() == -700
    assert heard(sentiment=0.25) == 250
    assert heard(sentiment=0.25, text=None) == 250
    assert heard(sentiment=0.25, actor="human") is None
    assert heard(actor="human") is heard(direction="outbound") is heard(kind="agent_note") is None


def test_text_is_hashed_as_utf_8() -> None:
    # printf '["é"]' | sha256sum | cut -c1-32.
    assert hash_of("é") == "0b657be394b1d432f8d1942406ed09c2"
