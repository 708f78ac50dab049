"""The Dockerfile agrees with the project: its Python, its lock, its packages, its commands, its settings."""

import importlib.machinery
import importlib.util
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from agents.books import Books
from app.cli.commands import _app, run
from app.health.alive import ALIVE_S
from app.health.pulse import Pulse
from app.settings import Settings
from app.settings.describe import environment_name
from tests.deploy.files import DEPLOY, ROOT, Instruction, compose, dockerfile, pairs, seconds, services

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
INSTRUCTIONS = dockerfile()
LAST_STAGE = max(each.stage for each in INSTRUCTIONS)
STORE = compose("disk.yaml")["services"]["worker"]["environment"]["KANARYA_STORE_DIR"]
SETTINGS = {environment_name(name) for name in Settings.model_fields}


def of(word: str, stage: int | None = None) -> list[Instruction]:
    return [each for each in INSTRUCTIONS if each.word == word and stage in {None, each.stage}]


def one(word: str) -> Instruction:
    """The one instruction of this kind that the final image keeps."""
    (found,) = of(word, LAST_STAGE)
    return found


def labels() -> dict[str, str]:
    return {name.removeprefix("org.opencontainers.image."): value for name, value in pairs(one("LABEL")).items()}


def variables() -> dict[str, str]:
    return {name: value for each in of("ENV", LAST_STAGE) for name, value in pairs(each).items()}


def test_the_base_is_one_exact_python_that_the_project_takes() -> None:
    first, *later = [each.rest for each in of("FROM")]
    base = re.fullmatch(r"python:(\d+\.\d+\.\d+)-slim-\w+(@sha256:[0-9a-f]{64})? AS base", first)

    assert base is not None
    assert base[1] in SpecifierSet(PROJECT["project"]["requires-python"])
    assert [each.split()[0] for each in later] == ["base", "base"]
    assert labels()["base.name"] == f"docker.io/library/{first.removesuffix(' AS base').partition('@')[0]}"


def test_packages_come_from_the_lock_by_their_hashes_and_only_they() -> None:
    runs = [each.rest for each in of("RUN")]
    fetching = [run for run in runs for part in run.split("&&") if "pip wheel" in part and " -r " in part]

    assert len(fetching) == 1
    assert "--require-hashes --no-deps" in fetching[0]
    assert fetching[0].endswith(" -r requirements.lock")
    for each in runs:
        for part in each.split("&&"):
            if "-m pip " in part and part.strip() not in fetching:
                assert "--no-index" in part or "--no-deps --no-build-isolation" in part, part


def test_a_faust_that_was_not_compiled_fails_the_build() -> None:
    """Its source builds without a compiler, too, and is slow then."""
    (check,) = [each.rest for each in of("RUN") if "import faust" in each.rest]
    module = check.rpartition("import ")[2].strip("'")
    found = importlib.util.find_spec(module)

    assert check.endswith(f"&& /opt/kanarya/bin/python -c 'import {module}'")
    assert found is not None
    assert str(found.origin).endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES))


def test_a_core_that_was_not_compiled_fails_the_build() -> None:
    (make,) = [each.rest for each in of("RUN") if "app.core.build" in each.rest]
    needed = {re.split(r"[><=]", each)[0] for each in PROJECT["dependency-groups"]["compile"]}

    assert make.endswith("&& /opt/kanarya/bin/python -P -m app.core")
    assert needed <= set(make.partition("&&")[0].split())
    assert all(re.search(rf"^{name}==", (ROOT / "requirements.lock").read_text(), re.MULTILINE) for name in needed)


def test_the_build_backend_of_the_project_is_in_the_lock() -> None:
    names = [re.split(r"[><=]", each)[0] for each in PROJECT["build-system"]["requires"]]

    assert any(f"--find-links /wheels {' '.join(names)} " in each.rest for each in of("RUN"))
    assert all(re.search(rf"^{name}==", (ROOT / "requirements.lock").read_text(), re.MULTILINE) for name in names)


def test_all_that_is_copied_exists_and_passes_the_ignore_file() -> None:
    passed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {path.rstrip("/") for each in of("COPY") if "--from" not in each.rest for path in each.rest.split()[:-1]}

    assert copied == passed
    assert not [path for path in copied if not (ROOT / path).exists()]
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied


def test_the_final_image_holds_no_compiler_and_no_root() -> None:
    user, _, group = one("USER").rest.partition(":")

    assert not of("RUN", LAST_STAGE)
    assert [each.rest for each in of("COPY", LAST_STAGE)] == [
        "--from=wheels /opt/kanarya /opt/kanarya",
        f"--from=wheels --chown={user}:{group} {STORE} {STORE}",
    ]
    assert int(user) >= 10_000
    assert int(group) >= 10_000


def test_commands_are_exec_forms_that_the_product_takes() -> None:
    (entry,) = one("ENTRYPOINT").form
    probe = one("HEALTHCHECK").rest
    command = Instruction(0, "CMD", probe.partition("CMD ")[2]).form

    assert PROJECT["project"]["scripts"] == {entry: "app.__main__:main"}
    assert command[0] == entry
    for words in (one("CMD").form, command[1:]):
        _app().parse_args(words, exit_on_error=False, print_error=False)
    assert all(seconds(time) > 0 for time in re.findall(r"--(?:interval|timeout|start-period)=(\S+)", probe))


def test_the_probe_asks_only_what_a_restart_can_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs here as in the image: while the broker is away it is content, with a file that ages it is not."""
    _, *words = Instruction(0, "CMD", one("HEALTHCHECK").rest.partition("CMD ")[2]).form
    file = tmp_path / Path(variables()["KANARYA_HEALTH_FILE"]).name
    monkeypatch.setenv("KANARYA_HEALTH_FILE", str(file))
    pulse = Pulse(Settings(health_file=file), Books(), {}, lambda: None, lambda: True)
    pulse.enter("waiting_for_broker", "no broker answers")
    pulse.beat()

    assert (run(words), run(["worker", "--status"])) == (0, 1)
    touched_s = file.stat().st_mtime
    os.utime(file, (touched_s - ALIVE_S - 2, touched_s - ALIVE_S - 2))
    assert run(words) == 1


def test_every_variable_of_ours_is_a_setting_and_what_is_written_lies_in_tmp() -> None:
    own = {name: value for name, value in variables().items() if name.startswith("KANARYA_")}

    assert not own.keys() - SETTINGS
    assert all(value.startswith("/tmp/") for name, value in own.items() if name.endswith(("_FILE", "_PATH")))


def test_labels_say_what_the_project_says() -> None:
    project = PROJECT["project"]

    assert (labels()["version"], labels()["licenses"]) == (project["version"], project["license"])
    assert labels()["description"] == project["description"]
    assert {service["image"] for service in services().values() if "kanarya" in service["image"]} == {
        f"kanarya:{project['version']}"
    }
    assert f"-t kanarya:{project['version']} ." in (DEPLOY / "Dockerfile").read_text()
