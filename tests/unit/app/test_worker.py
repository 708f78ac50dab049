"""How a worker ends: what its exit code, its log and its report say about what was finished."""

import asyncio
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mode
import pytest
import structlog

from app.health.pulse import Pulse
from app.settings import Settings
from app.topology import build
from app.worker import _serve, _why
from models.policy import Policy
from models.sentiment import built_in


class Ending:
    """A wired worker without a broker: its app's stop drains and commits as Faust's does with partitions in hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.settings = Settings(report_path=folder / "report.json", drain_s=0.2)
        self.topology = build(self.settings, Policy(), built_in())
        self.pulse = Pulse(self.settings, self.topology.books, {}, self.topology.look, lambda: False)
        self.leaves = asyncio.Event()
        """Cleared, leaving the group takes for ever."""
        self.leaves.set()
        monkeypatch.setattr(self.topology.app, "start", self._start)
        monkeypatch.setattr(self.topology.app, "stop", self._stop)

    async def _start(self) -> None:
        """Nothing to connect to."""

    async def _stop(self) -> None:
        async def commit() -> bool:
            return True

        await self.topology.app._consumer_wait_empty(SimpleNamespace(commit=commit), logging.getLogger())
        await self.leaves.wait()

    async def end(self) -> tuple[int, bool, bool]:
        """Ask it to stop; the exit code, whether it left in time, whether its log says that it drained."""
        asked = asyncio.Event()
        asked.set()
        with structlog.testing.capture_logs() as lines:
            code, in_time = await _serve(self.settings, self.topology, asked, self.pulse)
        assert lines[-1]["event"] == "worker_ended"
        return code, in_time, lines[-1]["drained"]

    @property
    def report(self) -> Any:
        """What it left, None for nothing."""
        path = self.settings.report_path
        return json.loads(path.read_bytes()) if path is not None and path.exists() else None


@pytest.fixture
async def ending(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ending:
    return Ending(monkeypatch, tmp_path)


async def test_a_worker_that_drained_says_so_and_leaves_a_report(ending: Ending) -> None:
    ending.topology.books.applied = 3

    assert await ending.end() == (0, True, True)
    assert (ending.report["group"], ending.report["applied"]) == ("kanarya", 3)


async def test_a_worker_whose_drain_was_cut_ends_well_and_does_not_claim_to_have_drained(
    ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state is exact all the same: what is not finished is read again."""

    async def cut(within_s: float) -> bool:
        return False

    monkeypatch.setattr(ending.topology.lanes, "drain", cut)

    assert await ending.end() == (0, True, False)
    assert ending.report is None


async def test_a_worker_that_cannot_leave_in_time_ends_well_and_does_not_claim_to_have_drained(ending: Ending) -> None:
    ending.leaves.clear()

    assert await ending.end() == (0, False, False)
    assert ending.report is None


async def test_a_stop_that_is_cut_is_known_to_be_although_faust_s_services_go_on_over_a_cancellation(
    ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that took it for an end would wait for what hangs: its process must end in time."""

    class Hangs(mode.Service):
        async def on_stop(self) -> None:
            await asyncio.Event().wait()

    services = mode.Service()
    services.add_dependency(Hangs())
    await services.start()
    monkeypatch.setattr(ending.topology.app, "stop", services.stop)

    assert await ending.end() == (0, False, False)
    assert ending.report is None


async def test_all_of_a_stop_that_is_cut_fits_into_the_drain_time(ending: Ending) -> None:
    ending.leaves.clear()

    with structlog.testing.capture_logs() as lines:
        asked = asyncio.Event()
        asked.set()
        await _serve(ending.settings, ending.topology, asked, ending.pulse)

    (cut,) = [line for line in lines if line["event"] == "stop_cut"]
    assert cut["within_s"] < ending.settings.drain_s


def test_an_unknown_error_is_told_by_type_and_place_and_never_by_its_words() -> None:
    try:
        raise KeyError("ada@example.com")
    except KeyError as error:
        why = _why(error, Settings())

    assert why.startswith("KeyError in test_worker.py, line ")
    assert "ada" not in why
    assert _why(ValueError("ada"), Settings()).startswith("ValueError: ")
