"""A state as a later release will write it: `tests.agents` and `tests.integration` show it to workers of this one."""

import msgspec

from models.codec import encode_profile, pack, unpack_header
from models.profile import new_profile
from models.stated import Statements


def newer_profile(customer_id: str) -> bytes:
    """The value of a profile of this version whose body has one field more than this release knows."""
    profile = new_profile(customer_id)
    profile.statements = Statements()  # the last field: nothing is left out
    value = encode_profile(profile, 1)
    body = msgspec.msgpack.decode(value[unpack_header(value).body_start :])
    return pack(1, 0, {}, msgspec.msgpack.encode([*body, 7]))
