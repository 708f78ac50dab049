"""Compile the core: `python -m app.core.build [FOLDER]`, which `make compile` runs.

mypyc turns the modules of `app.core.sources` into one library of C; what comes of it is kept under the name of the
sources, in the packages themselves or in those of FOLDER, which must hold the same sources. It needs mypy, setuptools
and a C compiler; nothing of the product imports this module.
"""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.core.sources import GROUP, MODULES, ROOT, build_name, builds

_HEADER: Final = Path(__file__).with_name("attributes.h")
_EXACT: Final = "-ffp-contract=off"
"""a * b + c is rounded twice, as Python does; on some processors a compiler would else round once."""
_MYPY: Final = ("--explicit-package-bases", "--namespace-packages", "--ignore-missing-imports", "--config-file=")


class BuildError(Exception):
    """Nothing was built; says why."""


def build(into: Path = ROOT) -> Path:
    """Compile the packages beside this module for those in `into`; the folder of the build.

    Older builds there are removed: they fit no sources that are left.
    """
    name = build_name()
    if build_name(into) != name:
        raise BuildError(f"{into} does not hold the same sources as {ROOT}")
    folder = builds(into)
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        made = _compile(Path(work))
        if build_name() != name:
            raise BuildError("the sources changed meanwhile; build again")
        done = folder / name
        for old in folder.iterdir():
            if old != Path(work):
                shutil.rmtree(old)
        made.rename(done)  # in one step: a worker that starts meanwhile finds all of it or nothing
    return done


def _compile(work: Path) -> Path:
    """The folder with the compiled modules, below `work`."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.errors import BaseError, CCompilerError

    paths = [f"{module.replace('.', '/')}.py" for module in MODULES]
    with contextlib.chdir(ROOT):  # mypy tells a module's name from its path
        extensions = mypycify([*_MYPY, *paths], opt_level="3", debug_level="0", group_name=GROUP, target_dir=str(work))
        for extension in extensions:
            extension.extra_compile_args += ["-include", str(_HEADER), _EXACT]
        command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(work / "lib"), str(work / "objects")
        command.ensure_finalized()
        try:
            command.run()
        except (BaseError, CCompilerError) as error:
            raise BuildError(f"{error} (it takes a C compiler, such as gcc or clang, and Python's headers)") from error
    return work / "lib"


def main(words: Sequence[str]) -> int:
    """Build, and say what is done and what came of it; 1 with a sentence if that cannot be done."""
    if sys.implementation.name != "cpython":
        print("the core is compiled for CPython only; elsewhere it runs as Python", file=sys.stderr)  # noqa: T201
        return 1
    print(f"compiling {len(MODULES)} modules, about a minute; warnings do no harm", flush=True)  # noqa: T201
    began_s = time.monotonic()
    try:
        folder = build(*map(Path, words))
    except (BuildError, ImportError) as error:
        print(f"the core was not compiled: {error}; without that it runs as Python", file=sys.stderr)  # noqa: T201
        return 1
    print(f"compiled in {time.monotonic() - began_s:.0f} s: {folder}")  # noqa: T201
    print("workers that start from now on run it; `python -m app.core` says which core runs")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
