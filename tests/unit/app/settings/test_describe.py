"""The reference page is the code's, and no setting is idle."""

import re
from pathlib import Path

import pytest

from app.settings import Settings
from app.settings.describe import reference

ROOT = Path(__file__).parents[4]


def test_the_reference_page_is_up_to_date() -> None:
    """After a change: kanarya settings --reference-page > docs/settings.md"""
    assert (ROOT / "docs" / "settings.md").read_text() == reference()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert Settings.model_fields[name].description


def test_every_setting_is_read_by_the_program() -> None:
    sources = [path.read_text() for path in (ROOT / "app").rglob("*.py") if path.name != "load.py"]
    used = set(re.findall(r"\b(?:settings|self)\.(\w+)", "\n".join(sources)))

    assert set(Settings.model_fields) - used == {"config"}  # read before there are settings
