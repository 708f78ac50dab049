"""`python -m app.core` says which core the packages beside it run; exit 0 for the compiled one, else 1."""

import sys

from app.core.choice import choose, is_stale


def main() -> int:
    """Choose as `kanarya` does, import the fold, and say what came."""
    choose()
    from agents import fold

    core = "pure" if str(fold.__file__).endswith(".py") else "compiled"
    print(core + (", as the compiled one is of other sources: make compile" if is_stale() else ""))  # noqa: T201
    return 0 if core == "compiled" else 1


if __name__ == "__main__":
    sys.exit(main())
