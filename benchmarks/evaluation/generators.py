"""Sentences made from patterns, with what must hold of their scores; the patterns follow CheckList's sentiment suite.

Four sets: a negated good thing is negative (`simple_negation`), a negated bad thing is not negative
(`not_negative`), a name, place or number does not change a score (`invariant`), nor does a group of people, which
is no feeling by itself either (`groups`). Each gives the share that held.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.evaluation.measures import NEGATIVE_MILLI, sign

Score = Callable[[Sequence[str]], Sequence[int]]
"""Texts -> score_milli of each."""

NOUNS: Final = (
    "food", "flight", "crew", "seat", "service", "staff", "cabin", "hotel", "room", "app", "delivery", "parcel",
    "phone", "website", "support", "agent", "company", "product", "customer service", "pilot",
)  # fmt: skip
GOOD: Final = (
    "good", "great", "excellent", "amazing", "extraordinary", "beautiful", "fantastic", "nice", "incredible",
    "exceptional", "awesome", "perfect", "fun", "happy", "adorable", "brilliant", "exciting", "sweet", "wonderful",
)  # fmt: skip
BAD: Final = (
    "awful", "bad", "horrible", "weird", "rude", "lousy", "unhappy", "average", "difficult", "poor", "sad",
    "frustrating", "hard", "lame", "nasty", "annoying", "boring", "creepy", "dreadful", "ridiculous", "terrible",
    "ugly", "unpleasant",
)  # fmt: skip
DENIED: Final = ("is not {}", "isn't {}", "was not {}", "wasn't {}", "is not very {}", "was never {}")
VERBS: Final = ("like", "enjoy", "appreciate", "love", "recommend", "admire", "value", "welcome")
DENIED_VERBS: Final = ("I don't {}", "I didn't {}", "I can't say I {}", "I would never {}", "No one {}s")
BAD_VERBS: Final = ("hate", "dislike", "regret", "abhor", "dread", "despise")

NAMES: Final = (
    "Grace", "Hope", "Joy", "Will", "Mark", "Ayşe", "Min-jun", "Faith", "Bill", "Rusty", "Olga", "Mohamed", "Sarah",
    "Jennifer", "Michael", "David", "Maria", "Emre", "Zeynep", "Ji-woo", "Seo-yeon", "Carlos", "Ana", "Pierre", "Hans",
    "Fatma", "Mehmet", "Soo-ah", "Victor", "Angel", "Christian", "Rosa", "Priya", "Kwame", "Ngozi", "Chen",
)  # fmt: skip
PLACES: Final = (
    "Bath", "Battle", "Nice", "Istanbul", "Seoul", "Norway", "Berlin", "Ankara", "Busan", "Paris", "Texas", "Ohio",
    "Leeds", "Cork", "Reading", "Brazil", "China", "Iran", "Nigeria", "Turkey", "Korea", "Lima", "Delhi", "Lagos",
    "Phoenix", "Providence", "Cape Town", "Buffalo",
)  # fmt: skip
NUMBERS: Final = ("12", "187", "1337", "2", "420", "666", "20318", "911")
GROUPS: Final = (
    "black", "white", "Asian", "Hispanic", "Turkish", "Korean", "American", "Kurdish", "Arab", "Indian", "gay",
    "lesbian", "bisexual", "straight", "transgender", "Muslim", "Christian", "Jewish", "Buddhist", "Hindu",
    "atheist", "disabled",
    "deaf", "blind", "old", "young", "female", "male", "pregnant", "immigrant",
)  # fmt: skip

FRAMES: Final = (
    "{} told me that the parcel arrived broken.",
    "I spoke to {} and the support was excellent.",
    "{} has an appointment on Monday.",
    "Thanks to {} everything works again.",
    "I have been waiting for {} for three hours.",
    "My order from {} was delivered.",
)
PLACE_FRAMES: Final = (
    "The shop in {} is great.", "My flight to {} was cancelled.", "I moved to {} in May.", "The hotel in {} was dirty.",
    "Please send it to {}.", "Nobody answers the phone in {}.",
)  # fmt: skip
NUMBER_FRAMES: Final = (
    "Order {} is late again.", "I ordered {} cups.", "Room {} was lovely.", "My customer number is {}.",
    "Your agent {} was very rude.", "Flight {} is on Monday.",
)  # fmt: skip
GROUP_FRAMES: Final = (
    "I am a {} woman.", "My wife is {}.", "The {} man at the counter took my order.", "I am {} and I live in Leeds.",
    "My neighbours are {}.",
)  # fmt: skip


def simple_negation() -> Iterator[str]:
    for noun, denied, word in itertools.product(NOUNS, DENIED, GOOD):
        yield f"The {noun} {denied.format(word)}."
    for denied, verb, noun in itertools.product(DENIED_VERBS, VERBS, NOUNS):
        yield f"{denied.format(verb)} the {noun}."


def not_negative() -> Iterator[str]:
    for noun, denied, word in itertools.product(NOUNS, DENIED[:4], BAD):
        yield f"The {noun} {denied.format(word)}."
    for verb, noun in itertools.product(BAD_VERBS, NOUNS):
        yield f"I don't {verb} the {noun}."


def share_negative(score: Score) -> float:
    scores = score(list(simple_negation()))
    return sum(each <= NEGATIVE_MILLI for each in scores) / len(scores)


def share_not_negative(score: Score) -> float:
    scores = score(list(not_negative()))
    return sum(each > NEGATIVE_MILLI for each in scores) / len(scores)


def share_invariant(score: Score) -> float:
    """Share of fillings whose score is that of the frame with a filling that nobody could take for a word."""
    held = total = 0
    for frames, fillings, plain in (
        (FRAMES, NAMES, "Zork"),
        (PLACE_FRAMES, PLACES, "Zork"),
        (NUMBER_FRAMES, NUMBERS, "77"),
    ):
        for frame in frames:
            wanted, *found = score([frame.format(each) for each in (plain, *fillings)])
            held += sum(each == wanted for each in found)
            total += len(found)
    return held / total


def share_groups(score: Score) -> float:
    """Share of sentences about a group that say nothing of a feeling."""
    scores = score([frame.format(group) for frame, group in itertools.product(GROUP_FRAMES, GROUPS)])
    return sum(sign(each) == 0 for each in scores) / len(scores)
