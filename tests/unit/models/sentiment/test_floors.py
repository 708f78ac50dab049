"""The part of `make eval` that needs no package and no quiet machine: nothing may fall below its floor."""

import pytest

from benchmarks.evaluation.__main__ import quality
from models.sentiment import built_in


def test_no_figure_is_below_its_floor(capsys: pytest.CaptureFixture[str]) -> None:
    lines = list(quality(built_in(), None))
    held = [line for line in lines if line.floor is not None]
    assert len(held) >= 9
    assert [(line.what, line.value) for line in held if line.floor is not None and line.value < line.floor] == []
