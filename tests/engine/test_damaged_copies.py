"""Copies on disk that are damaged, or not ours: dropped with one line, and read anew."""

import os
from pathlib import Path

import msgspec
import pytest
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
