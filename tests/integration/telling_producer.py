"""`kanarya produce` that keeps in a file how many records are acknowledged; `test_produce_interrupted` starts it.

The product tells it on a terminal only, and a test that kills the broker must know what the process has been answered.
The first argument is the file.
"""

import sys
from pathlib import Path
from typing import Any

from app.cli.commands import run
from app.produce.send import _Flight


def _tell(file: Path) -> None:
    settle = _Flight.settle

    def told(self: Any) -> None:
        settle(self)
        file.write_text(str(self._sent.records))

    _Flight.settle = told  # type: ignore[method-assign]


if __name__ == "__main__":
    _tell(Path(sys.argv[1]))
    sys.exit(run(["produce", *sys.argv[2:]]))
