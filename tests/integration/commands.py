"""The command line as a person or a script calls it: every command a process of its own."""

import json
import subprocess
import sys
from typing import Any

from app.settings import Settings
from tests.integration.names import flags
from tests.integration.workers import ROOT


class Kanarya:
    """The program, called with the settings of the test."""

    def __init__(self, settings: Settings) -> None:
        self._flags = flags(settings)
        self.said = ""

    def __call__(self, *words: object, code: int = 0) -> str:
        """Standard output of a call that must end with `code`; `said` is its standard error."""
        done = subprocess.run(
            self.command(*words),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        self.said = done.stderr
        return done.stdout

    def command(self, *words: object) -> list[str]:
        """Arguments of a process."""
        return [sys.executable, "-m", "app", *map(str, words), *self._flags]

    def lines(self, *words: object, code: int = 0) -> list[Any]:
        """JSON values, one a line."""
        return [json.loads(line) for line in self(*words, "--json", code=code).splitlines()]
