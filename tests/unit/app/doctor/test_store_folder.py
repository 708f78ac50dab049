"""What the doctor makes of the folder of a disk store."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from app.doctor.finding import Finding
from app.doctor.local import check_files
from app.settings import Settings

GIB = 1 << 30


class Usage(NamedTuple):
    """As `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


def found(folder: Path) -> Finding:
    (finding,) = check_files(Settings(store="disk", store_dir=folder))
    return finding


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10 * GIB, 8 * GIB, 2 * GIB))
    folder = tmp_path / "new" / "worker-1"

    assert (found(folder).state, found(folder).what) == (
        "ok", f"KANARYA_STORE_DIR = {folder}: can be written, 2.0 GiB free",
    )  # fmt: skip


def test_a_disk_that_is_nearly_full_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10 * GIB, 9 * GIB, GIB - 1))

    assert found(tmp_path).state == "warn"
    assert "a worker stops when none is left" in found(tmp_path).why


def test_a_folder_below_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert found(tmp_path / "file" / "worker-1").state == "fault"


def test_the_folder_is_nobody_s_matter_while_states_are_in_memory(tmp_path: Path) -> None:
    assert check_files(Settings(store_dir=tmp_path / "file")) == []
