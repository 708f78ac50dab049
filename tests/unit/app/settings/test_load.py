"""Layers, and what is said about values that cannot be used."""

from pathlib import Path

import pytest

from app.catalogue import catalogue
from app.settings import Settings, SettingsError, load


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file that the environment names."""
    path = tmp_path / "kanarya.toml"
    monkeypatch.setenv("KANARYA_CONFIG", str(path))
    return path


def faults_of(*assignments: str, **flags: object) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        load(flags, assignments)
    return raised.value.faults


def test_defaults_hold_when_nothing_is_given() -> None:
    loaded = load()

    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {"default"}


def test_flags_win_over_environment_over_file_over_defaults(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('broker = "file:1"\ngroup = "file"\npartitions = 3\n')
    monkeypatch.setenv("KANARYA_BROKER", "environment:1")
    monkeypatch.setenv("KANARYA_GROUP", "environment")

    loaded = load({"broker": "flag:1", "start": None})

    assert (loaded.settings.broker, loaded.settings.group) == ("flag:1", "environment")
    assert (loaded.settings.partitions, loaded.settings.start) == (3, "earliest")
    assert [loaded.sources[name] for name in ("broker", "group", "partitions", "start")] == [
        "flag", "environment", "file", "default",
    ]  # fmt: skip


def test_a_flag_can_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text("partitions = 3\n")

    assert load({"config": str(path)}).settings.partitions == 3


def test_set_takes_any_setting_with_underscores_or_dashes() -> None:
    settings = load(assignments=["fetch-bytes=2048", "drain_s = 3.5"]).settings

    assert (settings.fetch_bytes, settings.drain_s) == (2048, 3.5)


def test_input_topics_are_separated_by_commas_and_listed_in_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('input_topics = ["a", "b"]\n')
    assert load().settings.inputs == ("a", "b")

    monkeypatch.setenv("KANARYA_INPUT_TOPICS", "c, d")
    assert load().settings.inputs == ("c", "d")


@pytest.mark.parametrize(
    ("topics", "fault"),
    [
        ("cx.calls,cx.calls", "names cx.calls twice, name it once"),
        *(
            (f"cx.calls,{spec.name}", f"names {spec.name}, which Kanarya itself writes; take it out")
            for spec in catalogue(Settings(topic_prefix="cx.", group="blue"))[1:]
        ),
    ],
)
def test_input_topics_that_would_feed_on_themselves_are_refused(topics: str, fault: str) -> None:
    assert faults_of(topic_prefix="cx.", group="blue", input_topics=topics) == (
        f"input_topics = {topics} (flag): {fault}; must be topic names separated by commas",
    )


def test_without_input_topics_the_prefix_names_one() -> None:
    assert load({"topic_prefix": "cx."}).settings.inputs == ("cx.touchpoints",)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANARYA_PARTITIONS", "")

    assert load().sources["partitions"] == "default"


def test_all_wrong_values_are_named_at_once_with_value_source_and_what_is_allowed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("batches_in_flight = 0\n")
    monkeypatch.setenv("KANARYA_PARTITIONS", "many")

    assert set(faults_of("security=tls", broker="nowhere")) == {
        "batches_in_flight = 0 (file): must be a whole number from 1 to 64; left out it is 4",
        "KANARYA_PARTITIONS = many (environment): must be a whole number from 1 to 10000; left out it is 8",
        "security = tls (flag): must be one of plaintext, ssl, sasl_plaintext, sasl_ssl; left out it is plaintext",
        (
            "broker = nowhere (flag): each address needs a host and a port; "
            "must be host:port, several separated by commas; left out it is 127.0.0.1:9092"
        ),
    }


def test_unknown_names_are_refused_with_a_guess_in_every_layer(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("partitons = 3\n")
    monkeypatch.setenv("KANARYA_BORKER", "x:1")

    assert set(faults_of("gruop=x")) == {
        "partitons (file): is no setting; did you mean partitions?",
        "KANARYA_BORKER (environment): is no setting; did you mean KANARYA_BROKER?",
        "gruop (flag): is no setting; did you mean group?",
    }


def test_an_unknown_variable_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANARYA_ZZZZ", "1")

    assert faults_of() == (
        "KANARYA_ZZZZ (environment): is no setting; remove it, or see `kanarya settings` for all of them",
    )


def test_names_of_the_test_suite_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANARYA_TEST_ANYTHING", "1")

    load()


def test_a_set_without_a_value_is_refused() -> None:
    assert faults_of("group") == ("--set group: needs the form name=value",)


def test_a_file_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KANARYA_CONFIG", str(tmp_path / "none.toml"))

    assert "must be the path of a TOML file that exists" in faults_of()[0]


def test_a_file_that_is_no_toml_is_refused_by_its_path(file: Path) -> None:
    file.write_text("broker =\n")

    assert faults_of()[0].startswith(f"config = {file}: is no TOML (")

    file.write_bytes(b"\xff\xfe")
    assert faults_of()[0].startswith(f"config = {file}: is no TOML (")


@pytest.mark.parametrize("name", ["a.b_c", "a b", "ä", "x" * 250, ".."])
def test_a_name_that_kafka_cannot_hold_is_refused(name: str) -> None:
    assert faults_of(group=name)
    assert faults_of(input_topics=f"fine,{name}")


@pytest.mark.parametrize("start", ["yesterday", "2026-01-01T00:00:00", "1"])
def test_a_start_without_a_moment_is_refused(start: str) -> None:
    assert faults_of(start=start)


def test_a_start_with_an_offset_is_a_moment() -> None:
    assert load({"start": "2026-01-01T02:00:00+02:00"}).settings.start_ms == 1_767_225_600_000


@pytest.mark.parametrize("start", ["earliest", "latest"])
def test_a_start_at_an_end_is_no_moment(start: str) -> None:
    assert load({"start": start}).settings.start_ms is None


def test_a_password_shows_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANARYA_SASL_PASSWORD", "hunter2")
    loaded = load()
    faults = faults_of("partitions=0")

    assert "hunter2" not in f"{loaded} {loaded.settings.model_dump_json()} {faults}"


def test_a_password_that_is_no_text_is_not_repeated(file: Path) -> None:
    file.write_text("sasl_password = 12345\n")

    assert faults_of() == ("sasl_password = (hidden) (file): must be text",)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().group = "other"  # type: ignore[misc]
