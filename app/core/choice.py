"""Which core this process runs, chosen before its first import of `models` or `agents`.

`app.__main__` calls `choose` first of all. Compiled modules lie in a folder of their own, never beside the sources:
only the finder that `choose` puts in front of Python's own finds them, and only in the build whose name fits the
sources.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final, Literal

from app.core.sources import GROUP, MODULES, ROOT, build_name, builds

Core = Literal["compiled", "pure"]
_LIBRARY: Final = f"{GROUP}__mypyc"


class CompiledCore(MetaPathFinder):
    """Finds the compiled modules of one build."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the finder's shape
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Where the module is, if it is one of the build."""
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file)


def choose(root: Path = ROOT) -> Core:
    """Run compiled modules from here on if a build fits the sources; the core that this process runs.

    A module that was imported before stays what it is, so after the first of them the choice is made: pure.
    """
    if running() == "compiled":
        return "compiled"
    folder = fitting(root)
    if folder is None or any(module in sys.modules for module in MODULES):
        return "pure"
    suffix = EXTENSION_SUFFIXES[0]
    files = {module: folder / f"{module.replace('.', '/')}{suffix}" for module in (*MODULES, _LIBRARY)}
    sys.meta_path.insert(0, CompiledCore(files))
    return "compiled"


def running() -> Core:
    """The core that this process runs."""
    return "compiled" if any(isinstance(finder, CompiledCore) for finder in sys.meta_path) else "pure"


def fitting(root: Path = ROOT) -> Path | None:
    """The build that fits the sources, None without one."""
    if not builds(root).is_dir():
        return None  # without reading the sources
    folder = builds(root) / build_name(root)
    return folder if folder.is_dir() else None


def is_stale(root: Path = ROOT) -> bool:
    """Whether there are builds, and none of them fits the sources."""
    folder = builds(root)
    return folder.is_dir() and any(folder.iterdir()) and fitting(root) is None
