"""The Turkish rules, one by one."""

import unicodedata

import pytest

from models.sentiment import RuleScorer, built_in
from models.sentiment.turkish_tables import fold


@pytest.fixture(scope="module")
def scorer() -> RuleScorer:
    return built_in()


def milli(scorer: RuleScorer, text: str) -> int:
    (scored,) = scorer.score_many([text], ["tr"])
    assert scorer.explain(text, "tr").scored == scored
    return scored.score_milli


def signals(scorer: RuleScorer, text: str) -> tuple[str, ...]:
    return scorer.score_many([text], ["tr"])[0].signals


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Çok GÜZEL ığdır İZMİR", " cok  guzel  igdir  izmir "),
        ("hâlâ şöyle", " hala  soyle "),
        ("bitti.Geldi!", " bitti  |  geldi  | "),
        ("Ayşe’ye 😡 (not)", " ayse  ye  |  not "),
        ("", "  "),
        ("\ud83d", " | "),
    ],
)
def test_text_is_folded_to_words_of_ascii(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    ["Çok güzel, teşekkür ederim", "Ürün bozuk çıktı, hiç memnun kalmadım", "Hâlâ bekliyorum", "SORUNSUZ ÇALIŞIYOR"],
)
def test_a_text_scores_alike_with_and_without_turkish_letters(scorer: RuleScorer, text: str) -> None:
    plain = text.translate(str.maketrans("çğıöşüâÇĞİÖŞÜI", "cgiosuaCGIOSUI"))
    assert plain.isascii()
    assert milli(scorer, plain) == milli(scorer, text) == milli(scorer, unicodedata.normalize("NFD", text)) != 0


def test_capital_i_is_read_as_the_turkish_one_and_the_english_one(scorer: RuleScorer) -> None:
    assert milli(scorer, "İYİ") == milli(scorer, "IYI") == milli(scorer, "iyi") > 0


@pytest.mark.parametrize(("long", "short"), [("sorunsuz", "sorun"), ("fena değil", "fena"), ("kaliteli", "kalitesiz")])
def test_the_longest_term_at_a_place_counts(scorer: RuleScorer, long: str, short: str) -> None:
    assert milli(scorer, long) > 0 > milli(scorer, short)


@pytest.mark.parametrize(
    ("said", "negated"),
    [
        ("güzel", "güzel değil"),
        ("güzel", "güzel bir ürün değil"),
        ("memnunum", "hiç memnun değilim"),
        ("memnun kaldım", "memnun kalmadım"),
        ("beğendim", "beğenmedim"),
        ("beğeniyorum", "beğenmiyorum"),
        ("tavsiye ederim", "tavsiye etmem"),
        ("öneririm", "önermem"),
        ("kaliteli", "kalitesiz"),
        ("lezzetli", "lezzetsiz"),
    ],
)
def test_a_negator_a_negative_verb_and_a_privative_turn_praise(scorer: RuleScorer, said: str, negated: str) -> None:
    assert milli(scorer, said) >= 100
    assert milli(scorer, negated) <= -100


@pytest.mark.parametrize(
    "text",
    ["sorun yok", "hiç sorun yaşamadım", "kötü değil", "sorunsuz", "hatasız", "pişman olmadım", "sıkıntı çıkmadı"],
)
def test_denied_trouble_is_praise(scorer: RuleScorer, text: str) -> None:
    assert milli(scorer, text) >= 100
    assert "fault" not in signals(scorer, text)


def test_nothing_is_negated_across_the_end_of_a_sentence(scorer: RuleScorer) -> None:
    assert milli(scorer, "Ürün güzel. Mavi değil, kırmızı aldım.") > 0


@pytest.mark.parametrize("text", ["Böyle saygısız bir personel görmedim", "Bu kadar kötü bir hizmet olamaz"])
def test_an_outcry_is_no_negation(scorer: RuleScorer, text: str) -> None:
    assert milli(scorer, text) <= -300


def test_a_booster_strengthens_and_a_damper_weakens(scorer: RuleScorer) -> None:
    assert milli(scorer, "çok kötü") < milli(scorer, "kötü") < milli(scorer, "biraz kötü") < 0
    assert milli(scorer, "çok güzel") > milli(scorer, "güzel") > 0


def test_what_follows_but_counts_more(scorer: RuleScorer) -> None:
    assert milli(scorer, "Ürün güzel ama kargo kötü") < 0 < milli(scorer, "Kargo kötü ama ürün güzel")


def test_a_question_says_nothing(scorer: RuleScorer) -> None:
    assert milli(scorer, "Bu telefon güzel mi?") == 0
    assert milli(scorer, "Bu telefon güzel") > 0


def test_a_solution_takes_back_the_trouble_before_it(scorer: RuleScorer) -> None:
    assert milli(scorer, "İnternet arızası hemen giderildi") >= 300
    assert signals(scorer, "İnternet arızası hemen giderildi") == ("resolved",)
    assert milli(scorer, "Arıza giderilmedi") <= -300


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("hâlâ bekliyorum", "wait"),
        ("kimse aramadı", "wait"),
        ("paramı iade edin", "refund"),
        ("aboneliğimi iptal edin", "cancel"),
        ("modem çalışmıyor", "fault"),
        ("üçüncü kez arıyorum", "repeat"),
        ("beni yetkiliye bağlayın", "escalate"),
        ("tüketici hakem heyetine gideceğim", "legal"),
        ("rakip firmaya geçiyorum", "competitor"),
        ("fiyatlar çok pahalı", "price"),
        ("beni müşteri temsilcisine bağlayın", "human_wanted"),
        ("teşekkür ederim", "thanks"),
        ("sorunum çözüldü", "resolved"),
    ],
)
def test_service_talk_raises_its_signal(scorer: RuleScorer, text: str, signal: str) -> None:
    assert signal in signals(scorer, text)
    assert (milli(scorer, text) > 0) == (signal in ("thanks", "resolved"))


@pytest.mark.parametrize(
    "text",
    [
        "İade süresi kaç gün?",
        "İade koşulları nedir?",
        "İptal işlemi nasıl yapılıyor?",
        "Adresimi güncellemek istiyorum",
        "Müşteri numaram 880312, siparişim yarın gelecek",
        "İyi günler, bilgi almak istiyorum. Kolay gelsin.",
        "Hatay şubeniz nerede?",
        "Güven Bey ile görüşeceğim",
        "Cevabınızı bekliyorum",
    ],
)
def test_business_is_neutral(scorer: RuleScorer, text: str) -> None:
    assert milli(scorer, text) == 0


@pytest.mark.parametrize(
    "text", ["gelmedi", "gelmiyor", "gelmez", "gelmeyen", "gelemedi", "gelemiyor", "ulaşmadı", "ulaşamıyor", "yatmamış"]
)
def test_a_negative_verb_is_known_by_its_endings(scorer: RuleScorer, text: str) -> None:
    assert milli(scorer, f"kargo {text}") < 0
    assert milli(scorer, "kargo gelmeye başladı") == milli(scorer, "kargo geldi") == 0


def test_a_verb_written_without_turkish_letters_takes_endings_of_either_vowel() -> None:
    own = built_in({"tr": "durul-ma\t-2\tstate\tfault"})
    texts = ["durulmadi", "durulmedi", "duruldu"]
    assert [scored.hits for scored in own.score_many(texts, ["tr"] * 3)] == [1, 1, 0]


def test_a_negated_verb_that_no_term_explains_is_a_mild_complaint(scorer: RuleScorer) -> None:
    assert -400 < milli(scorer, "Faturaya itirazım okunmadı") <= -100
    assert milli(scorer, "Şifremi hatırlamıyorum") == milli(scorer, "Poşet istemiyorum") == 0
    assert milli(scorer, "Faturam okunmadı mı") == 0


def test_more_than_nothing_else_is_no_negation(scorer: RuleScorer) -> None:
    assert milli(scorer, "Temsilci beni terslemekten başka bir şey yapmadı") < -300


def test_an_angry_face_makes_praise_irony(scorer: RuleScorer) -> None:
    assert milli(scorer, "Harika 😡") < 0 < milli(scorer, "Harika 😍")
    assert milli(scorer, "bekliyorum :(") < milli(scorer, "bekliyorum") < milli(scorer, "bekliyorum :)")


def test_drawn_out_letters_are_read_once(scorer: RuleScorer) -> None:
    assert milli(scorer, "güzeeeel") == milli(scorer, "güzel")


def test_exclamation_strengthens(scorer: RuleScorer) -> None:
    assert milli(scorer, "kötü!!") < milli(scorer, "kötü")


def test_addresses_are_not_read(scorer: RuleScorer) -> None:
    assert milli(scorer, "https://berbat.example/rezalet ve berbat@example.org") == 0


def test_an_explanation_says_what_acted(scorer: RuleScorer) -> None:
    found = scorer.explain("Kargo kötü ama ürün çok güzel, hizmet memnun edici değil", "tr").found
    assert [(hit.term, hit.why) for hit in found] == [
        ("kötü", ('before "ama"',)),
        ("güzel", ("boosted", 'after "ama"')),
        ("memnun", ('after "ama"', "negated")),
    ]


def test_a_denied_verb_acts_on_nothing_before_the_comma(scorer: RuleScorer) -> None:
    assert milli(scorer, "Ürün kırık geldi, değişim de yapmıyorlar") < -100
    assert milli(scorer, "Kırık olmadı") > 0


@pytest.mark.parametrize(
    "text", ["Belgeleri göndermem gerekiyor", "göndermem lazım", "Gondermem icin adres", "ulaşmam mümkün"]
)
def test_a_noun_that_looks_like_a_negative_verb_says_nothing(scorer: RuleScorer, text: str) -> None:
    assert scorer.score_many([text], ["tr"])[0].hits == 0
    assert milli(scorer, "bunu size asla göndermem") < 0
