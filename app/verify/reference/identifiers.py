"""The customer's other names, from all touchpoints that held some.

`profile` shows them. Telephone numbers stand in a table written by hand from the numbering plans; the product asks
a library.
"""

from typing import Any

from app.verify.reference.touchpoints import Touch, order_key, rfc3339

OF_A_KIND = 4
IN_ALL = 32
PHONES: dict[str, str | None] = {
    "+90 532 123 45 67": "+905321234567",
    "+90 (532) 123-45-67": "+905321234567",
    "+442079460018": "+442079460018",
    "+44 20 7946 0018": "+442079460018",
    "+1 415 555 2671": "+14155552671",
    "+1 415 555 2671 ext. 12": None,
    "0532 123 45 67": None,
    "+82 2-312-3456": "+8223123456",
    "ask my brother": None,
}
"""As it may come -> E.164, None where it cannot be told without a region."""


def one_form(kind: str, given: str) -> tuple[str, bool | None]:
    """(the value as it is shown, whether it has the form of its kind, None for a kind without one)."""
    given = given.strip()
    if kind == "phone":
        return PHONES[given] or given, PHONES[given] is not None
    if kind == "email":
        at = given.rfind("@")
        if at < 1 or at == len(given) - 1 or len(given.split()) != 1:
            return given, False
        return given[: at + 1] + given[at + 1 :].lower(), True
    return given, None


def identifiers(touches: list[Touch]) -> dict[str, list[dict[str, Any]]]:
    """Kind -> its newest four, newest first, of the newest 32 of all."""
    newest: dict[tuple[str, str], tuple[Any, ...]] = {}
    for touch in touches:
        for kind, given in (touch["ids"] or {}).items():
            if given is None:
                continue
            value, normalized = one_form(kind, given)
            if value and len(value) <= 256 and len(kind) <= 64:
                seen = (*order_key(touch), kind, value, normalized)
                newest[kind, value] = max(newest.get((kind, value), seen), seen, key=lambda one: one[:5])
    ranked = sorted(newest.values(), key=lambda one: one[:5], reverse=True)
    kept = [one for place, one in enumerate(ranked) if sum(other[3] == one[3] for other in ranked[:place]) < OF_A_KIND][
        :IN_ALL
    ]
    return {
        kind: [
            {"value": value, "normalized": normalized, "at": rfc3339(at_ms)}
            for at_ms, _, _, of_kind, value, normalized in kept
            if of_kind == kind
        ]
        for kind in sorted({one[3] for one in kept})
    }
