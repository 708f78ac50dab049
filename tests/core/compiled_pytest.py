"""pytest with the compiled core under it: `python -m tests.core.compiled_pytest ARGUMENTS`."""

import sys

import pytest

from app.core.choice import choose

if __name__ == "__main__":
    if choose() != "compiled":
        sys.exit("no compiled core fits the sources: make compile")
    sys.exit(pytest.main(sys.argv[1:]))
