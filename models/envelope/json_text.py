"""JSON bytes into a typed object, or the reason why not.

`models.envelope.shapes` reads plain touchpoints with it, `models.envelope.cloud_events` envelopes and their
data. Judges what holds for any JSON (UTF-8, nesting); `models.rejection` words what the parser refuses.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from models.rejection import TOO_DEEP, not_utf8, too_deep, undecodable
from models.touchpoint import Rejected

Told = TypeVar("Told")

SMALL_BYTES: Final = 2 * TOO_DEEP
"""Up to this size there is no room for too many levels, nor for more attributes than a touchpoint may have."""
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_STRINGS_AND_BRACKETS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|([\[{])|([\]}])', re.DOTALL)
"""Never goes back: a string without an end ends with the bytes, so that the scan takes one pass over anything."""


def parse(raw: bytes, read: Callable[[bytes], Told], root: type[Told], within: str = "") -> Told | Rejected:
    """`read(raw)`, where `read` is a msgspec decoder of `root`.

    A byte order mark is skipped, as Java's and Python's readers do. Invalid UTF-8 and too many levels are
    refused wherever they stand, in fields that nobody reads too: so the verdict is one on the whole value,
    and the same in any envelope.

    Args:
        within: names the place of `raw` in a rejection; empty for a record's value.
    """
    try:
        told = read(raw)
    except _UNREADABLE as error:
        if not raw.startswith(_BYTE_ORDER_MARK) or raw.startswith(_BYTE_ORDER_MARK, len(_BYTE_ORDER_MARK)):
            return _flaw(raw, within) or undecodable(error, raw, root, within)
        return parse(raw[len(_BYTE_ORDER_MARK) :], read, root, within)
    if raw.isascii() and len(raw) <= SMALL_BYTES:
        return told
    return _flaw(raw, within) or told


def _flaw(raw: bytes, within: str) -> Rejected | None:
    """What is wrong with the bytes, whatever they were to be read as."""
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            return not_utf8(within or "value", raw)
    return too_deep(within or "value") if len(raw) > SMALL_BYTES and is_too_deep(raw) else None


def is_too_deep(raw: bytes) -> bool:
    """Whether JSON nests more than `TOO_DEEP` levels."""
    if raw.count(b"{") + raw.count(b"[") <= TOO_DEEP:
        return False
    depth = 0
    for match in _STRINGS_AND_BRACKETS.finditer(raw):
        if match[1]:
            depth += 1
            if depth > TOO_DEEP:
                return True
        elif match[2]:
            depth -= 1
    return False
