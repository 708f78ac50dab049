"""What the up to three English words before a term do to it: strengthen, weaken, turn.

`models.sentiment.english` asks here for each term that a modifier can act on; what acts from further away stands in
`models.sentiment.english_denial`.
"""

from collections.abc import Iterator
from typing import Final

from models.sentiment.english_denial import LIGHT, denied_from_afar
from models.sentiment.english_tables import NEGATE, NEGATE_NEAR

TURN: Final = -0.74
"""What is left of a negated weight; VADER's number."""


def why(
    words: list[str], at: int, window: int, modifiers: dict[str, float], acts: bool, factor: float
) -> Iterator[str]:
    """Say in words what acted on the term at place `at`, the nearest first."""
    for back in range(at - 1, max(window, at - 3) - 1, -1) if acts else ():
        change = modifiers.get(words[back], 0.0)
        if change == NEGATE or (change == NEGATE_NEAR and at - back <= 2):
            yield f'negated by "{words[back]}"'
        elif change and change < NEGATE_NEAR:
            yield f'{"boosted" if change > 0 else "weakened"} by "{words[back]}"'
    if acts and denied_from_afar(words, at, window, modifiers):
        yield "negated from further away"
    if factor != 1.0:
        yield 'after "but"'


def in_context(weight: float, words: list[str], at: int, window: int, modifiers: dict[str, float]) -> float:
    """Let the up to three words before place `at`, none before `window`, act on a weight, the nearest first."""
    change = modifiers.get(words[at - 1])
    if change is not None:
        weight = _modified(weight, change, 1.0)
    if at - 1 > window:
        change = modifiers.get(words[at - 2])
        if change is not None:
            weight = _modified(weight, change, 0.95)
        if at - 2 > window:
            change = modifiers.get(words[at - 3])
            if change is None:
                if words[at - 1] in LIGHT and denied_from_afar(words, at, window, modifiers):
                    weight *= TURN
            elif change != NEGATE_NEAR:
                weight = _modified(weight, change, 0.9)
    return weight


def _modified(weight: float, change: float, share: float) -> float:
    """Apply one modifier; a booster counts for `share` of its strength."""
    if change >= NEGATE_NEAR:
        return weight * TURN
    return weight + change * share if weight > 0.0 else weight - change * share


def turned(words: list[str], at: int, window: int, modifiers: dict[str, float]) -> bool:
    """Say whether an odd number of negators acts on place `at`: "not broken" is no fault."""
    odd = False
    for back in range(at - 1, max(window, at - 3) - 1, -1):
        change = modifiers.get(words[back], 0.0)
        if change == NEGATE or (change == NEGATE_NEAR and at - back <= 2):
            odd = not odd
    return odd is not denied_from_afar(words, at, window, modifiers)
