"""What an error of RocksDB means for the worker; `app.engine.disk.store` asks before it stops or builds anew.

rocksdict raises a plain `Exception` with RocksDB's own status as its text, such as `IO error: No space left on device:
While appending to file: ...`.
"""

from enum import Enum
from typing import Final


class Fault(Enum):
    """What is wrong, which is also what can be done about it."""

    FULL = "no room is left"
    REFUSED = "it may not be written"
    DAMAGED = "it is damaged"
    OTHER = "the disk does not do what it is asked"


_WORDS: Final = (
    ("No space left on device", Fault.FULL),
    ("Disk quota exceeded", Fault.FULL),
    ("File too large", Fault.FULL),
    ("Permission denied", Fault.REFUSED),
    ("Operation not permitted", Fault.REFUSED),
    ("Read-only file system", Fault.REFUSED),
    ("Corruption", Fault.DAMAGED),
    ("No such file or directory", Fault.DAMAGED),
    ("Not a directory", Fault.DAMAGED),
    ("File exists", Fault.DAMAGED),
    ("Invalid argument", Fault.DAMAGED),
)
"""In this order: a full or forbidden disk makes files look damaged that are not."""


def fault_of(error: BaseException) -> Fault:
    """The fault that an error tells of."""
    text = str(error)
    return next((fault for words, fault in _WORDS if words in text), Fault.OTHER)
