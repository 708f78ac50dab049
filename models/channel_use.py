"""Which channels a customer uses, and for what: counts that fade, exact in whatever order touchpoints arrive.

`models.profile.observe` calls `count` for each touchpoint; `models.alert` and `models.public_profile` ask which
channel is preferred. What the customer stated wins over what was observed.
"""

from functools import lru_cache
from typing import Final

from models import decay
from models.care_record import ChannelUse, PreferredChannel, Purpose
from models.limits import Limits
from models.policy import DAY_MS
from models.state import Profile
from models.statements import preference
from models.touchpoint import CHANNEL_CODE, CHANNELS, Touchpoint

PURPOSES: Final[tuple[Purpose, ...]] = ("info", "purchase", "dispute")
"""The place in this tuple is the code in stored bytes, so it only ever grows at its end, and never beyond four."""
_PREFERENCES: Final = tuple(f"channel.{purpose}" for purpose in PURPOSES)
PURPOSE_OF: Final[dict[str, int]] = {
    **dict.fromkeys(("message", "call", "visit"), 0),
    **dict.fromkeys(("order_placed", "order_cancelled"), 1),
    **dict.fromkeys(("complaint", "case_opened", "case_reopened"), 2),
}
"""What a customer comes for, by kind: the contacts, and what else of orders and cases is the customer's own doing."""

_PURPOSES_MOST: Final = 4
_ROWS: Final = 2
"""Rows begin behind the exponent and the half-life."""
_DAYS_MOST: Final = 1 << 12


def count(profile: Profile, touchpoint: Touchpoint, purpose: int, limits: Limits) -> None:
    """Count the use of a channel, if the touchpoint is the customer's own and inbound.

    1 is added to the number of its channel and purpose, and its weight to the mass. The masses share one exponent, the
    smallest so far, as in `models.decay`: one form for one set of touchpoints. Masses of another half-life than the
    policy's cannot be added to: they begin anew, the numbers stay.

    Args:
        purpose: of its kind, from `PURPOSE_OF`.
    """
    if touchpoint.actor != "customer" or touchpoint.direction != "inbound":
        return
    uses, key = profile.uses, touchpoint.channel_code * _PURPOSES_MOST + purpose
    day = touchpoint.at_ms // DAY_MS
    exponent, mass = limits.use_weights.get(day) or _weight(day, limits)
    if not uses:
        uses += (exponent, limits.use_ms, key, 1, mass)
        return
    if uses[1] != limits.use_ms:
        uses[0], uses[1] = exponent, limits.use_ms
        for place in range(_ROWS + 2, len(uses), 3):
            uses[place] = 0
    shift = exponent - uses[0]
    if shift > 0:
        mass <<= shift
    elif shift:
        uses[0] = exponent
        for place in range(_ROWS + 2, len(uses), 3):
            uses[place] <<= -shift
    place, end = _ROWS, len(uses)
    while place < end and uses[place] < key:  # rows are few
        place += 3
    if place < end and uses[place] == key:
        uses[place + 1] += 1
        uses[place + 2] += mass
    else:
        uses[place:place] = (key, 1, mass)


def preferred_channel(profile: Profile) -> str | None:
    """The channel of the stated preference `channel`; else that of most contacts ever, ties by name; None without."""
    stated = _stated(profile, "channel") if profile.statements is not None else None
    if stated is not None or not profile.contacts:
        return stated
    return min([(-n, CHANNELS[channel]) for channel, n in profile.contacts.items()])[1]


def channels(
    profile: Profile, at_ms: int, limits: Limits
) -> tuple[dict[str, dict[str, ChannelUse]], list[PreferredChannel]]:
    """(purpose -> channel -> how often, for ever and of late; the preferred channel of each purpose).

    Preferred is the stated `channel.PURPOSE`, else the stated `channel`, else the one used most of late; of equal ones
    the one used most ever, then the first by name. A purpose of which nothing is known is left out.
    """
    used: dict[str, dict[str, ChannelUse]] = {}
    preferred: list[PreferredChannel] = []
    if not profile.uses and profile.statements is None:
        return used, preferred
    masses, one = _masses(profile.uses, at_ms, limits)
    for purpose, name in enumerate(PURPOSES):
        rows = masses.get(purpose)
        if rows is None and profile.statements is None:
            continue
        if rows is not None:
            used[name] = seen = {}
            for channel, n, mass in rows:
                seen[channel] = {"n": n, "recent": _quotient(mass, one)}
        stated = _stated(profile, _PREFERENCES[purpose]) or _stated(profile, "channel") if profile.statements else None
        if stated is not None:
            preferred.append({"purpose": name, "channel": stated, "source": "stated", "confidence": 1.0, "n": 1})
        elif rows:
            best, best_mass, best_n, n, total = "", -1, 0, 0, one
            for channel, times, mass in rows:
                n, total = n + times, total + mass
                if mass > best_mass or (mass == best_mass and (-times, channel) < (-best_n, best)):
                    best, best_mass, best_n = channel, mass, times
            confidence = _quotient(best_mass, total)
            preferred.append({"purpose": name, "channel": best, "source": "observed", "confidence": confidence, "n": n})
    return used, preferred


def _stated(profile: Profile, name: str) -> str | None:
    """The channel of a stated preference; a value that is no channel states nothing."""
    stated = preference(profile, name)
    value = stated.value if stated is not None else None
    return value if isinstance(value, str) and value in CHANNEL_CODE else None


def _weight(day: int, limits: Limits) -> tuple[int, int]:
    """The weight of a use on a UTC day, that of its beginning: computed once for a day and not for each use."""
    if len(limits.use_weights) >= _DAYS_MOST:
        limits.use_weights.clear()
    weight = limits.use_weights[day] = decay.weight(day * DAY_MS, limits.use_ms)
    return weight


def _masses(uses: list[int], at_ms: int, limits: Limits) -> tuple[dict[int, list[tuple[str, int, int]]], int]:
    """Purpose -> (channel, n, mass) of each row, and what a use at `at_ms` would weigh there.

    A mass of another half-life than the policy's reads as 0, as it will be after the next use.
    """
    rows: dict[int, list[tuple[str, int, int]]] = {}
    if not uses:
        return rows, 1
    same = uses[1] == limits.use_ms
    for key, n, mass in zip(uses[_ROWS::3], uses[_ROWS + 1 :: 3], uses[_ROWS + 2 :: 3], strict=True):
        rows.setdefault(key % _PURPOSES_MOST, []).append((CHANNELS[key // _PURPOSES_MOST], n, mass if same else 0))
    if not same:
        return rows, 1
    day = at_ms // DAY_MS
    exponent, weight = limits.use_weights.get(day) or _weight(day, limits)
    return rows, weight << (exponent - uses[0])


@lru_cache(maxsize=1 << 12)  # uses of one day all weigh the same, so few quotients are met again and again
def _quotient(mass: int, of: int) -> float:
    return round(decay.quotient(mass, of), 4)
