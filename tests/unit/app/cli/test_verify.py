"""What `kanarya verify` refuses before anything runs, and the command that it says repeats a run."""

import json
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr

from app.cli.commands import run
from app.cli.verify import _chosen, _repeat
from app.settings import Settings, without_secret
from app.verify.fault import Fault, lacks
from app.verify.faults import registry
from app.verify.faults.steady import strike
from app.verify.plan import Size
from app.verify.run import Choice

TINY = Size(1000, 100, 0)
SECRETS = [name for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fault", "earthquake"], "--fault earthquake: there is no such fault; --list names them"),
        (["--kafka", "--broker", "127.0.0.1:1"], "give one of the two"),
        (["--set", "sasl_user=me"], "name it with --broker"),
        (["--config", "kanarya.toml"], "name it with --broker"),
        (["--broker", "nowhere"], "needs a host and a port"),
    ],
)
def test_a_wrong_call_is_said_in_a_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", *words]) == 2

    out, err = capsys.readouterr()
    assert said in err
    assert "seed" not in out


def test_a_broker_that_does_not_answer_is_said_and_nothing_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--broker", "127.0.0.1:1"]) == 1

    out, err = capsys.readouterr()
    assert "no Kafka broker answers at 127.0.0.1:1" in err
    assert out == ""


def test_every_fault_is_listed_with_its_row_and_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(registry())
    assert all(fault.meaning in line for fault, line in zip(registry().values(), lines, strict=True))


def test_the_list_as_json_tells_of_each_fault_what_it_needs_and_how_large_its_runs_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["verify", "--list", "--json"]) == 0

    listed = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert list(listed) == list(registry())
    assert listed["outage"] == {
        "name": "outage",
        "rows": [8],
        "meaning": registry()["outage"].meaning,
        "needs": ["own_broker", "real_kafka"],
        "workers": 1,
        "in_short_set": False,
        "exact": True,
        "short": {"events": 12_000, "per_second": 1500, "hits": 1, "lasts_s": 20},
        "long": {"events": 40_000, "per_second": 1000, "hits": 1, "lasts_s": 300},
    }


def test_a_fault_says_which_broker_it_needs() -> None:
    killer = Fault("killer", (7,), "kills", strike, TINY, TINY, needs=frozenset({"own_broker"}))
    picky = Fault("picky", (7,), "picks", strike, TINY, TINY, needs=frozenset({"real_kafka"}))

    assert "left alone" in (lacks(killer, "given") or "")
    assert "--kafka" in (lacks(picky, "embedded") or "")
    assert [lacks(killer, "kafka"), lacks(picky, "kafka"), lacks(picky, "given")] == [None, None, None]


def test_what_takes_long_is_left_out_of_the_short_set_unless_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    long = [each.name for each in registry().values() if not each.in_short_set]

    assert not {each.name for each in _chosen([], "embedded", "short")} & set(long)
    said = capsys.readouterr().err
    assert all(f"left out: {name} " in said for name in long)
    assert [each.name for each in _chosen(["outage"], "kafka", "short")] == ["outage"]
    assert "outage" in [each.name for each in _chosen([], "kafka", "long")]


def test_the_repeating_command_holds_the_seed_and_no_secret() -> None:
    choice = Choice(_chosen(["sigkill"], "given", "long"), "long", 42, "given", events=5000, per_second=100)
    given = ("sasl_password=secret", "sasl-user=me", "replication=3")
    told = _repeat(choice, ["sigkill"], "kafka:9092", None, given)

    assert told == (
        "kanarya verify --fault sigkill --size long --seed 42 --events 5000 --rate 100 --broker kafka:9092"
        " --set sasl_password=... --set sasl-user=me --set replication=3"
    )


def test_the_repeating_command_holds_nothing_that_was_not_given_but_the_seed() -> None:
    choice = Choice(_chosen(["steady"], "embedded", "short"), "short", 42, "embedded")

    assert _repeat(choice, [], None, None, ()) == "kanarya verify --seed 42"


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_shown_again_however_it_is_spelled(name: str) -> None:
    for spelled in (name, name.replace("_", "-"), f" {name} "):
        assert without_secret(f"{spelled}=hush") == f"{spelled}=..."


def test_every_fault_stands_on_its_page_with_its_row() -> None:
    page = (Path(__file__).parents[4] / "docs" / "verify.md").read_text(encoding="utf-8")

    missing = [each.name for each in registry().values() if f"| {each.rows[0]} | `{each.name}` |" not in page]
    assert missing == []


def test_a_row_of_the_page_names_the_sigkill_that_its_fault_means() -> None:
    page = (Path(__file__).parents[4] / "docs" / "verify.md").read_text(encoding="utf-8")
    rows = {name: next(row for row in page.splitlines() if f" | `{name}` |" in row) for name in registry()}
    killing = {each.name for each in registry().values() if "SIGKILL" in each.meaning}

    assert {"disorder", "sigkill"} <= killing
    assert not {name for name in killing if "SIGKILL" not in rows[name]}
