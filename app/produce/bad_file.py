"""A file of the lines that were bad, as they came: `kanarya produce --bad`. Mended there, they are sent alone.

Sending the whole file again would count records twice whose ids are no longer known (docs/guarantees.md).
"""

from pathlib import Path


class BadFile:
    """The file, made new; each line is in it once `add` returns."""

    def __init__(self, path: Path, header: bytes) -> None:
        """Make the file. Raises `FileExistsError` where there is one, and `OSError`.

        Args:
            header: the header row of CSV; empty for JSON lines.
        """
        self._path = path
        self._header = header
        self._file = path.open("xb", buffering=0)  # so that no kept line is behind what --resume has saved
        self.lines = 0

    def add(self, raw: bytes) -> None:
        """Keep a line, with its end. Raises `OSError`."""
        self._file.write(raw if self.lines else self._header + raw)
        self.lines += 1

    def close(self) -> None:
        """Leave the file behind, unless nothing is in it."""
        self._file.close()
        if not self.lines:
            self._path.unlink(missing_ok=True)
