"""Another wall clock for one process, by libfaketime: the faults of `faults/skew.py` start workers under it.

The library is preloaded and shifts what the process takes for the time; clocks that only measure how long something
takes stay right, as on a machine whose date is wrong.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

MEND: Final = "on Linux, pip install libfaketime (x86-64), or the package faketime of the distribution"
_WHEEL: Final = "vendor/libfaketime/src/libfaketime.so.1"
_SYSTEM: Final = ("usr/lib/*/faketime/libfaketime.so.1", "usr/lib*/faketime/libfaketime.so.1")


@cache
def library() -> Path | None:
    """Where the library lies on this machine, None where it does not."""
    spec = find_spec("libfaketime")
    found = [Path(spec.origin).parent / _WHEEL] if spec is not None and spec.origin is not None else []
    found += [path for pattern in _SYSTEM for path in sorted(Path("/").glob(pattern))]
    return next((path for path in found if path.exists()), None)


def environ(ahead_s: int) -> dict[str, str]:
    """Variables under which a process sees the clock `ahead_s` seconds ahead, behind where negative."""
    told = {"FAKETIME": f"{ahead_s:+d}s", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    return {"LD_PRELOAD": str(library()), **told}
