"""An evening with the command line: every command a process of its own, as a person or a script would call it."""

import gzip
import json
from pathlib import Path

import pytest

from app.catalogue import alerts, catalogue, profiles
from app.dev.children import Children
from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.commands import Kanarya
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.workers import Workers

embedded = pytest.mark.parametrize("broker", [pytest.param("embedded", marks=pytest.mark.kafka)], indirect=True)
"""What the commands say over a real Kafka is looked at in `test_topics`, `test_produce` and `test_reading`."""

TIMES = ("2026-03-10T09:00:00.000Z", "2026-03-11T09:00:00.000Z")


def answer(customer_id: str, number: int, time: str, value: int) -> str:
    score = {"metric": "csat", "value": value}
    told = {"id": f"{number}", "customer_id": customer_id, "time": time, "channel": "survey", "kind": "survey_answered"}
    return json.dumps(told | {"score": score, "text": "very private"})


@embedded
def test_from_no_topic_to_a_read_dead_letter(bare: Settings, tmp_path: Path) -> None:
    kanarya = Kanarya(bare)

    missing = json.loads(kanarya("topics", "check", "--json", code=1))
    assert {each["topic"]: each["state"] for each in missing} == {spec.name: "missing" for spec in catalogue(bare)}
    assert {each["mend"] for each in missing} == {"run `kanarya topics apply`"}
    assert {each["state"] for each in json.loads(kanarya("topics", "apply", "--json"))} == {"created"}

    packed, plain = tmp_path / "packed.jsonl.gz", tmp_path / "plain.jsonl"
    good = [answer("ada", 1, TIMES[0], 1), answer("bea", 2, TIMES[0], 5), answer("ada", 3, TIMES[1], 1)]
    packed.write_bytes(gzip.compress("\n".join(good).encode()))
    plain.write_text(f"{answer('cem', 4, TIMES[0], 4)}\nno touchpoint\n{answer('cem', 5, TIMES[1], 4)}\n")
    assert json.loads(kanarya("produce", packed, "--json"))["sent"] == 3
    assert kanarya("produce", plain, code=1).startswith("2 sent, 1 bad")
    assert "line 2: not_json" in kanarya.said
    kanarya("produce", plain, "--strict", code=1)
    assert "stopped at line 2 (--strict)" in kanarya.said

    Feed(bare.broker).send(bare.inputs[0], [Record(b"dan", b"{no json", (), "bad", "", "not_json", 0)])

    with Children() as children, committed(bare) as group:
        worker = Workers(children, bare).start()
        group.reach(_ends(bare))
        assert worker.stop()["duplicate"] == 1, "--strict sent the line before the bad one once more"

    values = [each.value for each in read(bare.broker, alerts(bare))]
    printed = kanarya("alerts", "--from-beginning", "--json")
    assert printed.encode().splitlines() == values
    (alert,) = map(json.loads, printed.splitlines())
    assert (alert["customer_id"], alert["change"], alert["level"]) == ("ada", "opened", "critical")
    assert "private" not in printed

    newest = {each.key: each.value for each in read(bare.broker, profiles(bare))}
    dumped = kanarya("profiles", "dump", "--json").encode().splitlines()
    assert sorted(dumped) == sorted(value or b"" for value in newest.values())
    shown = json.loads(kanarya("profile", "ada", "--at", TIMES[1], "--json"))
    assert shown == json.loads(newest[b"ada"] or b"")
    later = json.loads(kanarya("profile", "ada", "--json"))
    assert later["as_of"] > TIMES[1]
    assert later["touchpoints"] == 2
    assert TIMES[1] in _said(kanarya, "profile", "ada", "--at", TIMES[0], code=2)

    (letter,) = kanarya.lines("dlq", "ls")
    assert (letter["reason"], letter["topic"]) == ("not_json", bare.inputs[0])
    whole = json.loads(kanarya("dlq", "show", letter["letter"], "--json"))
    assert (whole["key"], whole["value"]) == ("dan", "{no json")


def _said(kanarya: Kanarya, *words: object, code: int) -> str:
    kanarya(*words, code=code)
    return kanarya.said


def _ends(settings: Settings) -> dict[tuple[str, int], int]:
    topic = settings.inputs[0]
    return {(topic, each.place[1]): each.place[2] + 1 for each in read(settings.broker, topic)}
