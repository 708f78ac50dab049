"""Which dead letters may go back to their topic, and why the others may not.

`kanarya dlq` selects among all letters with `Selection`, and `app.redrive` sends those that `judge` says `send` of.
A letter stays on its topic when it was redriven; so the letters of one record are told apart here, and only the newest
one of it can be sent.
"""

from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from models.dead_letter import MOST_REDRIVES, DeadLetter

Cause = Literal["filter", "limit", "again", "came_back", "redrives", "topic", "value"]
"""Why a letter is not sent. With the first four nothing is wrong with it; the others refuse it."""


class Letter(msgspec.Struct, frozen=True):
    """A dead letter without its key and value."""

    partition: int
    offset: int
    sent_ms: int
    """When the worker sent it, that is when the record was rejected."""
    told: DeadLetter

    @property
    def place(self) -> str:
        """On the dead letter topic, `PARTITION@OFFSET`."""
        return f"{self.partition}@{self.offset}"


class Selection(msgspec.Struct, frozen=True):
    """Which letters are meant: all that fit everything that is given."""

    reasons: frozenset[str] = frozenset()
    topic: str | None = None
    """Topic of the record."""
    since_ms: int | None = None
    until_ms: int | None = None
    """Not itself taken in."""
    places: frozenset[tuple[int, int]] = frozenset()
    """Partition and offset of the letter."""

    def takes(self, letter: Letter) -> bool:
        """Whether a letter fits."""
        return (
            (not self.reasons or letter.told.reason in self.reasons)
            and self.topic in {None, letter.told.topic}
            and (self.since_ms is None or letter.sent_ms >= self.since_ms)
            and (self.until_ms is None or letter.sent_ms < self.until_ms)
            and (not self.places or (letter.partition, letter.offset) in self.places)
        )


class Verdict(msgspec.Struct, frozen=True):
    """What is to happen to a letter: it is sent when `cause` is None."""

    letter: Letter
    cause: Cause | None = None
    why: str = ""
    """The cause as a sentence."""


def judge(
    letters: Iterable[Letter], selection: Selection, inputs: Collection[str], limit: int | None = None
) -> list[Verdict]:
    """A verdict on every letter, in the order given, which is that of sending.

    Args:
        letters: all of the topic, oldest first; also those that are not selected tell which record came back.
        selection: which ones are meant.
        inputs: topics that a record may be sent to.
        limit: most letters to send, all by default.
    """
    letters = list(letters)
    newest = {letter.told.source: letter for letter in letters if letter.told.source}
    came_back = {letter.told.redrive_of: letter for letter in letters if letter.told.redrive_of}
    verdicts, left = [], len(letters) if limit is None else limit
    for letter in letters:
        verdict = (
            _judged(letter, newest, came_back, inputs)
            if selection.takes(letter)
            else Verdict(letter, "filter", "not selected")
        )
        if verdict.cause is None:
            left -= 1
            if left < 0:
                verdict = Verdict(letter, "limit", "beyond the limit")
        verdicts.append(verdict)
    return verdicts


def _judged(
    letter: Letter, newest: dict[str, Letter], came_back: dict[str, Letter], inputs: Collection[str]
) -> Verdict:
    told = letter.told
    if (later := came_back.get(told.source)) is not None and later is not letter:
        return Verdict(letter, "came_back", f"was redriven and came back as {later.place}")
    if (later := newest.get(told.source, letter)) is not letter:
        return Verdict(letter, "again", f"the same record stands again at {later.place}")
    if told.redrives >= MOST_REDRIVES:
        return Verdict(letter, "redrives", f"redriven {told.redrives} times already: look at what is wrong with it")
    if told.topic not in inputs:
        named = f"its topic {told.topic} is" if told.topic else "names no topic, so it is"
        return Verdict(letter, "topic", f"{named} none of the input topics (KANARYA_INPUT_TOPICS)")
    if told.lacks_value:
        return Verdict(letter, "value", f"its value was left out as too large: the record lies at {told.source}")
    return Verdict(letter)
