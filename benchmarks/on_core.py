"""Starts a program on one of the two cores: `python -m benchmarks.on_core compiled|pure MODULE ARGUMENTS`."""

import runpy
import sys

from app.core.choice import choose

if __name__ == "__main__":
    core, module, *words = sys.argv[1:]
    if core == "pure":
        import models.profile  # noqa: F401 - from the first import on, a process stays pure
    if choose() != core:
        sys.exit(f"this process runs no {core} core; make compile builds the compiled one")
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
