"""Of a mail only what its writer said is scored."""

import time

import pytest

from models.sentiment import built_in
from models.sentiment.mail import own_words

KIND = "Thank you, all is well now."


@pytest.mark.parametrize(
    "rest",
    [
        "> I am furious, this is terrible.\n> Terrible!",
        "On Mon, 3 Mar 2025 at 10:11, Support <help@shop.example> wrote:\nI am furious, this is terrible.",
        "Am 3. März 2025 schrieb Support:\nterrible",
        "Le lun. 3 mars 2025 à 10:11, Support a écrit :\nterrible",
        "3 Mart 2025 Pzt 10:11 tarihinde Support şunları yazdı:\nterrible",
        "2025년 3월 3일 (월) 10:11, Support님이 작성:\nterrible",
        "-----Original Message-----\nFrom: somebody\nterrible",
        "________________________________\nFrom: Support <help@shop.example>\nterrible",
        "From: Support <help@shop.example>\nSent: Monday\nterrible",
        "-- \nTerrible Tools Ltd, Head of Fraud",
        "Sent from my iPhone\nterrible",
    ],
)
def test_history_and_signature_are_left_out(rest: str) -> None:
    assert own_words(f"{KIND}\n\n{rest}") == KIND


def test_an_answer_between_quoted_lines_is_kept() -> None:
    assert own_words("> Is it broken?\nIt is.\n> Since when?\nYesterday.") == "It is.\nYesterday."


@pytest.mark.parametrize("text", ["> only a quote", "On hold again, nobody wrote: shame", "-- \nno word of my own"])
def test_a_mail_with_nothing_else_is_read_whole(text: str) -> None:
    assert own_words(text) == text


def test_a_sentence_about_writing_does_not_end_the_mail() -> None:
    text = "On hold for an hour.\nI wrote: nobody answered.\nTerrible."
    assert own_words(text) == text


def test_the_quoted_anger_of_last_week_no_longer_counts() -> None:
    mail = f"{KIND}\n> I am furious, this is the worst service ever!\n> Refund me!"
    before, after = built_in().score_many([mail, own_words(mail)], ["en", "en"])
    assert before.signals == ("thanks", "refund")
    assert after.signals == ("thanks",)
    assert after.score_milli > before.score_milli


def test_a_line_made_to_be_slow_is_not() -> None:
    line = "On " + "wrote " * 20_000
    start = time.process_time()
    own_words(f"{line}\n{line}")
    assert time.process_time() - start < 1.0
