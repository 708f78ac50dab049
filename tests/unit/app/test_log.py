"""One door for all lines: form, silence about customers, calm."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app.log import Calm, set_up

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the lines go; logging is as before afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = before
    structlog.reset_defaults()
    for name in ("aiokafka", "faust", "mode"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_an_event_with_keys_level_and_time(stream: io.StringIO, lines: Lines) -> None:
    set_up(form="json", stream=stream)
    structlog.get_logger("app.x").info("partition_opened", partition=3)

    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {"event": "partition_opened", "level": "info", "partition": 3}


def test_lines_of_the_libraries_take_the_same_way_with_their_logger(stream: io.StringIO, lines: Lines) -> None:
    set_up(form="json", stream=stream)
    logging.getLogger("aiokafka.conn").warning("no answer from node %s", 3)

    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == ("no answer from node 3", "warning", "aiokafka.conn")


def test_what_is_less_important_than_the_level_stays_out(stream: io.StringIO) -> None:
    set_up(form="json", level="warning", stream=stream)
    structlog.get_logger("app.x").info("partition_opened")
    logging.getLogger("faust").info("hello")

    assert stream.getvalue() == ""


def test_guests_can_be_quieter_than_we_are(stream: io.StringIO, lines: Lines) -> None:
    set_up(form="json", level="info", guests="critical", stream=stream)
    logging.getLogger("aiokafka").error("Unable to connect")
    structlog.get_logger("app.x").info("ours")

    assert [line["event"] for line in lines()] == ["ours"]


def test_a_stream_that_is_no_terminal_gets_json_by_default(stream: io.StringIO, lines: Lines) -> None:
    set_up(stream=stream)
    structlog.get_logger("app.x").info("ours")

    assert lines()[0]["event"] == "ours"


def test_text_is_for_people(stream: io.StringIO) -> None:
    set_up(form="text", stream=stream)
    structlog.get_logger("app.x").info("partition_opened", partition=3)

    assert "partition_opened" in stream.getvalue()
    assert "partition=3" in stream.getvalue()


@pytest.mark.parametrize("name", ["customer_id", "text", "key", "value", "password"])
def test_what_could_tell_of_a_customer_is_hidden(stream: io.StringIO, lines: Lines, name: str) -> None:
    set_up(form="json", stream=stream)
    structlog.get_logger("app.x").info("slip", **{name: "Ayşe"})

    assert lines()[0][name] == "(hidden)"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("word", ["Ayşe"])
def test_a_traceback_shows_no_local_values(stream: io.StringIO, form: Any, word: str) -> None:
    set_up(form=form, stream=stream)
    try:
        raise RuntimeError("broken" if word else "")
    except RuntimeError:
        structlog.get_logger("app.x").exception("fold_failed")
        logging.getLogger("faust").exception("agent crashed")

    assert stream.getvalue().count("RuntimeError: broken") == 2
    assert word not in stream.getvalue()


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def record(
    message: object, *arguments: object, level: int = logging.ERROR, name: str = "aiokafka"
) -> logging.LogRecord:
    return logging.LogRecord(name, level, "file.py", 1, message, arguments, None)


def test_a_repeated_error_is_written_once_in_ten_seconds_then_with_a_count() -> None:
    seconds = Seconds()
    calm = Calm(seconds)

    assert [calm.filter(record("no node %s", number)) for number in range(5)] == [True, False, False, False, False]

    seconds.now += 10
    again = record("no node %s", 5)
    assert calm.filter(again)
    assert again.repeated == 4  # type: ignore[attr-defined]


def test_numbers_in_a_text_do_not_make_another_cause() -> None:
    calm = Calm(Seconds())

    assert calm.filter(record("failed at offset 17"))
    assert not calm.filter(record("failed at offset 18"))


def test_another_text_logger_or_level_is_another_cause() -> None:
    calm = Calm(Seconds())
    assert calm.filter(record("away"))

    assert calm.filter(record("broken"))
    assert calm.filter(record("away", name="faust"))
    assert calm.filter(record("away", level=logging.WARNING))


def test_our_own_events_are_calmed_by_their_name_and_counted_as_a_key(stream: io.StringIO, lines: Lines) -> None:
    set_up(form="json", stream=stream)
    seconds = Seconds()
    handler = logging.getLogger().handlers[0]
    handler.filters[:] = [Calm(seconds)]
    for attempt in range(3):
        structlog.get_logger("app.x").warning("broker_away", attempt=attempt)
    seconds.now += 11
    structlog.get_logger("app.x").warning("broker_away", attempt=3)

    assert [(line["attempt"], line.get("repeated")) for line in lines()] == [(0, None), (3, 2)]


def test_information_is_never_held_back() -> None:
    calm = Calm(Seconds())

    assert all(calm.filter(record("partition opened", level=logging.INFO)) for _ in range(3))


def test_causes_that_are_over_are_forgotten() -> None:
    """Texts that never come back must not fill the memory."""
    seconds = Seconds()
    calm = Calm(seconds)
    for word in ("alpha", "beta", "gamma"):
        calm.filter(record(word))
        seconds.now += 11

    assert len(calm._causes) == 1
