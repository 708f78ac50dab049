"""What customers stated of themselves: plain Structs, no logic.

`models.statements` and `models.identifiers` keep them up, `models.codec` stores them, `models.channel_use`,
`models.interests` and `models.public_profile` read them. Most customers have none of it. Times are epoch ms UTC.
"""

import msgspec

Value = str | int | float | bool | None

# Forms of an identifier.
FREE: int = 0
"""Of a kind that has no common form: as it came."""
COMMON: int = 1
"""Brought to the common form of its kind."""
AS_IT_CAME: int = 2
"""Of a kind that has a common form, which this one could not be brought to."""


class Statement(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The newest word on one preference or one consent, and the record that told it."""

    name: str
    """Of the preference, or the purpose of the consent."""
    value: Value
    """What was stated; of a consent whether it is granted; None for a preference withdrawn."""
    at_ms: int
    source: str
    id: str
    topic: int
    """Small id of the input topic."""
    offset: int
    large: bool = False
    """The value is an object, a list or a long text: only the record holds it."""


class Identifier(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """An e-mail address, a telephone number, another name of the customer, and when it was last used."""

    kind: str
    value: str
    form: int
    """0 free, 1 common, 2 as it came."""
    at_ms: int
    source: str
    id: str
    """Source and id of the newest touchpoint with it: its order key."""


class Statements(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """All of it, each list ascending by order key."""

    preferences: list[Statement] = []
    consents: list[Statement] = []
    identifiers: list[Identifier] = []
