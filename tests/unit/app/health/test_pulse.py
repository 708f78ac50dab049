"""What a worker touches and writes, and how `kanarya worker --status` reads it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agents.books import Books
from app.cli.commands import run
from app.doctor.worker import check_holds
from app.health.progress import Place, Seen
from app.health.pulse import Pulse
from app.settings import Settings, SettingsError


class Beaten:
    """A pulse over partitions that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "health"
        self.settings = Settings(health_file=self.file, stall_s=1.0)
        self.seen: list[Seen] | None = None
        self.away = False
        self.books_of: dict[int, Books] = {}
        self.pulse = Pulse(self.settings, Books(applied=7), self.books_of, lambda: self.seen, lambda: self.away)

    def stand(self, position: int, state: str = "open") -> None:
        self.seen = [Seen(0, state, (Place("t", 0, position, position, 10, False, 0),))]

    def touched(self) -> bool:
        """Whether a beat touches the file."""
        os.utime(self.file, (0, 0))
        self.pulse.beat()
        return self.file.exists() and self.file.stat().st_mtime > 0


@pytest.fixture
def beaten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Beaten:
    monkeypatch.setenv("KANARYA_HEALTH_FILE", str(tmp_path / "health"))
    return Beaten(tmp_path)


def told(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = run(["worker", "--status", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_worker_that_serves_is_healthy_and_tells_each_partition(
    beaten: Beaten, capsys: pytest.CaptureFixture[str]
) -> None:
    beaten.pulse.enter("joining")
    beaten.stand(9)

    assert beaten.touched()
    code, status = told(capsys)
    assert (code, status["healthy"], status["state"], status["faults"]) == (0, True, "serving", [])
    assert status["partitions"][0]["topics"] == [{"topic": "t", "position": 9, "committed": 9, "end": 10, "lag": 1}]
    assert status["books"]["applied"] == 7

    assert run(["worker", "--status"]) == 0
    assert "healthy: serving since" in capsys.readouterr().out


def test_a_stalled_partition_ends_the_touching_and_is_named(
    beaten: Beaten, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock_s = [0.0]
    monkeypatch.setattr("app.health.pulse.time.monotonic", lambda: clock_s[0])
    beaten.pulse.enter("joining")
    beaten.stand(9)
    assert beaten.touched()
    clock_s[0] = 2.0

    assert not beaten.touched()
    code, status = told(capsys)
    assert code == 1
    assert "partition 0 (open; t@9) stands still for 2 s" in status["faults"][0]

    beaten.stand(10)
    assert beaten.touched()


def test_a_worker_that_recovers_lives_and_is_not_healthy_yet(
    beaten: Beaten, capsys: pytest.CaptureFixture[str]
) -> None:
    beaten.pulse.enter("joining")
    assert beaten.touched()
    beaten.stand(9, "recovering")
    assert beaten.touched()

    code, status = told(capsys)
    assert (code, status["state"]) == (1, "joining")
    assert run(["worker", "--alive"]) == 0


def test_a_recovery_tells_percent_and_seconds_left(beaten: Beaten, capsys: pytest.CaptureFixture[str]) -> None:
    beaten.pulse.enter("joining")
    place = Place("t", 0, None, None, None, False, None)
    beaten.seen = [Seen(0, "recovering", (place,), 70, percent=42, left_s=12)]
    beaten.pulse.beat()

    (partition,) = told(capsys)[1]["partitions"]
    assert (partition["state"], partition["percent"], partition["left_s"]) == ("recovering", 42, 12)
    assert run(["worker", "--status"]) == 1
    assert "recovering 42 %, 12 s left" in capsys.readouterr().out


def test_a_worker_with_open_partitions_and_standbys_is_healthy_until_a_standby_stands_still(
    beaten: Beaten, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock_s = [0.0]
    monkeypatch.setattr("app.health.pulse.time.monotonic", lambda: clock_s[0])
    beaten.pulse.enter("joining")
    own = Seen(0, "open", (Place("t", 0, 10, 10, 10, False, 0),))
    beaten.seen = [own, Seen(1, "standby", (Place("log", 1, 70, 70, 100, False, 0),))]
    assert beaten.touched()
    assert told(capsys)[1]["state"] == "serving"

    clock_s[0] = 2.0
    beaten.seen[0] = Seen(0, "open", (Place("t", 0, 10, 10, 10, False, 1),))
    assert not beaten.touched()
    assert "partition 1 (standby; log@70) stands still" in told(capsys)[1]["faults"][0]


def test_a_file_that_is_old_or_gone_is_a_worker_to_restart(beaten: Beaten, capsys: pytest.CaptureFixture[str]) -> None:
    beaten.pulse.enter("joining")
    assert beaten.touched()
    assert run(["worker", "--alive"]) == 0
    assert capsys.readouterr().out == "alive\n"

    touched_s = beaten.file.stat().st_mtime
    os.utime(beaten.file, (touched_s - 31, touched_s - 31))
    assert run(["worker", "--alive"]) == 1
    assert "was touched 31 s ago" in capsys.readouterr().err

    beaten.pulse.end(None)
    assert run(["worker", "--alive"]) == 1
    assert f"there is no {beaten.file}" in capsys.readouterr().err


def test_alive_is_asked_alone_and_of_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KANARYA_HEALTH_FILE", raising=False)

    assert run(["worker", "--alive"]) == 2
    assert "KANARYA_HEALTH_FILE is not set" in capsys.readouterr().err
    assert run(["worker", "--alive", "--status"]) == 2
    assert "--alive goes alone" in capsys.readouterr().err


def test_a_broker_that_is_away_is_told_and_no_reason_to_restart(
    beaten: Beaten, capsys: pytest.CaptureFixture[str]
) -> None:
    beaten.pulse.enter("joining")
    beaten.stand(9)
    beaten.away = True

    assert beaten.touched()
    code, status = told(capsys)
    assert code == 1
    assert "is away" in status["faults"][0]
    assert run(["worker", "--alive"]) == 0


def test_the_end_and_its_reason_are_told_and_the_file_is_gone(
    beaten: Beaten, capsys: pytest.CaptureFixture[str]
) -> None:
    beaten.pulse.end("the topic does not exist")

    assert not beaten.file.exists()
    code, status = told(capsys)
    assert (code, status["state"]) == (1, "failed")
    assert "the topic does not exist" in status["faults"]


def test_a_status_that_nobody_renews_is_stale(
    beaten: Beaten, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    beaten.pulse.enter("joining")
    beaten.stand(9)
    beaten.pulse.beat()
    at_ms = json.loads((beaten.file.parent / "health.json").read_text())["written_ms"]
    monkeypatch.setattr("app.cli.worker.now_ms", lambda: at_ms + 30_000)

    code, status = told(capsys)
    assert code == 1
    assert "written 30 s ago" in status["faults"][0]


def test_a_status_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["worker", "--status", "--set", f"health_file={tmp_path / 'none'}"]) == 1
    assert "no worker has run here" in capsys.readouterr().err
    assert run(["worker", "--status"]) == 2
    assert "KANARYA_HEALTH_FILE is not set" in capsys.readouterr().err
    assert run(["worker", "--json"]) == 2


def test_a_file_that_cannot_be_touched_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="health_file"):
        Beaten(tmp_path / "nowhere")


def test_a_status_that_cannot_be_read_is_said_with_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "health.json").mkdir()

    assert run(["worker", "--status", "--set", f"health_file={tmp_path / 'health'}"]) == 1
    assert "health.json: cannot be read (Is a directory); ask as the worker's user" in capsys.readouterr().err


def test_books_of_a_partition_that_do_not_add_up_are_a_fault(
    beaten: Beaten, capsys: pytest.CaptureFixture[str]
) -> None:
    beaten.pulse.enter("joining")
    beaten.stand(9)
    beaten.books_of[3] = Books(read=10, applied=6, replayed=1, duplicate=2, rejected=1, late=4)
    beaten.pulse.beat()
    code, status = told(capsys)

    assert (code, status["faults"]) == (0, [])
    assert status["books_by_partition"] == {
        "3": {"read": 10, "applied": 6, "replayed": 1, "duplicate": 2, "rejected": 1}
    }

    beaten.books_of[3].applied -= 1
    beaten.pulse.beat()
    code, status = told(capsys)

    assert code == 1
    assert "the books of partition 3 are open by 1 of 10 records read" in status["faults"][0]


def test_a_held_partition_is_named_and_keeps_the_worker_alive_for_hours(
    beaten: Beaten, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = "t[0]@9 is held, as 1000 records in a row are bad (not_json 1000): mend the producer"
    clock_s = [0.0]
    monkeypatch.setattr("app.health.pulse.time.monotonic", lambda: clock_s[0])
    beaten.pulse.enter("joining")
    beaten.seen = [Seen(0, "held", (Place("t", 0, 9, 9, 5000, True, 0),), held=sentence)]
    assert beaten.touched()
    clock_s[0] = 7200.0

    assert beaten.touched()
    code, status = told(capsys)
    assert (code, status["state"], status["healthy"], status["faults"]) == (1, "serving", False, [sentence])
    assert (status["partitions"][0]["state"], status["partitions"][0]["stalled"]) == ("held", False)
    assert run(["worker", "--alive"]) == 0
    assert [(each.check, each.state, each.what) for each in check_holds(beaten.settings)] == [
        ("worker", "fault", sentence)
    ]

    beaten.stand(10)
    assert beaten.touched()
    clock_s[0] += 2.0
    assert not beaten.touched()
    assert check_holds(beaten.settings) == []
