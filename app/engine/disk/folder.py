"""The folder of one worker's disk store: made, locked against a second worker, and let go.

`app.engine.disk.store` holds one as long as the worker lives; inside it each partition has a folder of its own.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from app.settings import SettingsError


class Folder:
    """A folder that is this process's alone until `close`; a killed process leaves no lock behind."""

    def __init__(self, path: Path) -> None:
        """Raises `SettingsError` when it cannot be written, or when another worker has it."""
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(
                [f"store_dir = {path}: cannot be written ({error.strerror}); name a folder that can"]
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._lock)
            taken = f"store_dir = {path}: another worker (process {holder}) keeps its states there"
            raise SettingsError([f"{taken}; give each worker a folder of its own"]) from error
        with suppress(OSError):  # a full disk: the lock holds without its holder's name
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def partition(self, number: int) -> Path:
        """The folder of one partition; it need not exist."""
        return self.path / f"partition-{number}"

    def close(self) -> None:
        """Let another worker have it."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
