"""Mutations: each a patch that breaks one promise as a careless change could, and the tests that must notice.

`tests.mutations` (the command) and `test_mutations` read them here. A patch stands in `NAME.patch`; its first line is::

    # What it breaks. Caught by tests/FILE.py::TEST, tests/FILE.py::TEST
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(__file__).parent
_CAUGHT_BY: Final = ". Caught by "
_LEFT_OUT: Final = (
    ".git", ".venv", ".kafka", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "build",
    "dist", "*.egg-info",
)  # fmt: skip


class Mutation(NamedTuple):
    """One patch."""

    name: str
    path: Path
    breaks: str
    """What it does wrong, in a sentence without its full stop."""
    tests: tuple[str, ...]
    """`tests/FILE.py::TEST` of each that must fail under it."""


def mutations(folder: Path = FOLDER) -> list[Mutation]:
    """All patches of a folder by name. Raises `ValueError` when a first line does not say what it must."""
    return [_read(path) for path in sorted(folder.glob("*.patch"))]


def _read(path: Path) -> Mutation:
    head = path.read_text(encoding="utf-8").partition("\n")[0]
    breaks, said, tests = head.removeprefix("# ").partition(_CAUGHT_BY)
    named = tuple(test.strip() for test in tests.split(","))
    if not head.startswith("# ") or not said or not all(".py::" in test for test in named):
        raise ValueError(f"{path.name}: its first line must be: # What it breaks{_CAUGHT_BY}tests/FILE.py::TEST, ...")
    return Mutation(path.stem, path, breaks, named)


def copy_tree(into: Path, root: Path = ROOT) -> Path:
    """A copy of the working tree, changed files included, in a folder that does not exist yet."""
    shutil.copytree(root, into, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
    return into


def why_not_applied(mutation: Mutation, tree: Path) -> str:
    """Empty if the patch applies to the tree as it stands; else git's first line."""
    return _apply(mutation, tree, "--check")


@contextmanager
def applied(mutation: Mutation, tree: Path) -> Iterator[str]:
    """The tree with the patch, and without it again afterwards; gives what `why_not_applied` gives."""
    why_not = _apply(mutation, tree)
    _drop_bytecode(tree)
    yield why_not
    if not why_not and (stuck := _apply(mutation, tree, "--reverse")):
        raise RuntimeError(f"{mutation.name}: cannot be taken back: {stuck}")
    _drop_bytecode(tree)


def _apply(mutation: Mutation, tree: Path, *how: str) -> str:
    # In a folder inside of some repository git would leave out what it takes to lie outside, and say that all is well.
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env["GIT_CEILING_DIRECTORIES"] = str(tree.parent)
    done = subprocess.run(
        ["git", "apply", *how, str(mutation.path)], cwd=tree, env=env, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else (done.stderr.strip() or f"git apply ended with {done.returncode}")


def _drop_bytecode(tree: Path) -> None:
    """Bytecode is told from its source by size and whole seconds, which a patch may leave as they are."""
    for folder in ("models", "agents", "app"):
        for cache in (tree / folder).rglob("__pycache__"):
            shutil.rmtree(cache)
