"""A release gives what the one before it gave: 105,000 recorded touchpoints, and a changelog that an older worker left.

`golden/topic` holds them. Results that are meant to change are recorded anew by `python -m tests.contract.golden_topic
--renew`; records and changelog never are.
"""

import hashlib
import json
import re
from pathlib import Path

import pytest

from models import codec
from models.policy_mapping import from_mapping
from tests.contract.golden_topic import __main__ as command
from tests.contract.golden_topic.differences import differences
from tests.contract.golden_topic.recorded import (
    CHANGELOG,
    HALVED,
    TOPICS,
    changelog,
    halves,
    logs_of,
    now,
    results_file,
    resumed,
    topic_file,
)  # fmt: skip
from tests.contract.golden_topic.results import load, save

RECORDED = {
    topic_file("given"): "486c5073449a9579762550f32c5a277fa081113a0c58f97ca85b06749a19c009",
    topic_file("texts"): "31f11e3b4461a7cdb4959f7864c405f10a9b734eb5554978f0d531980c84107d",
    CHANGELOG: "432f116ee412fab0d340190205be41619eaa2cc1681e50be8ece2257d5f85b87",
}
"""File -> SHA-256."""


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_what_was_recorded_is_never_recorded_anew(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() == RECORDED[path]


@pytest.mark.parametrize("name", TOPICS)
def test_a_recorded_topic_gives_the_recorded_alerts_and_profiles(name: str) -> None:
    """`given` holds, too, what would be otherwise if an older release's changelog is gone on from: nothing so far."""
    said = differences(load(results_file(name)), now(name))

    assert not said, "\n".join(
        ["if this is meant: python -m tests.contract.golden_topic --renew 'THE LINE OF CHANGELOG.md'", *said]
    )


def test_the_topic_holds_every_envelope_and_every_way_to_fail() -> None:
    records = [record for log in logs_of("given").values() for record in log]
    said = [line.split("\t") for line in load(results_file("given"))]
    headers = [dict(record.headers) for record in records]

    assert len(records) == 100_000
    assert sum("ce_specversion" in each for each in headers) > 3_000
    assert sum("content-type" in each for each in headers) > 3_000
    assert len({parts[3] for parts in said if parts[0] == "dead"}) > 10
    changes = {json.loads(parts[2])["change"] for parts in said if parts[0] == "alert"}
    assert changes == {"opened", "raised", "lowered", "reminded", "reopened", "resolved"}


def test_states_of_an_older_changelog_are_read_and_written_to_the_byte() -> None:
    profiles = {key: value for key, value in changelog() if codec.is_profile_key(key)}

    for key, value in profiles.items():
        profile = codec.decode_profile(key[1:].decode(), value)
        assert codec.encode_profile(profile, codec.unpack_header(value).epoch) == value
    assert len(profiles) > 1_000


def test_alerts_that_an_older_release_left_in_its_outbox_go_out_first_and_as_they_were_written() -> None:
    items = dict(changelog())
    left = [codec.decode_outbox(value)[1] for key, value in sorted(items.items()) if codec.is_outbox_key(key)]

    outcome = resumed()

    assert len(left) == 12
    assert outcome.alerts[HALVED][: len(left)] == left
    meta = codec.decode_meta(outcome.store.get(HALVED, codec.META_KEY) or b"")
    assert meta.epoch == codec.decode_meta(items[codec.META_KEY]).epoch + 1
    assert not outcome.store.scan(HALVED, b"\x02")
    assert outcome.books.read == len(halves(logs_of("given")[HALVED])[1])
    assert outcome.books.replayed == 0


def test_another_policy_shows_in_the_differences() -> None:
    shipped = now("texts")
    alerts = sum(line.startswith("alert\t") for line in shipped)

    renamed = differences(shipped, now("texts", from_mapping({"version": "2"})))
    assert renamed[:3] == [
        "policy_version: 1 -> 2",
        f"alerts: {alerts} -> {alerts}; {alerts} changed, 0 gone, 0 new",
        f"  changed in: policy_version {alerts}",
    ]
    assert not any(line.startswith(("dead letters", "stored profiles")) for line in renamed)

    milder = from_mapping({"version": "mild", "negative_experience": {"first": 30}})
    said = "\n".join(differences(shipped, now("texts", milder)))
    assert re.search(
        rf"^policy_version: 1 -> mild\+\w+\nalerts: {alerts} -> \d+; \d+ changed, [1-9]\d* gone", said, re.MULTILINE
    )
    assert re.search(r"^public profiles: .*\n  changed in: .*score \d+", said, re.MULTILINE)


def test_differences_are_told_in_plain_words() -> None:
    alert = {
        "trigger": {"offset": 7},
        "score": 82,
        "level": "critical",
        "summary": "critical opened at 82 of 100",
    }
    profile = {"score": 40, "level": "watch"}
    was = [
        'head\t{"applied":9,"policy_version":"1"}',
        f"alert\t0\t{json.dumps(alert)}",
        "dead\t0\t3\tnot_json\tvalue: not JSON",
        f"profile\t0\tada\t{json.dumps(profile)}\tffff",
        f"profile\t0\tbob\t{json.dumps(profile)}\tffff",
    ]
    other = [
        'head\t{"applied":8,"policy_version":"1"}',
        f"alert\t0\t{json.dumps(alert | {'score': 71, 'level': 'at_risk'})}",
        f"alert\t1\t{json.dumps(alert)}",
        f"profile\t0\tada\t{json.dumps(profile | {'score': 43})}\teeee",
        f"profile\t0\tbob\t{json.dumps(profile)}\teeee",
    ]

    assert differences(was, was) == []
    assert differences(was, other) == [
        "applied: 9 -> 8",
        "alerts: 1 -> 2; 1 changed, 0 gone, 1 new",
        "  changed in: score 1, level 1",
        '  0 7: score: 82 -> 71; level: "critical" -> "at_risk"',
        "  new: 1 7 critical opened at 82 of 100",
        "dead letters: 1 -> 0; 0 changed, 1 gone, 0 new",
        "  gone: 0 3 not_json\tvalue: not JSON",
        "public profiles: 2 -> 2; 2 changed, 0 gone, 0 new",
        "  changed in: score 1, elsewhere 1",
        "  0 ada: score: 40 -> 43",
        "  0 bob: elsewhere: in what is not told here in short; --dump shows it",
    ]


def test_results_are_renewed_only_with_what_the_changelog_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, changes = tmp_path / "results.xz", tmp_path / "CHANGELOG.md"
    recorded = load(results_file("texts"))
    save(path, recorded[:-1])
    changes.write_text("- The feeling of texts\n  with negations is read better.\n")
    monkeypatch.setattr(command, "results_file", lambda name: path)
    monkeypatch.setattr(command, "CHANGES", changes)

    assert command.main(["--topic", "texts"]) == 1
    with pytest.raises(SystemExit, match="2"):
        command.main(["--topic", "texts", "--renew", "The feeling of texts in Korean is read better."])
    assert load(path) == recorded[:-1]
    assert "CHANGELOG.md does not say" in capsys.readouterr().err

    assert command.main(["--topic", "texts", "--renew", "The feeling of texts with negations is read better."]) == 0
    assert load(path) == now("texts")
    assert "0 changed, 0 gone, 1 new" in capsys.readouterr().out
    assert command.main(["--topic", "texts"]) == 0
