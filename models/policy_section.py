"""What every table of the policy file is: a Struct that knows its keys, and the units they are in.

`models.policy` and `models.profile_policy` build their sections on it.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

Days = Annotated[float, Meta(ge=1, le=3650)]
"""A day at least: what fades faster is over before anybody acts on it."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the policy file; a key it does not know is refused."""
