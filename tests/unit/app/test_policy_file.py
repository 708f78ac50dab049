"""A policy file that cannot be used is named with its key, its value and what is allowed."""

from pathlib import Path

import msgspec
import pytest

from app.policy_file import read_policy
from app.settings import SettingsError
from models.policy import Policy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_without_a_file_the_shipped_policy_holds() -> None:
    assert msgspec.to_builtins(read_policy(None)) == msgspec.to_builtins(Policy())


def test_a_file_changes_what_it_names(file: Path) -> None:
    file.write_text("[levels]\nat_risk = 62\n")
    policy = read_policy(file)

    assert (policy.levels.at_risk, policy.levels.critical) == (62, 80)
    assert policy.version != Policy().version


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[levels]\nat_risk = 162\n", ("levels.at_risk = 162", "<= 100")),
        ("[levels]\nat_risc = 62\n", ("levels.at_risc = 62", "no such key")),
        ("[levels]\nat_risk = 90\n", ("levels.at_risk = 90", "must not be above levels.critical")),
        ("[levels\n", ("is no TOML",)),
    ],
)
def test_a_wrong_file_is_refused_with_key_value_and_mend(file: Path, text: str, parts: tuple[str, ...]) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        read_policy(file)

    (fault,) = raised.value.faults
    assert fault.startswith(f"policy = {file}: ")
    assert all(part in fault for part in parts), fault


def test_all_mistakes_of_a_file_are_named_at_once_in_plain_words(file: Path) -> None:
    file.write_text(
        'versoin = "x"\n[negative_experience]\nsecnd = 3\n[negativ_experience]\nfirst = 40\n'
        '[levels]\nat_risk = "55"\ncritical = 1000\nqqq = true\n[[segments]]\nname = "s"\nwhen = []\n'
    )
    with pytest.raises(SettingsError) as raised:
        read_policy(file)

    assert sorted(fault.removeprefix(f"policy = {file}: ") for fault in raised.value.faults) == [
        'levels.at_risk = "55": expected a whole number',
        "levels.critical = 1000: expected a whole number <= 100",
        "levels.qqq = true: no such key; `kanarya policy` lists them all",
        "negativ_experience: no such table; did you mean negative_experience?",
        "negative_experience.secnd = 3: no such key; did you mean second?",
        "segments[0].when = []: expected a list of length >= 1",
        'versoin = "x": no such key; did you mean version?',
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[[segments]]\nnam = "s"\nwhen = []', 'segments[0].nam = "s": no such key; did you mean name?'),
        ('[[segments]]\nname = "s"\nwhen = [{feild = "nps"}]', "did you mean field?"),
        ('[[segments]]\nname = "s"', "segments[0]: lacks `when`"),
        ("levels = 3", "levels = 3: expected a table"),
        ('"a.b" = 3', "no such key; `kanarya policy` lists them all"),
    ],
)
def test_a_mistake_is_explained_wherever_it_stands(file: Path, text: str, fault: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        read_policy(file)

    (told,) = raised.value.faults
    assert told.endswith(fault)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_policy(tmp_path)
