"""Points as bars: the longer the bar, the more points. `panels` puts them beside names."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text

LETTERS: Final = {
    "negative_experience": ("N", "red", "negative"),
    "open_complaint": ("O", "magenta", "complaint"),
    "repeat_contact": ("R", "yellow", "repeat"),
    "nps": ("P", "blue", "nps"),
    "satisfaction": ("S", "cyan", "satisfaction"),
    "effort": ("E", "green", "effort"),
    "sentiment_fall": ("F", "bright_magenta", "sentiment"),
    "long_wait": ("W", "bright_blue", "wait"),
    "money_trouble": ("M", "bright_yellow", "money"),
    "human_wanted": ("H", "bright_cyan", "person"),
    "legal_threat": ("L", "bright_red", "law"),
    "competitor": ("C", "bright_green", "others"),
    "cancellation": ("X", "bright_white", "cancel"),
}
"""Rule -> the letter that begins its part of a bar, its colour, its short name; rules that only take points off have
none."""
UNKNOWN: Final = ("?", "white", "another")
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"

Reasons = Sequence[tuple[str, int]]


def stacked(reasons: Reasons, points_per_cell: int, *, unicode: bool) -> Text:
    """All reasons of a score in one bar, a letter at the begin of each part; what takes points off is written out."""
    text = Text()
    total = cells = 0
    for rule, points in reasons:
        if points <= 0 or rule == "limit":
            continue
        letter, colour, _ = LETTERS.get(rule, UNKNOWN)
        total += points
        wide = round(total / points_per_cell) - cells
        if wide > 0:
            text.append(letter, f"reverse {colour}")
            text.append(("█" if unicode else "=") * (wide - 1), colour)
            cells += wide
    for rule, points in reasons:
        if points < 0 and rule != "limit":
            text.append(f" {points} {rule}", "dim")
    return text


def single(points: int, points_per_cell: int, *, unicode: bool) -> str:
    """One reason's bar, exact to an eighth of a cell; points taken off are drawn lighter."""
    if points < 0:
        return ("░" if unicode else "-") * round(-points / points_per_cell)
    if not unicode:
        return "=" * round(points / points_per_cell)
    full, part = divmod(round(points * 8 / points_per_cell), 8)
    return "█" * full + (_EIGHTHS[part] if part else "")


def legend(shown: Iterable[Reasons], width: int) -> list[Text]:
    """What the letters in some bars mean, in the order of the rules, in as many lines as that takes."""
    rules = {rule for reasons in shown for rule, points in reasons if points > 0 and rule != "limit"}
    names = [told for rule, told in LETTERS.items() if rule in rules]
    if rules - LETTERS.keys():
        names.append(UNKNOWN)
    lines = [Text()]
    for letter, colour, name in names:
        wide = len(name) + 2
        if wide > width:
            continue
        if lines[-1].cell_len + wide > width:
            lines.append(Text())
        lines[-1].append(letter, f"reverse {colour}").append(f" {name}  ", "dim")
    return lines
