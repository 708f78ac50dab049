"""How to care for a customer: channels, effort, wishes, consents, other names; each expectation worked out by hand."""

from typing import Any

from tests.story import DAY, HOUR, Story

Json = dict[str, Any]


def prefer(story: Story, after_ms: float, name: str, value: Any, **fields: Any) -> Story:
    return story.add(after_ms, "preference_set", "web", preference={"name": name, "value": value}, **fields)


def preferred(story: Story) -> dict[str, tuple[str, str, float, int]]:
    """Purpose -> channel, source, confidence, n."""
    shown = story.profile()["preferred_channels"]
    return {one["purpose"]: (one["channel"], one["source"], one["confidence"], one["n"]) for one in shown}


def parts(story: Story) -> dict[str, tuple[int, int]]:
    """Part -> n, points."""
    return {part["part"]: (part["n"], part["points"]) for part in story.profile()["effort"]["parts"]}


def test_use_of_a_channel_halves_in_ninety_days_and_is_counted_for_ever() -> None:
    story = Story().add(0, "message", "email").add(0, "call", "phone").add(90 * DAY, "message", "email")
    assert story.profile()["channel_use"] == {
        "info": {"email": {"n": 2, "recent": 1.5}, "phone": {"n": 1, "recent": 0.5}}
    }
    # 1.5 of 2, and one more for doubt.
    assert preferred(story) == {"info": ("email", "observed", 0.5, 3)}


def test_each_purpose_has_its_own_channel() -> None:
    story = Story().add(0, "order_placed", "web").add(0, "visit", "in_store").add(0, "complaint", "phone", case_id="k")
    story.add(1, "case_opened", "phone", case_id="k").add(2, "case_opened", "email", case_id="k")
    assert preferred(story) == {
        "info": ("in_store", "observed", 0.5, 1),
        "purchase": ("web", "observed", 0.5, 1),
        "dispute": ("phone", "observed", 0.5, 3),
    }
    # The field of old counts contacts, whatever they are for.
    assert story.profile()["preferred_channel"] == "phone"


def test_what_is_of_late_wins_over_what_was_more_often() -> None:
    story = Story().add(0, "call", "phone").add(1, "call", "phone").add(2, "call", "phone")
    story.add(180 * DAY, "message", "chat")
    # 3/4 against 1; 1 / (1.75 + 1).
    assert preferred(story)["info"] == ("chat", "observed", 0.3636, 4)
    assert story.profile()["preferred_channel"] == "phone"


def test_only_the_customer_uses_a_channel_and_equals_go_by_name() -> None:
    story = Story().add(0, "message", "phone", actor="human").add(0, "message", "sms", direction="outbound")
    story.add(0, "order_refunded", "app").add(0, "page_view", "web").add(0, "case_closed", "app", case_id="k")
    assert story.profile()["channel_use"] == {}
    assert preferred(story.add(0, "visit", "web").add(0, "visit", "in_store"))["info"][0] == "in_store"


def test_stated_channel_wins_and_one_for_the_purpose_wins_over_one_for_all() -> None:
    story = Story().add(0, "complaint", "email").add(0, "message", "email")
    prefer(prefer(story, HOUR, "channel.dispute", "phone"), HOUR, "channel", "chat")
    stated = {"info": "chat", "purchase": "chat", "dispute": "phone"}
    assert preferred(story) == {purpose: (channel, "stated", 1.0, 1) for purpose, channel in stated.items()}
    assert story.profile()["preferred_channel"] == "chat"
    # Taken back, and a channel there is none of.
    prefer(prefer(story, 2 * HOUR, "channel", None), 2 * HOUR, "channel.dispute", "pigeon")
    assert story.profile()["preferred_channel"] == "email"
    assert {purpose: shown[:2] for purpose, shown in preferred(story).items()} == {
        "info": ("email", "observed"),
        "dispute": ("email", "observed"),
    }


def test_newest_word_wins_whatever_comes_last() -> None:
    story = prefer(prefer(Story(), 2 * HOUR, "seat", "aisle"), HOUR, "seat", "window")
    (stated,) = story.profile()["preferences"]
    assert (stated["value"], stated["at"], stated["source"]) == ("aisle", "2026-01-01T02:00:00.000Z", "stated")
    assert stated["evidence"] == {
        "topic": "touchpoints", "partition": 0, "offset": 0, "id": "t0", "at": "2026-01-01T02:00:00.000Z"
    }  # fmt: skip


def test_large_preferences_stay_in_their_records() -> None:
    story = prefer(prefer(prefer(Story(), 0, "a", ["x"]), 1, "b", "y" * 256), 2, "c", "y" * 257)
    assert [(one["name"], one["value"]) for one in story.profile()["preferences"]] == [
        ("c", None),
        ("b", "y" * 256),
        ("a", None),
    ]


def test_sixteen_preferences_with_the_newest_words_are_kept() -> None:
    story = Story()
    for number in range(17):
        prefer(story, number, f"p{number}", number)
    prefer(story, -1, "p0", "older still")
    assert [one["name"] for one in story.profile()["preferences"]] == [f"p{number}" for number in range(16, 0, -1)]


def consent(story: Story, after_ms: float, purpose: str, granted: bool) -> Story:
    return story.add(after_ms, "consent_changed", "web", consent={"purpose": purpose, "granted": granted})


def test_newest_consent_of_a_purpose_holds() -> None:
    story = consent(consent(consent(Story(), HOUR, "mail", granted=False), 0, "mail", granted=True), 0, "calls", True)
    shown = [(one["purpose"], one["granted"], one["evidence"]["offset"]) for one in story.profile()["consents"]]
    assert shown == [("mail", False, 0), ("calls", True, 2)]
    # Only the kind that says so changes it.
    story.add(2 * HOUR, "message", consent={"purpose": "mail", "granted": True})
    assert story.profile()["consents"][0]["granted"] is False


def test_transfers_and_reopenings_and_waits_make_effort() -> None:
    story = Story().add(0, "case_transferred", case_id="k", actor="human", direction="outbound")
    story.add(0, "case_reopened", case_id="k", actor="system").add(0, "call", "phone", wait_s=600, duration_s=30)
    assert parts(story) == {"transfers": (1, 10), "reopens": (1, 15), "long_waits": (1, 5)}
    assert story.profile()["effort"]["index"] == 30
    # A month later half of it.
    story.add(30 * DAY, "page_view")
    assert parts(story) == {"transfers": (1, 5), "reopens": (1, 8), "long_waits": (1, 2)}
    assert story.profile()["effort"]["index"] == 15


def test_coming_again_within_a_week_is_a_repeat_and_by_another_channel_a_switch() -> None:
    story = Story().add(0, "message", "email", case_id="k").add(7 * DAY, "call", "phone", case_id="k")
    story.add(15 * DAY, "call", "phone", case_id="k").add(15 * DAY, "message", "chat", issue="bill")
    story.add(16 * DAY, "visit", "in_store", issue="bill").add(16 * DAY, "visit", "in_store")
    # Repeats: after 7 d of the case, after a day of the bill: 5·(2^(-9/30) + 1) = 9.06; the switch 5·0.81 = 4.06.
    assert parts(story) == {"repeats": (2, 9), "switches": (1, 4)}
    effort = story.profile()["effort"]
    assert (effort["cases"], effort["contacts"], effort["contacts_per_case"]) == (1, 3, 3.0)


def test_effort_is_the_same_whatever_came_first() -> None:
    told = [(0, "message", "email"), (DAY, "call", "phone"), (2 * DAY, "message", "email")]
    for order in (told, told[::-1], [told[1], told[2], told[0]]):
        story = Story()
        for after_ms, kind, channel in order:
            story.add(after_ms, kind, channel, case_id="k")
        # Switches weigh 2^(-1/30) and 1: 5·1.977 = 9.9.
        assert parts(story) == {"repeats": (2, 10), "switches": (2, 10)}


def test_newest_effort_answer_weighs_if_it_was_hard_and_the_index_ends_at_100() -> None:
    story = Story().answer(0, "ces", 7, min=1, max=7).answer(1, "ces", 1, min=1, max=7)
    assert parts(story) == {"hard": (1, 20)}
    assert (story.profile()["effort"]["ces_n"], story.profile()["effort"]["ces_mean"]) == (2, 4.0)
    for _ in range(6):
        story.add(1, "case_reopened", case_id="k")
    assert parts(story) == {"reopens": (6, 90), "hard": (1, 20), "limit": (0, -10)}
    assert story.profile()["effort"]["index"] == 100
    assert parts(story.answer(2, "ces", 4, min=1, max=7)) == {"reopens": (6, 90)}


def test_nothing_known_is_no_effort() -> None:
    assert Story().add(0, "page_view").profile()["effort"] == {
        "index": 0, "parts": [], "cases": 0, "contacts": 0, "contacts_per_case": None, "ces_n": 0, "ces_mean": None
    }  # fmt: skip


def test_waits_have_a_window_with_their_mean_and_the_long_ones() -> None:
    story = Story().add(0, "call", "phone", wait_s=30.5, duration_s=60).add(0, "call", "phone", wait_s=599.5)
    story.add(0, "call", "phone", wait_s=0).add(0, "call", "phone", wait_s=10, duration_s=0).add(0, "call", "phone")
    # (30.5 + 599.5 + 0 + 10) / 4; the last one with a wait was given up.
    assert story.profile()["windows"]["wait"]["1h"] == {"n": 4, "mean": 160.0, "long": 1, "complete": False}
    story.add(40 * DAY, "visit", wait_s=10**9)
    assert story.profile()["windows"]["wait"]["24h"] == {"n": 1, "mean": 604_800.0, "long": 1, "complete": True}


def test_work_for_the_customer_has_a_window() -> None:
    story = Story().add(0, "case_transferred", case_id="k").add(0, "case_transferred").add(0, "case_reopened")
    story.add(0, "call", "phone", wait_s=600).add(0, "call", "phone", wait_s=5).add(DAY, "page_view")
    assert story.profile()["windows"]["effort"]["7d"] == {"n": 4, "transfers": 2, "reopens": 1, "complete": False}
    assert story.profile()["windows"]["effort"]["1h"] == {"n": 0, "transfers": 0, "reopens": 0, "complete": True}
    assert story.profile()["windows"]["wait"]["1h"] == {"n": 0, "mean": None, "long": 0, "complete": True}


def test_windows_of_effort_and_wait_stand_in_alerts() -> None:
    story = Story().add(0, "call", "phone", wait_s=700).answer(0, "csat", 1, "email").answer(0, "csat", 1, "chat")
    (alert,) = story.replay().alerts
    assert alert["context"]["windows"]["wait"]["24h"] == {"n": 1, "mean": 700.0, "long": 1, "complete": False}
    assert alert["context"]["windows"]["effort"]["24h"] == {"n": 1, "transfers": 0, "reopens": 0, "complete": False}


def interests(story: Story) -> list[tuple[Any, ...]]:
    shown = story.profile()["interests"]
    return [(one["name"], one["about"], one["source"], one["strength"], one["n"], one["on_wish_list"]) for one in shown]


def test_what_is_looked_at_once_a_day_is_an_interest_that_fades() -> None:
    story = Story().add(0, "page_view", product="lamp").add(1, "search", product="lamp", issue="price")
    story.add(30 * DAY, "page_view", product="lamp").add(30 * DAY, "page_view", issue="returns")
    # The lamp: 1 and 2^(-30/30).
    assert interests(story) == [
        ("lamp", "product", "observed", 1.5, 2, False),
        ("returns", "issue", "observed", 1.0, 1, False),
    ]
    assert story.profile()["interests"][0]["evidence"]["id"] == "t2"


def test_only_looking_and_wishing_show_an_interest() -> None:
    story = Story().add(0, "message", product="lamp").add(0, "page_view").add(0, "shop.viewed", product="lamp")
    story.add(0, "page_view", product="lamp", actor="human").add(0, "wishlist.viewed", product="lamp")
    assert interests(story) == []


def test_wish_list_is_an_interest_until_it_is_taken_off() -> None:
    story = Story().add(0, "page_view", "web", product="lamp").add(1, "shop.wishlist_added", "web", product="lamp")
    assert interests(story) == [("lamp", "product", "observed", 2.0, 2, True)]
    story.add(DAY, "shop.wishlist_removed", "web", product="lamp")
    assert interests(story) == []
    # Late news of the day before do not bring it back, a later look does.
    story.add(HOUR, "search", "web", product="lamp").add(2 * DAY, "search", "web", product="lamp")
    assert interests(story) == [("lamp", "product", "observed", 1.0, 1, False)]


def test_stated_interest_beats_the_observed_one() -> None:
    story = Story().add(0, "page_view", product="lamp").add(0, "page_view", product="door")
    prefer(prefer(prefer(story, HOUR, "interest.lamp", True), HOUR, "interest.door", False), HOUR, "interest.gifts", 3)
    # 2^(-1/720) of the lamp; the door is not wanted; gifts were never looked at.
    assert interests(story) == [
        ("gifts", None, "stated", None, 0, False),
        ("lamp", "product", "stated", 0.999, 1, False),
    ]
    prefer(story, 2 * HOUR, "interest.door", None)
    assert interests(story)[-1] == ("door", "product", "observed", 0.9981, 1, False)


def test_sixteen_newest_interests_are_kept() -> None:
    story = Story()
    for number in range(17):
        story.add(number, "page_view", product=f"p{number}")
    assert [one[0] for one in interests(story)] == [f"p{number}" for number in range(16, 0, -1)]


def ids(story: Story) -> dict[str, list[tuple[str, bool | None]]]:
    shown = story.profile()["ids"]
    return {kind: [(one["value"], one["normalized"]) for one in of] for kind, of in shown.items()}


def test_telephone_numbers_and_addresses_have_one_form() -> None:
    story = Story().add(0, "identified", ids={"phone": "+90 532 123 45 67", "email": " Ada@EXAMPLE.org "})
    story.add(1, "identified", ids={"phone": "+90 (532) 123-45-67", "email": "Ada@example.org", "anonymous": " a 1 "})
    assert ids(story) == {
        "anonymous": [("a 1", None)],
        "email": [("Ada@example.org", True)],
        "phone": [("+905321234567", True)],
    }
    assert story.profile()["ids"]["phone"][0]["at"] == "2026-01-01T00:00:00.001Z"


def test_what_has_no_common_form_stays_as_it_came_and_says_so() -> None:
    story = Story().add(0, "identified", ids={"phone": "0532 123 45 67", "email": "no address"})
    story.add(1, "message", ids={"phone": "+1 415 555 2671 ext. 12"})
    assert ids(story) == {
        "email": [("no address", False)],
        "phone": [("+1 415 555 2671 ext. 12", False), ("0532 123 45 67", False)],
    }


def test_the_newest_four_of_a_kind_and_32_of_all_are_kept() -> None:
    story = Story()
    for number in (3, 0, 4, 1, 2):
        story.add(number, "identified", ids={"email": f"c{number}@example.org"})
    assert [value for value, _ in ids(story)["email"]] == [f"c{number}@example.org" for number in (4, 3, 2, 1)]
    for number in range(30):
        story.add(HOUR + number, "identified", ids={f"kind {number:02d}": "7"})
    assert sum(len(of) for of in ids(story).values()) == 32
    assert [value for value, _ in ids(story)["email"]] == ["c4@example.org", "c3@example.org"]


def test_no_identifier_stands_in_an_alert() -> None:
    told = {"email": "ada@example.org", "phone": "+90 532 123 45 67"}
    story = Story().answer(0, "csat", 1, "email", ids=told).answer(0, "csat", 1, "chat", ids=told)
    (alert,) = story.replay().alerts
    assert "ada" not in str(alert)
    assert "532" not in str(alert)
    assert len(ids(story)) == 2
