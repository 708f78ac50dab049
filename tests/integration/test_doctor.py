"""`kanarya doctor` against brokers: a healthy worker, topics nobody feeds or made, a broker that hangs."""

import asyncio
import gc
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.catalogue import alerts, catalogue
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.dev.broker import EmbeddedBroker
from app.dev.simulate.faults import spoiled_stream
from app.doctor.clock import check_clock
from app.doctor.examine import in_time
from app.doctor.group import check_group
from app.doctor.inputs import check_inputs
from app.settings import Settings
from app.topics import apply
from tests.integration.librdkafka import Feed, committed
from tests.integration.names import flags, fresh_settings
from tests.integration.workers import Workers

Told = dict[str, list[dict[str, Any]]]
real = pytest.mark.parametrize("broker", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command; its exit code, and its findings by what was looked at."""

    def ask(settings: Settings, *more: str) -> tuple[int, Told]:
        inputs = ["--input-topics", ",".join(settings.inputs)]
        code = run(["doctor", "--json", *flags(settings), *inputs, *more])
        told: Told = {}
        for finding in json.loads(capsys.readouterr().out)["findings"]:
            told.setdefault(finding["check"], []).append(finding)
        return code, told

    return ask


def states(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["state"] for finding in findings}


def test_a_healthy_worker_is_found_healthy(
    settings: Settings, workers: Workers, feed: Feed, seed: int, doctor: Any
) -> None:
    feed.send(settings.inputs[0], spoiled_stream(seed, 400, time.time_ns() // 1_000_000))
    with committed(settings) as group:
        workers.start()
        group.reach(feed.ends)
    code, told = doctor(settings)

    assert code == 0, told
    for check in ("policy", "topic", "input", "keys", "group"):
        assert states(told[check]) == {"ok"}, told[check]
    assert told["broker"][0]["state"] == "ok"
    compared = "skew_ms" in told["clock"][0]["details"]  # the embedded broker does not tell its time
    assert told["clock"][0]["state"] == ("ok" if compared else "warn")
    assert told["group"][0]["details"]["members"] == 1
    assert len(told["group"][0]["details"]["partitions"]) == settings.partitions
    assert told["keys"][0]["details"]["keys"] > 0
    assert len(told["topic"]) == len(catalogue(settings))


@real
def test_the_limits_of_each_topic_are_shown(settings: Settings, doctor: Any) -> None:
    _, told = doctor(settings)
    shown = {finding["what"].split(":")[0]: finding["what"] for finding in told["topic"]}

    assert "retention 7 d, max.message.bytes 1048588" in shown[settings.inputs[0]]
    assert "min.compaction.lag 60 min" in shown[f"{settings.group}-profiles-changelog"]
    assert "limits" not in told


def test_records_without_a_worker_are_a_fault_with_the_command(
    settings: Settings, feed: Feed, seed: int, doctor: Any
) -> None:
    feed.send(settings.inputs[0], spoiled_stream(seed, 40, time.time_ns() // 1_000_000))
    code, told = doctor(settings)

    assert code == 1
    assert told["group"][0]["state"] == "fault"
    assert "kanarya worker" in told["group"][0]["mend"]


def test_an_input_topic_that_nobody_feeds_is_told_beside_one_that_is(bare: Settings, seed: int, doctor: Any) -> None:
    two = bare.model_copy(update={"input_topics": (f"{bare.topic_prefix}calls", f"{bare.topic_prefix}mails")})
    on_kafka(two, apply(two, catalogue(two)))
    Feed(two.broker).send(two.inputs[0], spoiled_stream(seed, 40, time.time_ns() // 1_000_000))
    _, told = doctor(two)

    assert [finding["state"] for finding in told["input"]] == ["ok", "warn"]
    assert told["input"][1]["what"] == f"{two.inputs[1]} is empty while {two.inputs[0]} has records"


def test_keys_by_another_partitioner_are_a_fault_with_the_mend(settings: Settings, seed: int, doctor: Any) -> None:
    feed = Feed(settings.broker, partitioner="consistent")
    feed.send(settings.inputs[0], spoiled_stream(seed, 200, time.time_ns() // 1_000_000))
    _, told = doctor(settings)

    assert told["keys"][0]["state"] == "fault"
    assert "murmur2_random" in told["keys"][0]["mend"]


def test_a_missing_topic_is_a_fault_with_the_command(bare: Settings, doctor: Any) -> None:
    some = [spec for spec in catalogue(bare) if spec.name != alerts(bare)]
    on_kafka(bare, apply(bare, some))
    code, told = doctor(bare)
    (fault,) = [finding for finding in told["topic"] if finding["state"] == "fault"]

    assert code == 1
    assert fault["what"] == f"{alerts(bare)} does not exist"
    assert fault["mend"] == "run `kanarya topics apply`"


@real
async def test_the_broker_s_clock_is_compared_without_a_write(bare: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    near = await check_clock(bare)
    assert near.state == "ok"
    assert abs(near.details["skew_ms"]) <= 1_000 + near.details["within_ms"]

    true_s = time.time
    monkeypatch.setattr("app.doctor.clock.time.time", lambda: true_s() - 60)
    far = await check_clock(bare)
    assert far.state == "warn"
    assert far.details["skew_ms"] == pytest.approx(60_000, abs=2_000)
    assert "ahead of" in far.what


def test_a_broker_that_hangs_is_told_in_time_with_what_needs_none(doctor: Any) -> None:
    with EmbeddedBroker() as broker:
        settings = fresh_settings(broker.address)
        on_kafka(settings, apply(settings, catalogue(settings)))
        broker.child.signal(signal.SIGSTOP)
        asked_s = time.monotonic()
        code, told = doctor(settings, "--within", "8")
        took_s = time.monotonic() - asked_s
        broker.child.signal(signal.SIGCONT)

    assert code == 1
    assert took_s < 9
    assert told["policy"][0]["state"] == "ok"
    assert told["broker"][0]["state"] == "fault"
    assert "does not answer" in told["broker"][0]["what"]
    assert told["group"][0]["what"] == "not looked at"


@asynccontextmanager
async def one_answer(address: str) -> AsyncIterator[str]:
    """A broker that answers each connection once, which versions it speaks, and then hangs; its address."""
    host, _, port = address.rpartition(":")
    asked: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.add(writer)
        there, back = await asyncio.open_connection(host, int(port))
        back.write(await reader.read(1 << 16))
        writer.write(await there.read(1 << 16))
        back.close()
        await reader.read()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for writer in asked:
            writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in asked), return_exceptions=True)


async def test_a_check_that_is_cut_while_it_asks_for_the_brokers_leaves_no_connection_open(bare: Settings) -> None:
    """pytest makes an error of the warning that a forgotten connection gives."""
    async with one_answer(bare.broker) as address:
        hanging = bare.model_copy(update={"broker": address})
        (finding,) = await in_time({"input": check_inputs(hanging)}, hanging, 1.0)
        gc.collect()

    assert (finding.state, finding.what) == ("fault", "no answer within 1 s")


async def test_a_broker_that_hangs_half_way_is_cut(bare: Settings) -> None:
    """Frozen while the checks run: the ones under way are told as late, and their connections are let go."""
    async with EmbeddedBroker() as broker:
        settings = fresh_settings(broker.address)
        await apply(settings, catalogue(settings))
        broker.child.signal(signal.SIGSTOP)
        started_s = time.monotonic()
        findings = await in_time({"input": check_inputs(settings), "group": check_group(settings)}, settings, 1.0)
        took_s = time.monotonic() - started_s
        broker.child.signal(signal.SIGCONT)
        await asyncio.sleep(0)

    assert [(finding.check, finding.state) for finding in findings] == [("input", "fault"), ("group", "fault")]
    assert took_s < 3


def test_a_person_reads_what_why_and_mend(bare: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", *flags(bare)]) == 1
    out = capsys.readouterr().out

    assert "fault  topic    " in out
    assert f"mend: set KANARYA_TOPIC_PREFIX (--topic-prefix), now '{bare.topic_prefix}'" in out
    assert "else run `kanarya topics apply`" in out


def test_no_broker_at_all_is_said_with_the_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--broker", "127.0.0.1:1"]) == 1
    assert "KANARYA_BROKER" in capsys.readouterr().out
    assert run(["doctor", "--within", "0"]) == 2
