"""Fields that no touchpoint has: ignored, and counted in a sample, so that a misspelt one does not go unseen.

`agents.fold` asks for one record in 256, by its offset.
"""

from typing import Any, Final

import msgspec

from models.touchpoint import Touchpoint

SAMPLED: Final = 256
"""One record in so many is looked at."""

_KNOWN: Final = frozenset(field.encode_name for field in msgspec.structs.fields(Touchpoint))


class _Envelope(msgspec.Struct):
    """A structured CloudEvent holds the touchpoint in `data`; its own attributes are not the touchpoint's."""

    specversion: Any = None
    data: dict[str, msgspec.Raw] | None = None


_read_fields: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_read_envelope: Final = msgspec.json.Decoder(_Envelope).decode


def unknown_fields(value: bytes | None) -> int:
    """How many fields of a record's touchpoint are unknown; 0 for what is no touchpoint."""
    try:
        fields = _read_fields(value or b"")
        if "specversion" in fields:
            fields = _read_envelope(value or b"").data or {}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0
    return sum(name not in _KNOWN for name in fields)
