"""Copies on disk that are damaged, or not ours: dropped with one line, and read anew."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest
import structlog
from rocksdict import Rdict

from agents.ports import Stop
from app.engine.disk.partition import Kept
from app.engine.disk.store import DiskStore
from app.engine.disk.tuning import options
from tests.engine.copies import STATES, Changelog, rebuilt, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def sst(folder: Path) -> Path:
    (found,) = (folder / "partition-0").glob("*.sst")
    return found


async def test_a_copy_with_a_file_cut_short_is_read_anew(disk: DiskStore, changelog: Changelog, folder: Path) -> None:
    await written(disk)
    os.truncate(sst(folder), sst(folder).stat().st_size // 2)

    await rebuilt(changelog, folder, "it is damaged")


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST-*", "*.sst"])
@pytest.mark.parametrize("harm", ["lost", "rubbish"])
async def test_a_copy_with_a_file_lost_or_overwritten_is_read_anew(
    disk: DiskStore, changelog: Changelog, folder: Path, name: str, harm: str
) -> None:
    await written(disk)
    for path in (folder / "partition-0").glob(name):
        if harm == "lost":
            path.unlink()
        else:
            path.write_bytes(b"rubbish " * 100)

    await rebuilt(changelog, folder, "it is damaged")


async def test_a_file_in_the_place_of_a_copy_is_replaced(disk: DiskStore, changelog: Changelog, folder: Path) -> None:
    (folder / "partition-0").write_text("not a folder")
    disk.close()

    await rebuilt(changelog, folder, "it is damaged")


async def test_damage_that_a_read_meets_stops_the_worker_and_the_next_start_reads_anew(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    await written(disk)
    path = sst(folder)
    raw = bytearray(path.read_bytes())
    raw[10:20] = bytes(10)  # in the first block, which opening does not look at
    path.write_bytes(raw)
    store = changelog.store(folder)
    await store.take(0)

    with pytest.raises(Stop, match=r"log\[0\]: its copy in .*store \(KANARYA_STORE_DIR\) is damaged: start the worker"):
        store.get_many(0, [key for key, _ in STATES])
    with pytest.raises(Stop, match="is damaged"):
        store.scan(0, b"\x01")  # rocksdict's iterators would end here as if nothing followed
    store.close()

    await rebuilt(changelog, folder, "a read of it found it damaged")


async def test_a_database_of_something_else_is_read_anew(disk: DiskStore, changelog: Changelog, folder: Path) -> None:
    disk.close()
    with Rdict(str(folder / "partition-0"), options(1 << 24)) as other:
        other[b"k"] = b"not ours"

    await rebuilt(changelog, folder, "it is not Kanarya's")


async def test_a_copy_of_a_later_format_is_read_anew(disk: DiskStore, changelog: Changelog, folder: Path) -> None:
    disk.close()
    with Rdict(str(folder / "partition-0"), options(1 << 24)) as later:
        later[b"\xffkept"] = msgspec.json.encode(Kept("log", 0, "c1", 499, changelog.now_ms, format=2))

    await rebuilt(changelog, folder, "it has format 2, and this release reads 1")


@pytest.mark.parametrize("ends", ["killed", "stopped"])
async def test_a_copy_whose_changelog_was_cut_under_its_worker_is_read_anew_however_long_the_log_has_grown(
    disk: DiskStore, changelog: Changelog, folder: Path, ends: str
) -> None:
    """The topic is the same, and other records lie at the copy's offset by now."""
    await disk.take(0)
    disk.sent(0, 0, 500, changelog.now_ms)
    disk.apply(0, STATES, 499)
    disk.drop(0)  # all of it is on disk
    await disk.take(0)
    with structlog.testing.capture_logs() as said:
        disk.sent(0, 400, 2, changelog.now_ms)
        disk.apply(0, STATES[:1], 401)
        disk.sent(0, 402, 500, changelog.now_ms)
        disk.apply(0, STATES, 901)

    assert [(line["event"], line["written_offset"]) for line in said] == [("store_behind", 400)]
    assert disk.get(0, STATES[7][0]) == STATES[7][1]
    if ends == "killed":
        left = folder.with_name("left")
        shutil.copytree(folder, left)
        folder = left
    else:
        disk.close()

    await rebuilt(changelog, folder, "the changelog was cut or made anew while this worker wrote it")


async def test_a_copy_that_cannot_be_marked_as_cut_stops_the_worker(
    disk: DiskStore, changelog: Changelog, folder: Path
) -> None:
    await disk.take(0)
    disk.apply(0, STATES, 499)
    (folder / "partition-0.damaged").mkdir()

    with pytest.raises(Stop, match=r"^log\[0\]: .*\(KANARYA_STORE_DIR\)"):
        disk.sent(0, 400, 2, changelog.now_ms)
