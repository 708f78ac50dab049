"""The plain touchpoint: a JSON object with its fields, as a record's value or as a CloudEvent's data.

`models.envelope.shapes` and `models.envelope.cloud_events` read it here: one parse, straight into the object
that `models.profile.observe` will fold.
"""

from typing import Final

import msgspec

from models.envelope.json_text import SMALL_BYTES, parse
from models.rejection import too_large
from models.touchpoint import Rejected, Touchpoint

MOST_ATTRIBUTES: Final = 64
MOST_ATTRIBUTES_BYTES: Final = 8192


class _Attributes(msgspec.Struct):
    """The attributes as they were sent, for their size."""

    attributes: msgspec.Raw


_read = msgspec.json.Decoder(Touchpoint).decode
_read_attributes = msgspec.json.Decoder(_Attributes).decode


def read_touchpoint(raw: bytes, within: str = "") -> Touchpoint | Rejected:
    """A touchpoint whose fields have the right types and sizes; its other rules are still to be checked.

    Args:
        within: names the place of `raw` in a rejection; empty for a record's value.
    """
    touchpoint = parse(raw, _read, Touchpoint, within)
    if len(raw) <= SMALL_BYTES or isinstance(touchpoint, Rejected) or touchpoint.attributes is None:
        return touchpoint
    if len(touchpoint.attributes) > MOST_ATTRIBUTES:
        return too_large(_attributes(within), f"{MOST_ATTRIBUTES} keys")
    if len(raw) > MOST_ATTRIBUTES_BYTES and len(bytes(_read_attributes(raw).attributes)) > MOST_ATTRIBUTES_BYTES:
        return too_large(_attributes(within), "8 KiB")
    return touchpoint


def _attributes(within: str) -> str:
    return f"{within}.attributes" if within else "attributes"
