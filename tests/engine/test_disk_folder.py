"""The folder of a disk store: whose it is, and who may write it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.disk.store import DiskStore
from app.settings import SettingsError
from tests.engine.copies import Changelog


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


async def test_a_second_worker_on_the_same_folder_is_refused(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    with pytest.raises(SettingsError, match=rf"store_dir = {folder}: another worker \(process {os.getpid()}\) keeps"):
        changelog.store(folder)

    disk.close()
    changelog.store(folder).close()


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may write everywhere: be somebody else."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that may be read and not written."""
    path = tmp_path / "closed"
    path.mkdir()
    (path / "store").mkdir()
    for each in (tmp_path.parent.parent, tmp_path.parent, tmp_path, path, path / "store"):
        each.chmod(0o555 if each.is_relative_to(path) else 0o755)
    return path


@pytest.mark.usefixtures("closed", "nobody")
@pytest.mark.parametrize("name", ["store", "new"])
def test_a_folder_that_may_not_be_written_is_refused(changelog: Changelog, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "closed" / name

    with pytest.raises(SettingsError, match=rf"store_dir = {folder}: cannot be written \(Permission denied\); name a"):
        changelog.store(folder)


def test_a_file_in_the_place_of_the_folder_is_refused(changelog: Changelog, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match=r"store_dir = .*file: cannot be written \(File exists\); name a folder"):
        changelog.store(tmp_path / "file")


def test_only_the_worker_s_user_may_read_the_folder(disk: DiskStore, folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
