"""What every table of the policy file is: a Struct that knows its keys, and the units they are in.

`models.policy`, `models.profile_policy` and `models.words_policy` build their sections on it.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

Days = Annotated[float, Meta(ge=1, le=3650)]
"""A day at least: what fades faster is over before anybody acts on it."""
Points = Annotated[int, Meta(ge=0, le=100)]
"""Whole points: a score is a sum of whole points, and so is the most it can reach."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the policy file; a key it does not know is refused."""
