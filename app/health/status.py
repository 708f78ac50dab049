"""What a worker tells of itself: a JSON document beside the file it touches, replaced as a whole.

`app.health.pulse` writes it every second, `kanarya worker --status` reads and judges it.
"""

import os
import time
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from models.instant import rfc3339

STALE_S: Final = 10.0
"""A document that is older was left by a worker that is gone, or whose event loop is held up."""


class StatusError(Exception):
    """There is no status; the message says why and what to do."""


class TopicStatus(msgspec.Struct):
    """One topic of a partition; offsets are null while they are not known."""

    topic: str
    position: int | None
    committed: int | None
    end: int | None
    lag: int | None


class PartitionStatus(msgspec.Struct):
    """One partition number."""

    partition: int
    state: str
    stalled: bool
    last_progress_at: str
    """When it moved last, or was asked for new records and had none; RFC 3339."""
    topics: list[TopicStatus]
    """The input topics; of a standby partition the changelog."""
    percent: int | None = None
    """While it recovers: how far the recovery of all partitions together is."""
    left_s: int | None = None
    """The same in seconds to its end at its pace, once that can be told."""


class Status(msgspec.Struct):
    """A worker at one moment."""

    version: str
    pid: int
    host: str
    group: str
    broker: str
    state: str
    """`starting`, `waiting_for_broker`, `joining`, `serving`, `draining`, `ended` or `failed`."""
    since_at: str
    started_at: str
    written_at: str
    written_ms: int
    healthy: bool
    faults: list[str]
    """One sentence for each thing that is not as it should be."""
    partitions: list[PartitionStatus]
    books: dict[str, Any]
    """Counts since the start."""
    books_by_partition: dict[str, dict[str, int]] = {}
    """Partition number -> read = applied + replayed + duplicate + rejected, of those it has owned since the start."""


def status_path(health_file: Path) -> Path:
    """Where the document stands."""
    return health_file.with_name(health_file.name + ".json")


def write(status: Status, health_file: Path) -> None:
    """Replace the document; a reader sees the old one or the new one. Raises `OSError`."""
    path = status_path(health_file)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_bytes(orjson.dumps(msgspec.to_builtins(status)))
    new.replace(path)


def read(health_file: Path) -> Status:
    """The document as it stands. Raises `StatusError`."""
    path = status_path(health_file)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Status)
    except FileNotFoundError:
        raise StatusError(
            f"there is no {path}: no worker has run here with KANARYA_HEALTH_FILE = {health_file}"
        ) from None
    except OSError as error:
        raise StatusError(f"{path}: cannot be read ({error.strerror}); ask as the worker's user") from None
    except msgspec.DecodeError:
        raise StatusError(
            f"{path} is no status of a worker: KANARYA_HEALTH_FILE names another program's file"
        ) from None


def faults_now(status: Status, now_ms: int) -> list[str]:
    """What is wrong with a worker that left this document, as of now; empty when it is healthy."""
    age_s = max(0.0, (now_ms - status.written_ms) / 1000)
    if status.state in {"ended", "failed"}:
        return [f"the worker {status.state} at {status.since_at}", *status.faults]
    if age_s > STALE_S:
        who = f"process {status.pid} on {status.host}"
        return [f"written {age_s:.0f} s ago, at {status.written_at}: {who} is gone or held up; look at its log"]
    if not status.healthy and not status.faults:
        return [f"the worker is {status.state.replace('_', ' ')} since {status.since_at}"]
    return status.faults


def now_ms() -> int:
    """The wall clock, epoch ms."""
    return time.time_ns() // 1_000_000


def at(moment_ms: int) -> str:
    """A moment as the document writes it."""
    return rfc3339(moment_ms)
