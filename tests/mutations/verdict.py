"""Runs tests in a copy of the tree and says what became of each: `tests.mutations` judges a mutation by it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

_SLIPS: Final = (
    "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "NameError", "UnboundLocalError",
    "AttributeError", "TypeError",
)  # fmt: skip
"""A patch that ends in one of these was not well made: it shows that code does not run, not that a promise is held."""
_TIMEOUT: Final = "Failed: Timeout"
"""Nor does a test that takes too long notice anything: it may be the machine."""
_TEST_S: Final = 120
_MOST_S: Final = 900


class Run(NamedTuple):
    """One run of pytest."""

    failed: dict[str, str]
    """Test -> the first line of why, of those where a wrong result was noticed."""
    slips: dict[str, str]
    """The same of those that ended in code that does not run, or not at all; the key may be a file."""
    passed: set[str]
    took_s: float
    last_lines: str


def run_tests(tree: Path, tests: Iterable[str]) -> Run:
    """Run tests (`tests/FILE.py::TEST`) of a copied tree, always with the same random choices."""
    results = tree / "results.xml"
    results.unlink(missing_ok=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KANARYA_", "PYTEST_"))}
    own |= {"PYTHONPATH": str(tree), "KANARYA_TEST_SEED": "1"}
    how = ["-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutations", f"--timeout={_TEST_S}"]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *how, f"--junitxml={results}", *tests],
        cwd=tree, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=_MOST_S,
    )  # fmt: skip
    took_s = time.monotonic() - began
    last_lines = "\n".join(done.stdout.strip().splitlines()[-15:])
    return Run(*_read(results), took_s, last_lines)


def _read(results: Path) -> tuple[dict[str, str], dict[str, str], set[str]]:
    failed: dict[str, str] = {}
    slips: dict[str, str] = {}
    passed: set[str] = set()
    if not results.exists():
        return failed, slips, passed
    for case in ET.parse(results).iter("testcase"):
        module, name = case.get("classname", ""), case.get("name", "").partition("[")[0]
        test = f"{module.replace('.', '/')}.py::{name}" if module else name
        failure, error = case.find("failure"), case.find("error")
        if failure is not None:
            why = failure.get("message", "").partition("\n")[0]
            (slips if _is_slip(why) else failed).setdefault(test, why)
        elif error is not None:
            slips.setdefault(test, error.get("message", "").partition("\n")[0])
        elif case.find("skipped") is None:
            passed.add(test)
    return failed, slips, passed - failed.keys() - slips.keys()


def _is_slip(why: str) -> bool:
    return why.startswith(_TIMEOUT) or why.partition(":")[0].rpartition(".")[2].strip() in _SLIPS
