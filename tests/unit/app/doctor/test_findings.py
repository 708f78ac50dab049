"""What the doctor makes of what it sees; what it sees on brokers is in `tests/integration/test_doctor.py`."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from app.doctor.clock import check_clock
from app.doctor.examine import in_time
from app.doctor.finding import Finding, failed, worst
from app.doctor.group import judged
from app.doctor.inputs import Sample, ages, placement
from app.doctor.local import check_core, check_files, check_policy
from app.doctor.topics import mends
from app.kafka import sentence
from app.login.secret import LoginError
from app.sentence import Sentence
from app.settings import Settings
from app.topics import Finding as Compared

HOUR_MS = 3_600_000
NOW_MS = 1_767_225_600_000


def states(samples: list[Sample]) -> list[str]:
    return [finding.state for finding in ages(samples, NOW_MS)]


def fed(topic: str, ago_ms: int) -> Sample:
    return Sample(topic, kept=10, newest_ms=NOW_MS - ago_ms)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([fed("a", 1000)], ["ok"]),
        ([fed("a", 20 * HOUR_MS)], ["ok"]),
        ([fed("a", 30 * HOUR_MS)], ["warn"]),
        ([Sample("a")], ["warn"]),
        ([fed("a", 1000), Sample("b")], ["ok", "warn"]),
        ([fed("a", 1000), fed("b", 2 * HOUR_MS)], ["ok", "warn"]),
        ([fed("a", 2 * HOUR_MS), fed("b", 2 * HOUR_MS)], ["ok", "ok"]),
        ([fed("a", -60_000)], ["warn"]),
        ([Sample("a", kept=3)], ["warn"]),
    ],
)
def test_a_topic_is_judged_by_its_newest_record_and_by_its_siblings(samples: list[Sample], expected: list[str]) -> None:
    assert states(samples) == expected


def test_an_empty_topic_names_the_sibling_that_is_fed_and_the_mend() -> None:
    _, empty = ages([fed("a", 1000), Sample("b")], NOW_MS)

    assert empty.what == "b is empty while a has records"
    assert "KANARYA_INPUT_TOPICS" in empty.mend


@pytest.mark.parametrize(
    ("sample", "state"),
    [
        (Sample("a", keys=200), "ok"),
        (Sample("a"), "ok"),
        (Sample("a", keys=200, misplaced=1), "warn"),
        (Sample("a", keys=200, misplaced=3), "fault"),
        (Sample("a", keys=200, keyless=1), "warn"),
    ],
)
def test_keys_are_judged_by_the_share_that_stops_a_worker(sample: Sample, state: str) -> None:
    assert placement([sample], Settings()).state == state


@pytest.mark.parametrize(
    ("members", "lag", "stands", "state"),
    [
        (0, 0, [], "warn"),
        (0, 5, ["t[0]"], "fault"),
        (1, 0, [], "ok"),
        (1, 5_000_000, [], "ok"),
        (1, 1, ["t[0]"], "warn"),
        (9, 0, [], "warn"),
    ],
)
def test_a_group_is_judged_by_members_and_movement_and_never_by_lag_alone(
    members: int, lag: int, stands: list[str], state: str
) -> None:
    assert judged(Settings(partitions=8), members, lag, stands, {}).state == state


def test_where_no_topic_of_the_prefix_is_there_the_prefix_is_doubted_before_topics_are_made() -> None:
    missing = Compared("shop.alerts", "missing", "does not exist", "run `kanarya topics apply`")
    changelog = Compared("kanarya-profiles-changelog", "ok")
    shop = Settings(topic_prefix="shop.")

    (first, _) = mends([missing, changelog], shop)
    assert first.startswith("set KANARYA_TOPIC_PREFIX (--topic-prefix), now 'shop.', if ")
    assert first.endswith("; else run `kanarya topics apply`")
    assert mends([missing, Compared("shop.profiles", "ok")], shop) == [missing.mend, ""]


async def test_what_takes_too_long_is_said_and_the_rest_is_told() -> None:
    async def quick() -> Finding:
        return Finding("quick", "ok", "fine")

    async def hangs() -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    quick_one, late = await in_time({"quick": quick(), "slow": hangs()}, Settings(), 0.05)

    assert quick_one.state == "ok"
    assert (late.check, late.state) == ("slow", "fault")
    assert "--within" in late.mend


async def test_a_fault_of_ours_is_not_hidden() -> None:
    async def broken() -> Finding:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_time({"broken": broken()}, Settings(), 1.0)


def test_a_policy_with_an_unknown_key_is_a_fault_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[levels]\ncritcal = 80\n")
    finding = check_policy(Settings(policy=path))

    assert finding.state == "fault"
    assert "critcal" in finding.what
    assert check_policy(Settings()).state == "ok"


@pytest.mark.parametrize(
    ("core", "stale", "state", "what"),
    [
        ("compiled", False, "ok", "core=compiled"),
        ("pure", False, "ok", "core=pure"),
        ("pure", True, "warn", "other sources"),
    ],
)
def test_a_core_of_other_sources_is_a_warning_and_a_pure_one_is_none(
    monkeypatch: pytest.MonkeyPatch, core: str, stale: bool, state: str, what: str
) -> None:
    monkeypatch.setattr("app.doctor.local.running", lambda: core)
    monkeypatch.setattr("app.doctor.local.is_stale", lambda: stale)
    finding = check_core()

    assert finding.state == state
    assert what in finding.what
    assert (finding.mend == "make compile") == stale


def test_files_that_cannot_be_written_are_faults(tmp_path: Path) -> None:
    fine, missing = check_files(Settings(health_file=tmp_path / "health", report_path=tmp_path / "none" / "report"))

    assert (fine.state, missing.state) == ("ok", "fault")
    assert "KANARYA_REPORT_PATH" in missing.mend


@pytest.mark.parametrize(
    ("what", "mend", "told"),
    [
        ("no broker answers at a:1", "start one, or set B", "no broker answers at a:1: start one, or set B"),
        ("F = /x: cannot be read", "name a file that can", "F = /x: cannot be read; name a file that can"),
    ],
)
def test_a_sentence_gives_both_of_its_halves(what: str, mend: str, told: str) -> None:
    finding = failed("broker", "why", Sentence(what, mend))

    assert (finding.what, finding.mend, Sentence(what, mend)) == (what, mend, told)


@pytest.mark.parametrize("security", ["plaintext", "ssl"])
@pytest.mark.parametrize(
    "error",
    [
        KafkaConnectionError(), TopicAuthorizationFailedError(), UnknownTopicOrPartitionError("t"),
        MessageSizeTooLargeError(), KafkaError(), SaslAuthenticationFailed(), UnsupportedSaslMechanismError(),
        IllegalSaslStateError(), LoginError("the file is empty", "fill it"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_every_failure_of_kafka_is_a_fault_with_a_mend(security: Any, error: KafkaError) -> None:
    finding = failed("topic", "why", sentence(error, Settings(security=security)))

    assert finding.what
    assert finding.mend
    assert finding.mend not in finding.what


async def test_a_clock_that_could_not_be_compared_is_a_warning() -> None:
    finding = await check_clock(Settings(broker="127.0.0.1:1"))

    assert (finding.state, finding.what.split(":")[0]) == ("warn", "not compared")
    assert finding.why
    assert "NTP" in finding.mend


def test_one_worker_and_one_partition_are_told_as_one() -> None:
    assert judged(Settings(), 1, 1, [], {}).what == "group kanarya has 1 worker, 1 record behind and moving"
    assert judged(Settings(), 2, 0, [], {}).what == "group kanarya has 2 workers, 0 records behind"
    assert judged(Settings(), 1, 1, ["t[0]"], {}).what == (
        "group kanarya has 1 worker; 1 partition has records to read and committed none in 3 s"
    )


def test_the_worst_finding_counts() -> None:
    findings = [Finding("a", "ok", ""), Finding("b", "warn", "")]

    assert (worst([]), worst(findings), worst([*findings, Finding("c", "fault", "")])) == ("ok", "warn", "fault")
