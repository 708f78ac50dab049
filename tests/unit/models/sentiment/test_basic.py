"""The basic tier: each of its terms is found in a sentence, and its few rules hold."""

from importlib.resources import files

import pytest

from models.sentiment import SIGNALS, built_in
from models.sentiment.basic import BOOSTERS, NEGATORS
from models.sentiment.lexicon import layered, terms

SCORER = built_in()
LANGUAGES = sorted(NEGATORS)


def rows(language: str) -> str:
    return (files("models.sentiment") / "data" / f"basic_{language}.tsv").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_found_in_a_sentence_and_says_what_its_row_says(language: str) -> None:
    lexicon = layered(("base", rows(language)))
    assert len(lexicon) > 100
    for key, term in lexicon.items():
        sentence = f"12345 {key} 12345"
        (scored,) = SCORER.score_many([sentence], [language])
        assert scored.hits == (1 if term.weight else 0), key
        assert (scored.score_milli > 0, scored.score_milli < 0) == (term.weight > 0, term.weight < 0), key
        assert scored.signals == ((term.tag,) if term.tag else ()), key
        assert [hit.term for hit in SCORER.explain(sentence, language).found] == ([] if term.silent else [key])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_term_stands_twice_or_contradicts_its_tag(language: str) -> None:
    keys = [key for key, _ in terms("base", rows(language))]
    assert len(set(keys)) == len(keys)
    for key, term in terms("base", rows(language)):
        if term.tag:
            assert (term.weight > 0) == (term.tag in ("thanks", "resolved")), key
            assert term.tag in SIGNALS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_term_is_a_negator_or_booster_alone(language: str) -> None:
    assert not {key for key, _ in terms("base", rows(language))} & NEGATORS[language]
    assert not NEGATORS[language] & BOOSTERS[language]


@pytest.mark.parametrize(
    ("language", "text", "sign", "signals"),
    [
        ("de", "Ich warte immer noch auf mein Geld", -1, ("wait",)),
        ("de", "Der Service ist nicht gut", -1, ()),
        ("de", "Das Gerät ist nicht kaputt", 1, ()),
        ("de", "SEHR FREUNDLICH, vielen Dank!", 1, ("thanks",)),
        ("fr", "Personne ne répond, c'est nul", -1, ("wait",)),
        ("fr", "Le produit n'est pas mauvais", 1, ()),
        ("fr", "Ça marche très bien, merci", 1, ("thanks",)),
        ("es", "Mi teléfono no funciona", -1, ("fault",)),
        ("es", "No es bueno", -1, ()),
        ("es", "Quiero hablar con una persona", -1, ("human_wanted",)),
        ("pt", "O atendimento é péssimo e ninguém responde", -1, ("wait",)),
        ("pt", "Não gostei", -1, ()),
        ("pt", "Muito obrigada, resolvido!", 1, ("thanks", "resolved")),
        ("it", "Non funziona e nessuno risponde", -1, ("fault", "wait")),
        ("it", "Il servizio è ottimo", 1, ()),
        ("it", "grazie 😡", -1, ("thanks",)),
    ],
)
def test_a_sentence_of_a_customer_is_read(language: str, text: str, sign: int, signals: tuple[str, ...]) -> None:
    (scored,) = SCORER.score_many([text], [language])
    assert sign * scored.score_milli >= 100
    assert scored.signals == signals
    assert scored.language == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Guten Tag, meine Kundennummer ist 12345"),
        ("fr", "Bonjour, mon numéro de commande est 12345"),
        ("es", "Buenos días, mi número de pedido es 12345"),
        ("pt", "Bom dia, o número do meu pedido é 12345"),
        ("it", "Buongiorno, il mio numero d'ordine è 12345"),
    ],
)
def test_a_greeting_with_a_number_is_no_feeling_and_its_language_is_found(language: str, text: str) -> None:
    (scored,) = SCORER.score_many([text], [None])
    assert (scored.hits, scored.language) == (0, language)


def test_a_short_term_is_a_whole_word() -> None:
    mal, malaga = SCORER.score_many(["mal", "Málaga maleta"], ["es", "es"])
    assert mal.score_milli < 0
    assert malaga.hits == 0


def test_a_negator_within_a_phrase_does_not_act_on_the_next_term() -> None:
    found = built_in().score_many(["El pedido no ha llegado, pésimo"], ["es"])[0]
    assert (found.hits, found.signals) == (2, ("wait",))
    assert found.score_milli < -700
