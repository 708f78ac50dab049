"""All corpora of bad input on one topic, through a worker process: it goes on to the end, and nothing is lost."""

import dataclasses
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from app.catalogue import catalogue
from app.cli import output
from app.cli.failure import on_kafka
from app.dev.simulate.record import Record
from app.settings import Settings
from app.topics import apply
from tests.data.corpora import json_test_suite, naughty_strings
from tests.data.own_list import BYTES, ENVELOPED, HEADERS
from tests.integration.letters import assert_letters_are_the_bad_records, letters
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import newest_profiles
from tests.integration.workers import ROOT, Workers, environment
from tests.records import NOW_MS, valid

BINARY = ("ce_specversion", b"1.0")


@pytest.fixture
def settings(bare: Settings) -> Settings:
    """Every topic exists; the input keeps records of any age, as those of the corpora have timestamps of their own."""
    specs = [
        dataclasses.replace(spec, configs={**spec.configs, "retention.ms": "-1"}) if spec.name in bare.inputs else spec
        for spec in catalogue(bare)
    ]
    on_kafka(bare, apply(bare, specs))
    return bare


def record(key: bytes | None, value: bytes | None, reason: str, *headers: tuple[str, bytes | None]) -> Record:
    """As the simulator writes it: a bad one tells its reason."""
    customer = "" if reason else (key or b"").decode()
    return Record(key, value, tuple(headers), "bad" if reason else "good", customer, reason, 0)  # type: ignore[arg-type]


def corpora() -> Iterator[Record]:
    """As values in each envelope, inside a touchpoint, as keys, and as headers."""
    for number, case in enumerate(json_test_suite()):
        yield record(b"ada", case.raw, case.reason)
        yield record(b"bob", case.raw, case.reason if case.raw else "null_value", BINARY)
        key = f"suite {number}".encode()
        before, behind = json.dumps(valid(customer_id=key.decode(), attributes={"v": "@"})).encode().split(b'"@"')
        yield record(key, before + case.raw + behind, case.inside)
    for text, reason in naughty_strings():
        key = text.encode()
        yield record(b"eve", key, reason)
        if text:
            body = valid(customer_id=text, text=text, issue=text, product=text, source=text, kind="case_opened")
            yield record(key, json.dumps(body).encode(), "", ("x", key), ("y", None))
    for number, own in enumerate(ENVELOPED):
        if not own.bulky:
            apart = [] if own in BYTES or not own.value else [BINARY, ("ce_source", b"%d" % number)]
            yield record(own.key, own.value, own.reason, *apart)
    for own in HEADERS:
        yield record(own.key, own.value, own.reason, *own.headers)


def test_a_worker_reads_every_corpus_to_its_end_and_loses_nothing(
    settings: Settings, workers: Workers, feed: Feed
) -> None:
    records = list(corpora())
    worker = workers.start()
    feed.send(settings.inputs[0], records, timestamp_ms=NOW_MS)
    with committed(settings) as group:
        group.reach(feed.ends)
    report = worker.stop()

    assert_letters_are_the_bad_records(settings, feed)
    sent = Counter(each.role for each in records)
    assert report["read"] == len(records) == sent["bad"] + sent["good"]
    assert (report["rejected"], report["applied"] + report["duplicate"]) == (sent["bad"], sent["good"])
    assert (report["handler_error"], report["replayed"]) == (0, 0)
    assert sent["bad"] > 1400
    shown = newest_profiles(settings)
    good = Counter(each.customer_id for each in records if each.role == "good")
    assert {id_: each["touchpoints"] + each["duplicates"] for id_, each in shown.items()} == good
    _looked_at(settings)


def _looked_at(settings: Settings) -> None:
    """As an operator looks: every line harmless, every JSON document whole."""
    found = letters(settings)
    told = [
        json.loads(line, parse_constant=pytest.fail) for line in _told(settings, "dlq", "ls", "--json").splitlines()
    ]
    assert {(each["topic"], each["partition"], each["offset"]) for each in told} == found.keys()
    assert len(_told(settings, "dlq", "ls").splitlines()) >= len(found)
    assert _told(settings, "dlq", "show", max(told, key=lambda each: each["offset"])["letter"])
    named = [text for text, _ in naughty_strings() if text[:1].isalpha() and output.visible(text) == text]
    assert json.loads(_told(settings, "profile", named[0], "--json"))["customer_id"] == named[0]
    assert max(named) in _told(settings, "profile", max(named))


def _told(settings: Settings, *words: str) -> str:
    command = [sys.executable, "-m", "app", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment(settings), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    text = done.stdout.decode()
    assert text == output._visible_lines(text)
    return text
