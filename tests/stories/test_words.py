"""Points for what the customer's words tell beside their feeling, each expectation worked out by hand."""

from typing import Any

from tests.story import DAY, Story


def test_words_for_a_person_the_law_others_and_an_end_weigh_a_little_each() -> None:
    assert Story().add(0, "message", "chat", text="a person please").points() == {"human_wanted": 6}
    assert Story().add(0, "message", "chat", text="my lawyer will write").points() == {"legal_threat": 15}
    assert Story().add(0, "message", "chat", text="others are cheaper").points() == {"competitor": 8}
    assert Story().add(0, "message", "chat", text="I cancel").points() == {"cancellation": 10}


def test_the_same_words_again_weigh_no_more_and_fade() -> None:
    story = Story().add(0, "message", "chat", text="my lawyer will write")
    story.add(0, "review", "review", text="my lawyer will write")
    # 15·min(2, 1) = 15; a month later c = 2·2^-1 = 1, after two c = 0.5: 7.5 -> 8.
    assert story.points() == {"legal_threat": 15}
    assert story.evidence("legal_threat") == ["t1", "t0"]
    assert story.add(30 * DAY, "page_view").points() == {"legal_threat": 15}
    assert story.add(60 * DAY, "page_view").points() == {"legal_threat": 8}


def test_a_price_counts_only_in_a_complaint() -> None:
    assert Story().add(0, "message", "chat", text="a fair price").points() == {}
    assert Story().add(0, "message", "chat", text="too dear").points() == {"competitor": 8}


def test_one_angry_text_with_every_word_for_leaving_is_an_alert() -> None:
    story = Story().add(0, "message", "email", text="never again")
    # 40 + 6 + 15 + 8 + 10.
    assert story.points() == {
        "negative_experience": 40, "human_wanted": 6, "legal_threat": 15, "competitor": 8, "cancellation": 10
    }  # fmt: skip
    assert story.alerts() == [(1, "opened", "at_risk", 79)]


def test_words_count_only_where_the_customer_said_them_and_our_scorer_read_them() -> None:
    said: dict[str, Any] = {"channel": "email", "text": "my lawyer will write"}
    assert Story().add(0, "message", **said, actor="human").points() == {}
    assert Story().add(0, "message", **said, direction="outbound").points() == {}
    assert Story().add(0, "agent_note", **said).points() == {}
    assert Story().add(0, "message", **said, sentiment=0).points() == {}
