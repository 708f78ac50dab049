"""Which store the settings give, and what is said when they cannot."""

import sys
from pathlib import Path

import pytest

from agents.ports import RecoverableStore
from app.engine.disk.store import DiskStore
from app.engine.store import MemoryStore
from app.engine.stores import store_of
from app.settings import Settings, SettingsError, load


async def no_end(partition: int, applied: int) -> int:
    raise AssertionError


def made(settings: Settings) -> RecoverableStore:
    return store_of(settings, topic_id=lambda: None, end=no_end, now_ms=lambda: 0)


def test_states_are_in_memory_unless_said_otherwise(tmp_path: Path) -> None:
    assert isinstance(made(Settings()), MemoryStore)
    assert isinstance(made(Settings(store_dir=tmp_path / "store")), MemoryStore)
    assert not (tmp_path / "store").exists()


def test_a_folder_is_made_for_states_on_disk(tmp_path: Path) -> None:
    store = made(Settings(store="disk", store_dir=tmp_path / "new" / "store"))

    assert isinstance(store, DiskStore)
    assert (tmp_path / "new" / "store").is_dir()
    store.close()


def test_states_on_disk_need_a_folder() -> None:
    with pytest.raises(
        SettingsError, match="store_dir is not set: store = disk keeps states in a folder of each worker"
    ):
        load({"store": "disk"})


def test_without_its_package_the_mend_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("app.engine.disk.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rocksdict", None)

    with pytest.raises(
        SettingsError, match=r"rocksdict is not installed; `pip install '.\[disk\]'` in the clone, or set store"
    ):
        made(Settings(store="disk", store_dir=tmp_path / "store"))
