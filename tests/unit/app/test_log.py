"""One door for all lines: form, silence about customers, calm."""

import asyncio
import gc
import hmac
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from app.log import set_up

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
    assert list(line) == ["at", "level", "event", "partition"]
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


@pytest.mark.parametrize("name", ["text", "key", "value", "password"])
def test_what_could_tell_of_a_customer_is_hidden(stream: io.StringIO, lines: Lines, name: str) -> None:
    set_up(form="json", stream=stream)
    structlog.get_logger("app.x").info("slip", **{name: "Ayşe"})

    assert lines()[0][name] == "(hidden)"


def look_up(customer: str) -> None:
    """Raises an error that quotes the customer, out of another that does."""
    try:
        int(customer)
    except ValueError as error:
        group = ExceptionGroup(f"of {customer}", [KeyError(customer), OSError(customer)])
        raise group from error


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_types_and_places_and_neither_words_nor_values(stream: io.StringIO, form: Any) -> None:
    set_up(form=form, level="debug", stream=stream)
    try:
        look_up("cus-" + str(42))
    except ExceptionGroup as error:
        structlog.get_logger("app.x").exception("fold_failed")
        structlog.get_logger("app.x").debug("worker_error", exc_info=error)
        logging.getLogger("faust").exception("agent crashed: %r", KeyError("cus-" + str(42)))

    told = stream.getvalue()
    for name in ("ValueError", "ExceptionGroup", "KeyError", "OSError", "in look_up"):
        assert told.count(name) >= 3, name
    assert "agent crashed: KeyError" in told
    assert "cus-42" not in told


async def test_a_task_that_failed_unseen_is_told_without_what_it_raised(stream: io.StringIO, lines: Lines) -> None:
    """asyncio puts the exception's words, and a callback's arguments, into its own text."""
    set_up(form="json", stream=stream)

    async def fails() -> None:
        raise KeyError("cus-" + str(42))

    task = asyncio.create_task(fails())
    await asyncio.wait({task})
    del task
    gc.collect()
    asyncio.get_running_loop().call_soon(look_up, "cus-" + str(42))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert [line["event"] for line in lines()] == [
        "Task exception was never retrieved", "Exception in callback look_up",
    ]  # fmt: skip
    assert "cus-42" not in stream.getvalue()


@pytest.mark.parametrize("name", ["aiokafka.conn", "aiokafka.producer.producer", "faust.topics"])
def test_lines_of_the_libraries_that_hold_whole_records_stay_out_at_any_level(
    stream: io.StringIO, lines: Lines, name: str
) -> None:
    set_up(form="json", level="debug", stream=stream)
    logging.getLogger(name).debug("Sending (key=%s value=%s)", b"ada", b"very private")
    logging.getLogger(name).warning("no answer")
    logging.getLogger("aiokafka.client").debug("metadata")

    assert [line["event"] for line in lines()] == ["no answer", "metadata"]


def test_a_customer_is_told_by_a_hash_that_only_the_key_leads_to(stream: io.StringIO, lines: Lines) -> None:
    """As `printf %s cus-42 | openssl dgst -sha256 -hmac secret` gives it."""
    for key in (b"secret", b"secret", b"other", None, None):
        set_up(form="json", stream=stream, key=key)
        structlog.get_logger("app.x").info("told", customer_id="cus-42", customer="cus-43")

    told = [line["customer_id"] for line in lines()]
    assert told[0] == told[1] == hmac.new(b"secret", b"cus-42", "sha256").hexdigest()[:12]
    assert told[3] == told[4], "one process hashes one customer alike"
    assert len(set(told)) == 3
    assert all(line["customer"] != line["customer_id"] for line in lines())
    assert "cus-4" not in stream.getvalue()
