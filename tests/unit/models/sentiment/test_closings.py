"""What people write at parting is a form: it neither praises nor takes a complaint back."""

import time

import pytest

from models.sentiment import built_in
from models.sentiment.mail import own_words

SCORER = built_in()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Best, Tom"),
        ("en", "Best,\nTom"),
        ("en", "best\ntom"),
        ("en", "All the best!"),
        ("en", "Love, Ann"),
        ("en", "With love,\nAnn"),
        ("en", "Warmly, Dr. Tom Miller-Jones"),
        ("en", "Best, Zoë O'Neill"),
        ("en", "Sincerely"),
        ("en", "Sincerely, Ann"),
        ("en", "Respectfully, Ann"),
        ("en", "Have a nice day"),
        ("en", "Have a really great day!"),
        ("en", "Have a good one"),
        ("en", "Hope you have a wonderful weekend"),
        ("en", "Wishing you a great week"),
        ("en", "I hope this email finds you well"),
        ("en", "Enjoy your weekend"),
        ("en", "Happy holidays!"),
        ("tr", "Saygılarımla, Ali"),
        ("tr", "İyi günler"),
        ("tr", "Iyi gunler dilerim"),
        ("tr", "Kolay gelsin"),
        ("tr", "İyi hafta sonları"),
        ("tr", "En iyi dileklerimle"),
        ("tr", "Mutlu günler dilerim"),
        ("ko", "수고하세요"),
        ("ko", "수고 하세요~"),
        ("ko", "수고하십시오"),
        ("ko", "즐거운 하루 되세요"),
        ("ko", "좋은 주말 보내세요"),
        ("ko", "건강하세요"),
        ("de", "Schönen Tag noch"),
        ("de", "Beste Grüße, Anna"),
        ("fr", "Bonne soirée"),
        ("es", "Que tenga un buen día"),
        ("pt", "Melhores cumprimentos"),
        ("it", "Buon weekend"),
    ],
)
@pytest.mark.parametrize("complaint", [True, False])
def test_a_closing_adds_nothing_alone_and_below_a_complaint(language: str, text: str, complaint: bool) -> None:
    said = {
        "en": "My order never arrived.", "tr": "Siparişim hâlâ gelmedi.", "ko": "배송이 아직도 안 왔어요.",
        "de": "Ich warte immer noch.", "fr": "Personne ne répond.", "es": "Nadie responde.", "pt": "Ninguém responde.",
        "it": "Nessuno risponde.",
    }[language] if complaint else ""  # fmt: skip
    alone, closed = SCORER.score_many([said, f"{said}\n{text}".strip()], [language] * 2)
    assert (closed.hits, closed.signals) == (alone.hits, alone.signals)
    assert (closed.score_milli <= -300) == complaint
    assert closed.score_milli <= 0


@pytest.mark.parametrize(
    "text",
    [
        "I had a nice day at the shop",
        "Nice day at the shop",
        "I have a nice day every time I come here",
        "Your staff gave us a great day",
        "We have a good one now",
        "Best shop in town",
        "Best, cheapest shop in town",
        "Best!",
        "Simply the best, Tom",
        "Peace, quiet and a great room",
        "Love, love, love",
        "I love it, Ann",
        "She greeted us warmly",
    ],
)
def test_the_same_words_inside_a_sentence_are_praise(text: str) -> None:
    (scored,) = SCORER.score_many([text], ["en"])
    assert scored.score_milli >= 350
    assert scored.hits >= 1


def test_a_day_that_was_not_nice_is_still_a_complaint() -> None:
    assert SCORER.score_many(["I did not have a nice day"], ["en"])[0].score_milli <= -300


def test_a_city_that_also_opens_pairs_is_still_a_city() -> None:
    assert SCORER.score_many(["We live in Nice and flew from there"], ["en"])[0].hits == 0


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("환불해 주세요. 감사합니다.", "환불해 주세요"),
        ("환불해 주세요 감사합니다", "환불해 주세요"),
        ("확인 부탁드립니다. 감사합니다", "확인 부탁드립니다"),
        ("고장났어요. 교환 부탁드려요. 고맙습니다~", "고장났어요. 교환 부탁드려요"),
        ("언제 오나요? 항상 감사합니다", "언제 오나요"),
    ],
)
def test_korean_thanks_below_a_complaint_or_a_request_are_a_form(text: str, without: str) -> None:
    thanked, alone = SCORER.score_many([text, without], ["ko"] * 2)
    assert "thanks" not in thanked.signals
    assert thanked.score_milli <= 0
    assert (thanked.hits, thanked.signals) == (alone.hits, alone.signals)


@pytest.mark.parametrize("text", ["감사합니다", "잘 받았습니다. 감사합니다.", "문제가 해결됐어요. 감사합니다"])
def test_korean_thanks_for_good_news_stay_thanks(text: str) -> None:
    (scored,) = SCORER.score_many([text], ["ko"])
    assert "thanks" in scored.signals
    assert scored.score_milli >= 500


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Thanks"), ("en", "Cheers, Tom"), ("tr", "Siparişim gelmedi. Teşekkürler"), ("de", "Vielen Dank")],
)
def test_thanks_in_other_languages_stay_thanks(language: str, text: str) -> None:
    assert "thanks" in SCORER.score_many([text], [language])[0].signals


@pytest.mark.parametrize(
    "closing",
    [
        "Best,\nTom Love",
        "Kind regards,\n\nJoy Sweet\nHead of Happiness\nBest Homes Ltd\nwww.best-homes.example",
        "Regards",
        "Yours sincerely,\nTom",
        "Saygılarımla,\nSevgi Güzel",
        "Mit freundlichen Grüßen\nAnna Herzlich",
        "Cordialement,\nParfait Leblanc",
        "김미소 드림",
    ],
)
def test_a_mail_is_read_without_its_closing_words_and_what_is_signed(closing: str) -> None:
    assert own_words(f"My order never came.\n\n{closing}") == "My order never came."


def test_what_follows_the_name_in_a_mail_is_read() -> None:
    mail = "My order never came.\nRegards,\nTom\nPS: I still want my refund."
    assert own_words(mail) == "My order never came.\nTom\nPS: I still want my refund."


def test_a_mail_of_closing_words_alone_is_read_whole() -> None:
    assert own_words("Best,\nTom") == "Best,\nTom"


def test_a_closing_made_to_be_slow_is_not() -> None:
    texts = [
        f"Best, {'A' * 70}?",
        f"Best, {'A.' * 35}?",
        "best" + " " * 70 + "?",
        "\n" * 79 + "best",
        f"Best{'- ' * 36}?",
    ]
    korean = ["요. " * 90 + "감사합니다?", "부탁" + " 가" * 130 + ". 감사합니다"]
    start = time.process_time()
    SCORER.score_many(texts * 20, ["en"] * 100)
    SCORER.score_many(korean * 20, ["ko"] * 40)
    own_words("\n".join(["Regards", "Tom Lane"] * 2_000))
    assert time.process_time() - start < 1.0
