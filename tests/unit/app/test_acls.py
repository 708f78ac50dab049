"""Grants follow the catalogue and the settings, and give no role more than it needs."""

import json
import shlex

import pytest

from app.acls import ROLES, grants
from app.catalogue import catalogue
from app.cli.commands import run
from app.settings import Settings

SETTINGS = Settings(topic_prefix="cx.", group="blue", input_topics=("cx.calls", "cx.mails"))


def granted(role: str) -> dict[str, set[str]]:
    return {each.name: set(each.operations) for each in grants(SETTINGS) if each.role == role}


def test_a_worker_reads_inputs_and_changelog_and_writes_what_comes_of_them() -> None:
    assert granted("worker") == {
        "cx.calls": {"Describe", "Read"},
        "cx.mails": {"Describe", "Read"},
        "cx.touchpoints-dlt": {"Describe", "Write"},
        "cx.alerts": {"Describe", "Write"},
        "cx.profiles": {"Describe", "Read", "Write"},
        "cx.windows": {"Describe"},
        "blue-profiles-changelog": {"Describe", "Read", "Write"},
        "blue": {"Describe", "Read"},
    }


def test_a_producer_writes_inputs_and_a_reader_reads_alerts_and_neither_anything_else() -> None:
    assert granted("producer") == {name: {"Describe", "Write"} for name in SETTINGS.inputs}
    assert granted("reader") == {"cx.alerts": {"Describe", "Read"}}


def test_an_operator_may_make_every_topic_of_the_catalogue() -> None:
    makes = {name for name, operations in granted("operator").items() if "Create" in operations}

    assert makes == {spec.name for spec in catalogue(SETTINGS)}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_may_delete_or_alter_or_do_all(role: str) -> None:
    assert not {"Delete", "Alter", "AlterConfigs", "All", "ClusterAction"} & set().union(*granted(role).values())


def test_the_lines_say_the_same_as_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--topic-prefix", "cx.", "--principal", "User:CN=a b"]
    assert run(["topics", "acls", *flags]) == 0
    lines = [shlex.split(line, comments=True) for line in capsys.readouterr().out.splitlines()]
    assert run(["topics", "acls", "--json", *flags]) == 0
    document = json.loads(capsys.readouterr().out)

    said = set()
    for words in filter(None, lines):
        pairs = list(zip(words, [*words[1:], ""], strict=True))
        operations = {after for word, after in pairs if word == "--operation"}
        names = {after for word, after in pairs if word in {"--topic", "--group"}} or {"kafka-cluster"}
        assert ("--allow-principal", "User:CN=a b") in pairs
        said |= {(name, frozenset(operations)) for name in names}
    assert said == {(each["name"], frozenset(each["operations"])) for each in document}
    assert {each["principal"] for each in document} == {"User:CN=a b"}


def test_a_principal_without_its_type_is_called_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["topics", "acls", "--principal", "worker"]) == 2
    assert "User:NAME" in capsys.readouterr().err
