"""The Korean rules, one by one, and the prior beside them."""

import unicodedata
from importlib.resources import files
from math import sqrt

import pytest

from models.sentiment import RuleScorer, built_in
from models.sentiment.prior import SCALE, Prior, spaced


@pytest.fixture(scope="module")
def scorer() -> RuleScorer:
    return built_in()


def milli(scorer: RuleScorer, text: str) -> int:
    (scored,) = scorer.score_many([text], ["ko"])
    assert scorer.explain(text, "ko").scored == scored
    return scored.score_milli


def signals(scorer: RuleScorer, text: str) -> tuple[str, ...]:
    return scorer.score_many([text], ["ko"])[0].signals


@pytest.mark.parametrize(
    ("said", "negated"),
    [
        ("직원이 친절해요", "직원이 안 친절해요"),
        ("제품이 좋아요", "제품이 안 좋아요"),
        ("제품이 예뻐요", "제품이 안예뻐요"),
        ("제품이 좋아요", "제품이 좋지 않아요"),
        ("제품이 편리해요", "제품이 편리하지는 않네요"),
        ("서비스에 만족해요", "서비스에 만족하지 못했어요"),
        ("서비스에 만족해요", "서비스에 만족 못 합니다"),
        ("상담이 최고예요", "상담이 최고는 아니에요"),
    ],
)
def test_negators_before_and_behind_a_stem_turn_praise(scorer: RuleScorer, said: str, negated: str) -> None:
    assert milli(scorer, said) >= 100
    assert milli(scorer, negated) <= -100


@pytest.mark.parametrize(
    "text",
    ["나쁘지 않아요", "제품에 문제가 없어요", "상담에 불만이 전혀 없습니다", "배송이 늦지 않았어요", "안 비싸요"],
)
def test_denied_trouble_is_no_complaint(scorer: RuleScorer, text: str) -> None:
    assert milli(scorer, text) >= 100


def test_a_syllable_of_a_word_is_no_negator(scorer: RuleScorer) -> None:
    assert milli(scorer, "배송이 편안하고 좋아요") > 0
    assert milli(scorer, "제품이 동안 좋았어요") > 0


def test_nothing_is_negated_across_the_end_of_a_sentence(scorer: RuleScorer) -> None:
    assert milli(scorer, "상담 만족. 없어요 더는") > 0


@pytest.mark.parametrize(("long", "short"), [("불친절", "친절"), ("비추천", "추천"), ("맛없", "맛있")])
def test_the_longest_term_at_a_place_counts(scorer: RuleScorer, long: str, short: str) -> None:
    assert milli(scorer, f"상담원이 {long}") < 0 < milli(scorer, f"상담원이 {short}")


def test_a_term_is_found_with_and_without_its_blanks(scorer: RuleScorer) -> None:
    assert milli(scorer, "상담원 답변이 없어요") == milli(scorer, "상담원 답변이없어요") < 0


def test_decomposed_syllables_are_read(scorer: RuleScorer) -> None:
    text = "상담원이 정말 친절하고 빨라요"
    assert milli(scorer, unicodedata.normalize("NFD", text)) == milli(scorer, text) > 0


def test_tears_and_laughter_strengthen_what_is_said(scorer: RuleScorer) -> None:
    assert milli(scorer, "배송이 늦어요 ㅠㅠ") < milli(scorer, "배송이 늦어요") < 0
    assert milli(scorer, "상품이 좋아요 ㅠㅠ") > milli(scorer, "상품이 좋아요") > 0
    assert milli(scorer, "상품이 좋아요 ㅋㅋㅋㅋ") > milli(scorer, "상품이 좋아요")
    assert milli(scorer, "배송 ㅠㅠ") < 0


def test_what_follows_but_counts_more(scorer: RuleScorer) -> None:
    assert milli(scorer, "제품은 좋지만 배송이 느려요") < 0 < milli(scorer, "배송은 느리지만 제품이 좋아요")


def test_a_question_about_something_good_says_nothing(scorer: RuleScorer) -> None:
    assert milli(scorer, "이 제품 튼튼한가요?") == 0
    assert milli(scorer, "이 제품 튼튼해요") > 0


def test_a_solution_takes_back_the_trouble_before_it(scorer: RuleScorer) -> None:
    assert milli(scorer, "인터넷 오류가 바로 해결됐어요") >= 300
    assert signals(scorer, "인터넷 오류가 바로 해결됐어요") == ("resolved",)
    assert milli(scorer, "오류가 해결되지 않아요") <= -300


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("아직도 답이 없어요", "wait"),
        ("환불해 주세요", "refund"),
        ("구독 해지해 주세요", "cancel"),
        ("앱이 계속 멈춰요", "fault"),
        ("몇 번을 말해야 하나요", "repeat"),
        ("책임자 바꿔 주세요", "escalate"),
        ("소비자원에 신고하겠습니다", "legal"),
        ("다른 통신사로 옮길게요", "competitor"),
        ("두 번 결제됐어요", "price"),
        ("챗봇 말고 상담원 연결해 주세요", "human_wanted"),
        ("정말 감사합니다", "thanks"),
        ("문제가 해결됐어요", "resolved"),
    ],
)
def test_service_talk_raises_its_signal(scorer: RuleScorer, text: str, signal: str) -> None:
    assert signal in signals(scorer, text)
    assert (milli(scorer, text) > 0) == (signal in ("thanks", "resolved"))


@pytest.mark.parametrize(
    "text",
    [
        "주문번호는 12345입니다",
        "주소를 변경하고 싶습니다",
        "환불 규정이 궁금합니다",
        "구매 전에 문의드립니다",
        "희망하는 날짜는 금요일입니다",
        "기타사항은 없나요?",
        "연락하자마자 예약했습니다",
        "이사랑 씨 앞으로 예약했습니다",
    ],
)
def test_business_is_neutral(scorer: RuleScorer, text: str) -> None:
    assert abs(milli(scorer, text)) < 100


def test_a_negation_alone_is_a_mild_complaint(scorer: RuleScorer) -> None:
    assert -400 < milli(scorer, "예약했는데 방이 없다고 합니다") <= -100
    assert milli(scorer, "예약 가능한 방이 없나요?") == 0


def test_a_wish_put_as_a_question_says_nothing(scorer: RuleScorer) -> None:
    assert milli(scorer, "구독 취소 되나요?") == 0
    assert signals(scorer, "구독 취소 되나요?") == ()
    assert milli(scorer, "왜 환불이 안 되나요?") < -300


def test_an_angry_face_makes_praise_irony(scorer: RuleScorer) -> None:
    assert milli(scorer, "상담 최고네요 😡") < 0 < milli(scorer, "상담 최고네요 😍")


def test_halves_of_characters_do_not_stop_it(scorer: RuleScorer) -> None:
    assert milli(scorer, "상담원이 친절해요\ud83d") > 0
    assert milli(scorer, "상담원이 불친절해요\ud83d. 감사합니다.") < 0


def test_the_prior_speaks_where_no_term_does_but_not_in_talk_of_business(scorer: RuleScorer) -> None:
    film = "이걸 영화라고 찍었냐 감독 양반"
    found = scorer.explain(film, "ko")
    assert [hit.term for hit in found.found] == ["n-gram prior"]
    assert found.scored.hits == 1
    assert found.scored.score_milli < -100
    assert milli(scorer, f"주문번호 {film}") == 0


def test_the_prior_adds_up_weights_over_the_root_of_their_number() -> None:
    prior = Prior("# made up\n24\t좋다\t_참\n-12\t싫_")
    assert spaced(" 참  좋다\n싫 ") == " 참 좋다 싫 "
    assert prior.leaning(" 참 좋다 싫 ") == pytest.approx((24 + 24 - 12) / SCALE / sqrt(3))
    assert prior.leaning(" 가나 ") == 0.0


def test_the_prior_knows_no_group_of_people() -> None:
    """Its n-grams hold no word for one, so that none can lean."""
    table = (files("models.sentiment") / "data" / "prior_ko.tsv").read_text(encoding="utf-8")
    for word in ("여자", "남자", "흑인", "백인", "중국", "일본", "한국", "게이", "장애", "기독", "전라", "경상"):
        assert word not in table, word
