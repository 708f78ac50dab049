"""An input topic that was deleted and made anew: refused, then taken as a new one, with nothing forgotten."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from app.catalogue import catalogue
from app.cli.commands import run
from app.cli.failure import on_kafka
from app.settings import Settings
from app.topics import apply
from tests.integration.names import flags
from tests.integration.patience import until
from tests.integration.workers import Workers


@pytest.fixture
def kanarya(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command; its exit code, standard output and standard error."""

    def command(*tokens: str) -> tuple[int, str, str]:
        code = run([*tokens, *flags(settings)])
        return (code, *capsys.readouterr())

    return command


def touchpoints(file: Path, ids: range) -> str:
    told = {"customer_id": "c-1", "time": 1_767_225_600_000, "channel": "web", "kind": "message"}
    file.write_text("\n".join(json.dumps(told | {"id": f"t-{number}"}) for number in ids))
    return str(file)


async def made_anew(settings: Settings, topic: str) -> None:
    """Delete the topic, and create it again once the broker has forgotten it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    try:
        await admin.delete_topics([topic])
        while topic in await admin.list_topics():
            await asyncio.sleep(0.05)  # a broker sends no event when it has forgotten a topic
    finally:
        await admin.close()
    await apply(settings, catalogue(settings))


def test_a_topic_made_anew_is_refused_until_its_next_generation_is_started(
    settings: Settings, workers: Workers, kanarya: Any, tmp_path: Path
) -> None:
    (topic,) = settings.inputs

    def applied() -> int:
        code, out, _ = kanarya("profile", "c-1", "--json")
        return json.loads(out)["touchpoints"] if code == 0 else 0

    assert kanarya("produce", touchpoints(tmp_path / "first", range(5)))[0] == 0
    first = workers.start().is_ready()
    until(lambda: applied() == 5, "five touchpoints applied")

    code, _, said = kanarya("topics", "generation", topic)
    assert (code, "stop them first" in said) == (1, True)
    first.stop()

    on_kafka(settings, made_anew(settings, topic))
    code, why = workers.start().ended()
    assert code == 1
    assert f"kanarya topics generation {topic}" in why

    until(lambda: kanarya("topics", "generation", topic)[0] == 0, "the broker to let the stopped workers go")
    assert kanarya("produce", touchpoints(tmp_path / "second", range(5, 7)))[0] == 0
    second = workers.start(start="latest").is_ready()  # decides for new groups only
    until(lambda: applied() == 7, "two more touchpoints applied")
    second.stop()

    timeline = json.loads(kanarya("profile", "c-1", "--json")[1])["timeline"]
    assert {entry["topic"] for entry in timeline} == {topic}
    assert sorted(entry["offset"] for entry in timeline) == [0, 0, 1, 1, 2, 3, 4]


def test_a_topic_that_was_never_read_has_no_generation(kanarya: Any) -> None:
    code, _, said = kanarya("topics", "generation", "elsewhere")

    assert code == 1
    assert re.search("has never read a topic elsewhere", said)
