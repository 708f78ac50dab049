"""The page about the simulated customers is the code's."""

import re

from app.dev.simulate.cast import STORIES
from tests.docs.stories_page import PAGE, page


def test_the_stories_page_is_up_to_date() -> None:
    """After a change: python -m tests.docs.stories_page"""
    assert PAGE.read_text() == page()


def test_every_story_is_on_the_page_with_what_must_and_must_not_happen() -> None:
    sections = page().split("\n## ")[1:]

    assert [section.split("`")[1] for section in sections] == [story.__name__ for story, _ in STORIES]
    for section in sections:
        assert re.search(r"^- Must: \w.*\n- Must not: \w", section, re.MULTILINE), section
        assert re.search(r"^\| 0 d 00:00 \|", section, re.MULTILINE), section


def test_no_text_of_a_customer_is_on_the_page() -> None:
    assert "angry about" not in page()
    assert "Which filter" not in page()
