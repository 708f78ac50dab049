"""Which core runs: only a build of the very sources, and never one half of a process."""

import sys
from pathlib import Path

import pytest

from app.core.build import BuildError, build, main
from app.core.choice import CompiledCore, choose, fitting, is_stale, running
from app.core.sources import MODULES, build_name, builds
from models import decay


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Packages with one source each."""
    for source in ("models/state.py", "models/risk/reasons.py", "agents/fold.py", "app/core/choice.py"):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text("one = 1\n")
    (tmp_path / "app" / "core" / "attributes.h").write_text("/* */\n")
    return tmp_path


def put(root: Path, name: str) -> Path:
    folder = builds(root) / name
    folder.mkdir(parents=True)
    return folder


def test_without_a_build_python_runs(root: Path) -> None:
    assert fitting(root) is None
    assert not is_stale(root)


@pytest.mark.parametrize(
    "source",
    ["models/state.py", "models/risk/reasons.py", "agents/fold.py", "app/core/choice.py", "app/core/attributes.h"],
)
def test_a_build_fits_until_any_source_changes(root: Path, source: str) -> None:
    folder = put(root, build_name(root))
    assert fitting(root) == folder
    assert not is_stale(root)

    (root / source).write_text("two = 2\n")

    assert fitting(root) is None
    assert is_stale(root)


def test_a_new_source_and_a_renamed_one_are_other_sources(root: Path) -> None:
    names = {build_name(root)}
    (root / "models" / "risk" / "reasons.py").rename(root / "models" / "risk" / "rules.py")
    names.add(build_name(root))
    (root / "models" / "new.py").write_text("")
    names.add(build_name(root))

    assert len(names) == 3


def test_the_name_tells_the_python_it_is_for(root: Path) -> None:
    assert f"-{sys.version_info[0]}{sys.version_info[1]}" in build_name(root)


def test_what_is_in_a_build_is_not_a_source(root: Path) -> None:
    before = build_name(root)
    (put(root, before) / "module.py").write_text("")

    assert build_name(root) == before


def test_a_process_that_has_imported_a_module_stays_pure(root: Path) -> None:
    put(root, build_name(root))
    before = list(sys.meta_path)

    assert "models.decay" in {*MODULES} & {*sys.modules}
    assert (choose(root), running()) == ("pure", "pure")
    assert sys.meta_path == before


def test_the_finder_finds_its_own_modules_only(tmp_path: Path) -> None:
    file = tmp_path / "decay.so"
    finder = CompiledCore({decay.__name__: file})

    found = finder.find_spec("models.decay", None)
    assert found is not None
    assert found.origin == str(file)
    assert finder.find_spec("models.state", None) is None


def test_a_build_says_first_what_it_does_and_then_why_nothing_came_of_it(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(root)]) == 1

    out, err = capsys.readouterr()
    assert out == f"compiling {len(MODULES)} modules, about a minute; warnings do no harm\n"
    assert err.startswith(f"the core was not compiled: {root} does not hold the same sources as ")
    assert err.endswith("; without that it runs as Python\n")


def test_nothing_is_built_for_other_sources(root: Path) -> None:
    with pytest.raises(BuildError, match="does not hold the same sources"):
        build(root)
