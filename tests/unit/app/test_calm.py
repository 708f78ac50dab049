"""A log stays readable while something fails over and over, and loses no line without saying so."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app.calm import CalmHandler
from app.log import set_up
from tests.seconds import Seconds


class Log:
    """What a calm handler has written, by a clock of the test."""

    def __init__(self) -> None:
        self.seconds = Seconds()
        self.stream = io.StringIO()
        self.handler = CalmHandler(self.stream, self.seconds)
        self.handler.setFormatter(logging.Formatter("%(message)s %(repeated)s", defaults={"repeated": ""}))

    def say(self, message: str, *arguments: object, level: int = logging.ERROR, name: str = "aiokafka") -> None:
        self.handler.handle(logging.LogRecord(name, level, "file.py", 1, message, arguments, None))

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_repeated_error_is_written_once_in_ten_seconds_then_with_a_count(log: Log) -> None:
    for number in range(5):
        log.say("no node %s", number)
    assert log.lines == ["no node 0"]

    log.seconds.now += 10
    log.say("no node %s", 5)
    assert log.lines == ["no node 0", "no node 5 4"]


def test_an_outage_of_550_errors_is_two_lines(log: Log) -> None:
    for number in range(550):
        log.say("Unable connect to node with id %s: %s", number, "refused")
        log.seconds.now += 0.01
    log.handler.close()

    assert log.lines == ["Unable connect to node with id 0: refused", "Unable connect to node with id 549: refused 548"]


def test_numbers_and_addresses_in_a_text_do_not_make_another_cause(log: Log) -> None:
    log.say("failed at offset 17 of <Node at 0x7fa0>")
    log.say("failed at offset 18 of <Node at 0x7fb1>")

    assert len(log.lines) == 1


def test_another_text_logger_or_level_is_another_cause(log: Log) -> None:
    log.say("away")
    log.say("broken")
    log.say("away", name="faust")
    log.say("away", level=logging.WARNING)

    assert log.lines == ["away", "broken", "away", "away"]


def test_what_was_held_back_and_never_came_again_is_written_with_the_next_line(log: Log) -> None:
    for number in range(4):
        log.say("no node %s", number)
    log.seconds.now += 9.9
    log.say("other", level=logging.INFO)
    assert log.lines == ["no node 0", "other"]

    log.seconds.now += 0.1
    log.say("another", level=logging.INFO)
    assert log.lines == ["no node 0", "other", "no node 3 2", "another"]


def test_what_was_held_back_is_written_when_the_process_ends(log: Log) -> None:
    log.say("no node %s", 0)
    log.say("no node %s", 1)
    log.handler.close()

    assert log.lines == ["no node 0", "no node 1"]


def test_information_is_never_held_back(log: Log) -> None:
    for _ in range(3):
        log.say("partition opened", level=logging.INFO)

    assert len(log.lines) == 3


def test_causes_that_are_over_are_forgotten(log: Log) -> None:
    """Texts that never come back must not fill the memory."""
    for word in ("alpha", "beta", "gamma"):
        log.say(word)
        log.say(word)
        log.seconds.now += 11

    assert len(log.handler._causes) == 1


@pytest.fixture
def calmed() -> Iterator[tuple[Any, Seconds, io.StringIO]]:
    """Our own logging with the test's clock."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream, seconds = io.StringIO(), Seconds()
    set_up(form="json", stream=stream)
    vars(root.handlers[0])["_monotonic_s"] = seconds
    yield structlog.get_logger("app.x"), seconds, stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_own_events_are_calmed_by_their_name_and_counted_as_a_key(calmed: Any) -> None:
    log, seconds, stream = calmed
    for attempt in range(3):
        log.warning("commit_postponed", why="RequestTimedOutError", attempt=attempt)
    seconds.now += 11
    log.warning("commit_postponed", why="RequestTimedOutError", attempt=3)

    assert [(line["attempt"], line.get("repeated")) for line in told(stream)] == [(0, None), (3, 2)]


def test_what_tells_a_state_is_never_held_back_so_that_the_last_word_is_true(calmed: Any) -> None:
    """A broker goes, comes and goes within three seconds; at the end it is away."""
    log, seconds, stream = calmed
    for event in ("broker_away", "broker_back", "broker_away", "rebalance_cut", "rebalance_cut"):
        log.warning(event, broker="a:1")
        seconds.now += 1
    logging.getLogger().handlers[0].close()

    assert [line["event"] for line in told(stream)] == [
        "broker_away", "broker_back", "broker_away", "rebalance_cut", "rebalance_cut",
    ]  # fmt: skip


def test_one_event_of_another_place_or_for_another_reason_is_another_cause(calmed: Any) -> None:
    log, _, stream = calmed
    for topic, partition in (("calls", 0), ("calls", 0), ("calls", 1), ("mails", 1)):
        log.warning("keys_misplaced", topic=topic, partition=partition)
    log.warning("touchpoint_failed", topic="calls", partition=0, why="value: the fold failed on it (KeyError)")
    log.warning("touchpoint_failed", topic="calls", partition=0, why="value: the fold failed on it (TypeError)")

    assert [(line["topic"], line["partition"]) for line in told(stream)] == [
        ("calls", 0), ("calls", 1), ("mails", 1), ("calls", 0), ("calls", 0),
    ]  # fmt: skip


def test_the_last_line_of_rejected_records_tells_all_of_them(calmed: Any) -> None:
    log, _, stream = calmed
    for partition, since_start in ((0, {"not_json": 1}), (1, {"not_json": 2}), (0, {"not_json": 2, "too_large": 1})):
        log.warning("records_rejected", topic="calls", partition=partition, records=1, since_start=since_start)
    logging.getLogger().handlers[0].close()

    assert [line["since_start"] for line in told(stream)] == [{"not_json": 1}, {"not_json": 2, "too_large": 1}]
