"""Spells of activity: inbound touchpoints clustered so that a gap of the lapse length parts two of them.

`models.profile.observe` calls `extend` for every inbound touchpoint; `models.stage` reads who lapsed and
who came back. Clusters of points do not depend on the order in which the points arrive.
"""

from models.state import Spell


def extend(spells: list[Spell], at_ms: int, ordered: bool, gap_ms: int, most: int) -> None:
    """Put an inbound touchpoint into its spell, joining spells that it bridges.

    Args:
        spells: ascending, any two at least `gap_ms` apart; at most `most` newest are kept.
        ordered: the touchpoint is an order_placed.
        gap_ms: neighbours this far apart or farther stand in two spells.
    """
    if not spells:
        spells.append(Spell(at_ms, at_ms, at_ms if ordered else 0))
        return
    newest = spells[-1]
    if newest.first_ms <= at_ms < newest.last_ms + gap_ms:
        newest.last_ms = max(newest.last_ms, at_ms)
        if ordered and not 0 < newest.order_ms <= at_ms:
            newest.order_ms = at_ms
        return
    joined = Spell(at_ms, at_ms, at_ms if ordered else 0)
    apart = []
    for spell in spells:
        if spell.last_ms + gap_ms <= joined.first_ms or joined.last_ms + gap_ms <= spell.first_ms:
            apart.append(spell)
        else:
            joined.first_ms = min(joined.first_ms, spell.first_ms)
            joined.last_ms = max(joined.last_ms, spell.last_ms)
            joined.order_ms = min(filter(None, (joined.order_ms, spell.order_ms)), default=0)
    apart.append(joined)
    apart.sort(key=_first_ms)
    spells[:] = apart[-most:]


def _first_ms(spell: Spell) -> int:
    return spell.first_ms
