"""Row 17: wrong clocks. Workers run an hour ahead or behind, producers' clocks up to five minutes."""

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from app.dev.simulate.record import Record
from app.verify import skewed_clock
from app.verify.fault import Expect, Fault
from app.verify.plan import Schedule, Size
from app.verify.rig import Rig
from app.verify.worker import VerifyError

WORKERS_S: Final = 3600
EVENTS_MS: Final = 5 * 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DOCTOR: Final = ("-P", "-m", "app", "doctor", "--json")


async def strike(rig: Rig, schedule: Schedule) -> None:
    """Kill the worker at each place; the next one is an hour ahead, the one after it an hour behind, and so on.

    Each reads the states that one of another time has written. The doctor, asked on its machine, must name the skew.
    """
    for number, place in enumerate(schedule.hits):
        await rig.reached(place)
        ahead_s = WORKERS_S if number % 2 == 0 else -WORKERS_S
        clock = skewed_clock.environ(ahead_s)
        worker = rig.workers[0]
        await worker.kill()
        rig.hit(f"SIGKILL {worker.name}, the next one's clock is {ahead_s:+d} s off")
        await (await rig.start_worker(environ=clock)).ready()
        rig.figures.setdefault("doctor", []).append(await _told(rig.environ() | clock, ahead_s))


async def _told(environ: Mapping[str, str], ahead_s: int) -> str:
    """What the doctor finds on a machine of this clock. Raises `VerifyError` where it sees no skew."""
    doctor = await asyncio.create_subprocess_exec(
        sys.executable, *_DOCTOR, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await doctor.communicate()
    try:
        findings = json.loads(out)["findings"]
    except (ValueError, KeyError):
        raise VerifyError(f"the doctor ended with code {doctor.returncode}: {err.decode()[-1000:]}") from None
    (clock,) = [each for each in findings if each["check"] == "clock"]
    if clock["state"] == "ok" or abs(clock["details"].get("skew_ms", 0) / 1000 + ahead_s) > 1:
        raise VerifyError(f"the doctor does not tell a skew of {ahead_s:+d} s: {clock}")
    return str(clock["what"])


def skewed(schedule: Schedule, records: list[Record]) -> list[Record]:
    """Each touchpoint told by a clock of its own, up to `EVENTS_MS` wrong; a retry repeats what was told first."""
    rng = schedule.rng("clocks")
    off_ms: dict[tuple[str, str], int] = {}
    told = []
    for record in records:
        if record.role == "bad":
            told.append(record)
            continue
        whose = record.customer_id, record.identity
        told.append(_told_by(record, off_ms.setdefault(whose, rng.randrange(-EVENTS_MS, EVENTS_MS + 1))))
    return told


def _told_by(record: Record, off_ms: int) -> Record:
    """The record of a producer whose clock is so much ahead."""
    touchpoint: dict[str, Any] = orjson.loads(record.value or b"")
    at_ms = record.at_ms + off_ms
    touchpoint["time"] = at_ms if isinstance(touchpoint["time"], int) else _rfc3339(at_ms)
    return record._replace(value=orjson.dumps(touchpoint), at_ms=at_ms)


def _rfc3339(at_ms: int) -> str:
    at = _EPOCH + timedelta(milliseconds=at_ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


FAULTS: Final = (
    Fault(
        name="skew",
        rows=(17,),
        meaning="workers an hour ahead and an hour behind in turn, events up to 5 min",
        strike=strike,
        short=Size(events=12_000, per_second=1000, hits=2),
        long=Size(events=60_000, per_second=1000, hits=6),
        needs=frozenset({"real_kafka", "libfaketime"}),
        stream=skewed,
        expect=Expect(waited_within_s=25),
        in_short_set=False,
    ),
)
