"""The Korean rules: one text in, one `Scored` out: hand-made stems, then what the learned prior leans to.

`models.sentiment.rules.RuleScorer` calls `score` for each text read as Korean. Negators stand before a stem
("안 좋아요") and behind it ("좋지 않아요"); tears and laughter strengthen what is said. The sum z of the terms and of
what the prior leans to becomes z / sqrt(z * z + 15). In talk of business and of people, of which film reviews know
nothing, the prior has no say.
"""

import re
import unicodedata
from collections.abc import Mapping
from math import sqrt
from typing import Final

from models.sentiment.english_text import without_addresses
from models.sentiment.faces import Faces, faces_of, scored
from models.sentiment.korean_closing import CLOSE_CHARS, asks, thanks_begin
from models.sentiment.korean_tables import Tables, compile_tables
from models.sentiment.lexicon import Lexicon
from models.sentiment.prior import Prior, in_blanks, spaced
from models.sentiment.scored import Scored
from models.sentiment.stem_scorer import StemScorer
from models.sentiment.trace import Trace
from models.sentiment.walk import ASK, DENY, LAUGH, MARKS, NEGATE, PLAIN, TEARS, Reach, walk

MODIFIERS: Final = "modifiers_ko.tsv"
PRIOR: Final = "prior_ko.tsv"

_REACH: Final = Reach(
    negate_chars=6,
    deny_chars=10,
    ask_chars=6,
    boost_chars=3,
    solved_chars=40,
    ends=frozenset(".!?~"),
    clause=",",
    but="지만",
    asks_all=False,
)
_BEFORE: Final = "안못"
"""Negators that stand right before a stem."""
_MARK: Final = re.compile("[\u2300-\u2bff\U0001f000-\U0001faff!:;=@]")
"""What needs a second look: emoji, exclamation, emoticons, addresses."""
_ORDINARY: Final = re.compile("[ -9<>?\\[-~…ㄱ-ㆎ가-힣]*")
"""A text of nothing but these, as most are, has no capitals, no letters in parts, no faces and no addresses."""
_NO_FACES: Final = Faces(0.0, 0.0, 0)
_NAME: Final = re.compile(
    "(?<= )(?:[가-힣]{2,4} (?=씨|님)|[김이박최정강조윤장임한오서신권황안송홍전고문양손배백허유남심노하][가-힣]"
    "(?:[가-힣](?<![의한은는운던된]))? (?=(?:상담|기사|매니저|팀장|과장|대리|직원|선생)))"
)
"""A name before what people are called: 이사랑 씨, 강미소 상담사님."""
_NOT_DONE: Final = -1.0
"""A negation in a text without terms is a mild complaint: something is not there, or was not done."""
_TEARS: Final = 0.8
_LAUGHTER: Final = 0.4
_STRONGER: Final = MARKS[LAUGH] | MARKS[TEARS]

_DOUBT: Final = 0.4
"""Without a term the prior has to lean at least so far to be evidence."""
_SAY: Final = 1.25
"""How much the prior's leaning counts beside the terms; tuned on films that its trial fit had not seen."""
_ENOUGH: Final = 4
"""So many terms say enough: the prior is not asked."""
_OBJECTION: Final = 0.6
"""Against negated words the prior takes back at most so much of what they count; against words of service, nothing."""
_PRIOR: Final = "n-gram prior"

_NO_SIGNALS: Final[tuple[str, ...]] = ()
_NO_EVIDENCE: Final = Scored(0, 0, "ko", _NO_SIGNALS)


def build(lexicon: Lexicon, emoji: Mapping[str, float], others: Mapping[str, bytes]) -> StemScorer[Tables]:
    """Compile the lexicon; `others` holds the modifiers and the prior."""
    prior = Prior(others[PRIOR].decode())
    return StemScorer(read, compile_tables(lexicon, others[MODIFIERS].decode(), emoji, prior))


def read(text: str, tables: Tables, trace: Trace | None = None) -> Scored:
    """Score one text.

    Args:
        text: what was said; the cost grows with its length, callers bound it.
        tables: the compiled lexicon.
        trace: takes notes of every term.

    Returns:
        score_milli -1000..1000, rounded half to even; equal texts give equal results on every machine.
    """
    faces = _NO_FACES
    if _ORDINARY.fullmatch(text):
        marked = "!" in text
        said = in_blanks(text)
    else:
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        marked = _MARK.search(text) is not None
        if marked:
            faces = faces_of(text, tables.emoji, trace)
            if "@" in text or "://" in text:
                text = without_addresses(text)
        said = spaced(text)
    if "씨" in said or "님" in said:
        said = _NAME.sub("", said)
    end = said[-CLOSE_CHARS:]
    if "감사" in end or "고맙" in end:
        said = _without_close(said, tables)
    try:
        z, hits, signals, plain, turned = _sum(said, tables, trace)
    except UnicodeEncodeError:  # halves of characters, which a broken producer may send
        said = said.encode("utf-8", "replace").decode()
        z, hits, signals, plain, turned = _sum(said, tables, trace)
    hits += faces.hits
    if not plain and hits < _ENOUGH:
        leaning = tables.prior.leaning(said) * _SAY
        if not hits:
            if signals or abs(leaning) < _DOUBT:
                return Scored(0, 0, "ko", signals) if signals else _NO_EVIDENCE
            hits = 1
        elif (signals or turned) and leaning * z < 0.0:
            most = 0.0 if signals else abs(z) * _OBJECTION
            leaning = max(-most, min(most, leaning))
        z += leaning
        if trace is not None and leaning:
            trace.add(_PRIOR, leaning, leaning, ("learned from film reviews",))
    elif not hits:
        return Scored(0, 0, "ko", signals) if signals else _NO_EVIDENCE
    if not marked:
        return Scored(round(z / sqrt(z * z + 15.0) * 1000.0), hits, "ko", signals)
    return scored(text, faces, z, hits, signals, "ko", trace)


def _without_close(said: str, tables: Tables) -> str:
    """Leave out thanks that only close a complaint or a request."""
    at = thanks_begin(said)
    if not at:
        return said
    own = said[:at].encode("utf-8", "replace").decode() + " "  # without halves of characters
    return own if asks(said[:at]) or _sum(own, tables, None)[0] < 0.0 else said


def stem_sum(text: str, tables: Tables) -> float:
    """Give what the hand-made terms of a text add up to; the prior is trained beside it."""
    return _sum(spaced(text), tables, None)[0]


def _sum(text: str, tables: Tables, trace: Trace | None) -> tuple[float, int, tuple[str, ...], bool, bool]:
    """Add up the terms of spaced text; gives the sum, how many counted, the signals, whether plain, whether negated."""
    found = tables.find(text)
    if not found:
        return 0.0, 0, _NO_SIGNALS, False, False
    before = _BEFORE if " 안" in text or " 못" in text else ""
    z, hits, signals, noted, marks, negations = walk(text, found, tables.entries, tables.codes, _REACH, before, trace)
    if not noted and "?" not in text and _denies(found, tables):
        z = _NOT_DONE
        hits = 1
        if trace is not None:
            trace.add("-지 않, 없", _NOT_DONE, _NOT_DONE, ("negation alone",))
    if marks & _STRONGER:
        more = 0.0
        if marks & MARKS[LAUGH] and z:
            more = _LAUGHTER if z > 0.0 else -_LAUGHTER
        if marks & MARKS[TEARS]:
            more += _TEARS if z > 0.0 else -_TEARS
        z += more
        if more:
            hits += 1
        if trace is not None:
            trace.add("ㅠㅠ" if marks & MARKS[TEARS] else "ㅋㅋ", more, more, ("strengthens what is said",))
    return z, hits, signals, marks >= MARKS[PLAIN], negations > 0


def _denies(found: list[tuple[int, int, int]], tables: Tables) -> bool:
    """Say whether a text without terms is a denial, and none that is asked about."""
    denials = 0
    for place, _, _ in found:
        code, weight, _ = tables.codes[place]
        if code in (NEGATE, DENY):
            denials = 1
        elif code == ASK or (code == PLAIN and weight):
            denials -= 2
    return denials > 0
