"""Both stores, for the tests that hold for any."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.ports import RecoverableStore
from app.engine.disk.store import DiskStore
from app.engine.store import MemoryStore
from tests.engine.copies import Changelog

MakeStore = Callable[[], RecoverableStore]


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecoverableStore]:
    """A store that holds nothing yet."""
    made: RecoverableStore = MemoryStore() if request.param == "memory" else Changelog().store(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture
def changelog() -> Changelog:
    """What a disk store asks of the broker."""
    return Changelog()


@pytest.fixture
def disk(tmp_path: Path, changelog: Changelog) -> Iterator[DiskStore]:
    """A disk store in `tmp_path / "store"`."""
    made = changelog.store(tmp_path / "store")
    yield made
    made.close()
