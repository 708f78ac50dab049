"""The patches fit the code as it is, and the command that runs them tells caught from not caught."""

import ast
from pathlib import Path

import pytest

from tests.mutations.__main__ import main
from tests.mutations.patches import ROOT, Mutation, mutations, why_not_applied

HELD = "tests/engine/test_frontier_and_pressure.py::test_nothing_is_committed_past_a_batch_that_is_not_done"
FRONTIER = """\
--- a/app/engine/frontier.py
+++ b/app/engine/frontier.py
@@ -37,5 +37,5 @@
     def done(self, ticket: Ticket) -> None:
         \"\"\"Everything that follows from the batch is durable; batches may be done in any order.\"\"\"
-        {old}
+        {new}
         waiting = self._open.get(ticket.tp)
         while waiting and waiting[0].done:
"""
DONE = "ticket.done = True"


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_every_patch_still_applies(mutation: Mutation) -> None:
    why = why_not_applied(mutation, ROOT)

    assert not why, f"make the patch anew for the code as it is, or drop it if it means nothing any more: {why}"


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_every_patch_names_tests_that_there_are(mutation: Mutation) -> None:
    for test in mutation.tests:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_quick_mutations_are_caught_by_the_tests_they_name(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("commit_past_the_frontier", "truncated_topic_accepted")

    code = main([argument for name in names for argument in ("--only", name)])

    out = capsys.readouterr().out
    assert code == 0, out
    assert all(f"{name}: caught by test_" in out for name in names)
    assert "2 of 2 mutations caught, 0 wrong" in out


def test_what_is_not_caught_does_not_apply_or_does_not_run_is_told_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {
        "harmless": (DONE, f"{DONE}  # and nothing else"),
        "of_older_code": ("ticket.done = bool(1)", DONE),
        "that_does_not_parse": (DONE, "ticket.done = = True"),
        "that_does_not_run": (DONE, "ticket.done = Treu"),
        "that_breaks_it": (DONE, "self._ready[ticket.tp] = ticket.last_offset + 1"),
    }
    for name, (old, new) in made.items():
        patch = f"# It is {name}. Caught by {HELD}\n{FRONTIER.format(old=old, new=new)}"
        (tmp_path / f"{name}.patch").write_text(patch)

    code = main(["--folder", str(tmp_path)])

    out = capsys.readouterr().out
    said = {line.split("] ")[1].split(": ")[0]: line for line in out.splitlines() if line.startswith("[")}
    assert code == 1, out
    assert f"NOT CAUGHT by {HELD}" in said["harmless"]
    assert "NO LONGER APPLIES" in said["of_older_code"]
    assert "BROKEN CODE" in said["that_does_not_parse"]
    assert "BROKEN CODE" in said["that_does_not_run"]
    assert "NameError" in said["that_does_not_run"]
    assert "caught by test_nothing_is_committed_past" in said["that_breaks_it"]
    assert "1 of 5 mutations caught, 4 wrong" in out


def test_tests_that_fail_without_any_patch_prove_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = FRONTIER.format(old=DONE, new="pass")
    (tmp_path / "breaks.patch").write_text(f"# It breaks. Caught by {HELD}_at_all\n{patch}")

    assert main(["--folder", str(tmp_path)]) == 1

    out = capsys.readouterr().out
    assert f"{HELD}_at_all: not found, or skipped" in out
    assert "caught by" not in out


@pytest.mark.parametrize("head", ["It breaks. Caught by tests/a.py::b", "# It breaks", "# It breaks. Caught by a test"])
def test_a_patch_that_does_not_say_what_it_breaks_is_refused(
    tmp_path: Path, head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wordless.patch").write_text(f"{head}\n{FRONTIER}")

    with pytest.raises(SystemExit, match="2"):
        main(["--folder", str(tmp_path)])

    assert "wordless.patch: its first line must be" in capsys.readouterr().err


def test_a_mutation_that_there_is_not_is_a_mistake_of_the_caller(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "no_such"])

    assert "no such mutation: no_such; there are ack_before_changelog" in capsys.readouterr().err
