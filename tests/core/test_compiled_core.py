"""The compiled core makes the same bytes as the pure one, and old sources never run."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.sources import MODULES, build_name, builds
from tests.conftest import SEED

ROOT = Path(__file__).parents[2]
PARTS = (
    ".gitignore", "LICENSE", "NOTICE", "README.md", "agents", "app", "benchmarks", "docs", "models", "pyproject.toml",
    "tests",
)  # fmt: skip
SUITES = (
    "tests/contract", "tests/stories", "tests/unit/models", "tests/property/test_against_oracle.py",
    "tests/property/test_care_laws.py", "tests/property/test_laws.py", "tests/property/test_envelope_laws.py",
)  # fmt: skip
"""Tests that ask the compiled modules. Not those that put a failing function in the place of one of theirs: compiled
modules call each other directly."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def has_compiler() -> bool:
    return shutil.which(str(sysconfig.get_config_var("CC") or "cc").split()[0]) is not None


def python(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, compiled: as `make compile` left it, if that was of these sources, else now."""
    if not has_compiler():
        reason = "no C compiler here: the core runs as Python"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("compiled") / "project"
    folder.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder)
    if not (builds(folder) / build_name(folder)).is_dir():
        made = python(folder, "-m", "app.core.build")
        assert made.returncode == 0, made.stdout + made.stderr
        began, *_, ended, _ = made.stdout.splitlines()
        assert (began.split()[0], ended.rpartition(": ")[2]) == ("compiling", str(builds(folder) / build_name(folder)))
    return folder


@pytest.fixture
def changed(project: Path) -> Iterator[Path]:
    """The project with another source than the one that was compiled; in a module that is not compiled itself."""
    source = project / "models" / "state.py"
    before = source.read_bytes()
    source.write_bytes(before + b"# changed\n")
    yield project
    source.write_bytes(before)


def test_what_was_built_runs(project: Path) -> None:
    told = python(project, "-m", "app.core")

    assert (told.returncode, told.stdout) == (0, "compiled\n")


def test_a_build_of_other_sources_does_not_run_and_the_mend_is_said(changed: Path) -> None:
    told = python(changed, "-m", "app.core")

    assert (told.returncode, told.stdout) == (1, "pure, as the compiled one is of other sources: make compile\n")


def test_both_cores_make_the_same_bytes(project: Path) -> None:
    """States, alerts, dead letters, counts, public profiles, of streams that look for trouble and of real texts."""
    pure, compiled = (
        python(project, "-m", "benchmarks.on_core", core, "tests.core.told_by_core", str(SEED))
        for core in ("pure", "compiled")
    )

    assert pure.returncode == 0, pure.stderr
    assert compiled.returncode == 0, compiled.stderr
    assert len(pure.stdout.splitlines()) > 100
    assert compiled.stdout.splitlines() == pure.stdout.splitlines()


def test_the_suites_hold_on_the_compiled_core(project: Path) -> None:
    told = python(project, "-m", "tests.core.compiled_pytest", "-q", "-x", "-p", "no:cacheprovider", *SUITES)

    assert told.returncode == 0, told.stdout[-5000:] + told.stderr[-2000:]
    assert " passed" in told.stdout


def test_every_module_that_is_compiled_exists_and_stands_once() -> None:
    assert [module for module in MODULES if not (ROOT / f"{module.replace('.', '/')}.py").is_file()] == []
    assert list(MODULES) == sorted(set(MODULES))
