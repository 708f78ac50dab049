"""What is said where Apache Kafka cannot be had; running it is the integration tests' matter."""

from pathlib import Path

import pytest

from app.dev.apache_kafka import ApacheKafkaError, install, lacking


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder that programs are looked up in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_what_is_lacking_is_named(path: Path) -> None:
    assert lacking() == "no java on the PATH"
    program(path, "java", "exit 0")
    assert lacking() == "no mvn on the PATH"
    program(path, "mvn", "exit 0")
    assert lacking() is None


def test_a_fetch_that_fails_is_told_in_maven_s_words_and_leaves_nothing_half_done(path: Path, tmp_path: Path) -> None:
    program(path, "mvn", "echo no route to the repository; exit 1")
    with pytest.raises(ApacheKafkaError, match="no route to the repository"):
        install(tmp_path / "home")

    program(path, "mvn", 'for word; do case $word in -DoutputDirectory=*) /bin/mkdir "${word#*=}";; esac; done')
    assert install(tmp_path / "home").is_dir()


def test_what_was_fetched_is_fetched_once(path: Path, tmp_path: Path) -> None:
    program(path, "mvn", 'for word; do case $word in -DoutputDirectory=*) /bin/mkdir "${word#*=}";; esac; done')
    first = install(tmp_path / "home")
    program(path, "mvn", "exit 1")

    assert install(tmp_path / "home") == first
