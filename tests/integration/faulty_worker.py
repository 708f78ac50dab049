"""`kanarya worker` with a fault of ours: its fold raises on every touchpoint of the kind `idea`.

`test_redrive` starts it as a script; the product has no hook for a fault, so one is put in here, in this process only.
"""

import sys
from typing import Any

from agents import fold
from app.cli.commands import run


def _break() -> None:
    observe = vars(fold)["observe"]

    def faulty(profile: Any, touchpoint: Any, *rest: Any) -> Any:
        if touchpoint.kind == "idea":
            profile.touchpoints += 1  # half done
            raise RuntimeError("a fault")
        return observe(profile, touchpoint, *rest)

    vars(fold)["observe"] = faulty


if __name__ == "__main__":
    _break()
    sys.exit(run(["worker"]))
