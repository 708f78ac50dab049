"""`make test-mutations`: break Kanarya in each way that a patch here describes, and see that its tests notice.

Each patch is applied to a copy of the working tree in a temporary folder, and the tests that it names are run there.
They must pass without the patch, and each of them must fail with it, by a wrong result. Exit codes: 0 all are caught,
1 one is not, 2 called wrong.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutations.patches import FOLDER, Mutation, applied, copy_tree, mutations, why_not_applied
from tests.mutations.verdict import run_tests


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("make test-mutations", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="this one only; may be given again")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the patches lie")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="how many at a time")
    told = parser.parse_args(arguments)
    try:
        found = mutations(told.folder)
    except ValueError as error:
        parser.error(str(error))
    unknown = set(told.only or ()) - {each.name for each in found}
    if unknown:
        parser.error(f"no such mutation: {', '.join(sorted(unknown))}; there are {', '.join(m.name for m in found)}")
    found = [each for each in found if not told.only or each.name in told.only]
    if told.list:
        for each in found:
            print(f"{each.name}: {each.breaks}")
            print(*(f"    {test}" for test in each.tests), sep="\n")
        return 0
    return _run(found, max(1, told.jobs))


def _run(found: list[Mutation], jobs: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kanarya-mutations-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(min(jobs, len(found))):
            trees.put(copy_tree(Path(folder) / f"tree-{number}"))
        if not _pass_unbroken(found, trees):
            return 1
        wrong = 0
        for number, (mutation, caught, line) in enumerate(_judged(found, trees), 1):
            wrong += not caught
            print(f"[{number:2}/{len(found)}] {mutation.name}: {line}", flush=True)
    took_s = time.monotonic() - began
    print(f"{len(found) - wrong} of {len(found)} mutations caught, {wrong} wrong, in {took_s:.0f} s")
    return 1 if wrong else 0


def _pass_unbroken(found: list[Mutation], trees: "SimpleQueue[Path]") -> bool:
    """Whether every named test passes without a patch; else that one fails says nothing."""
    tests = sorted({test for mutation in found for test in mutation.tests})
    tree = trees.get()
    run = run_tests(tree, tests)
    trees.put(tree)
    bad = [test for test in tests if test not in run.passed]
    if not bad:
        print(f"unbroken: {len(tests)} tests pass in {run.took_s:.0f} s", flush=True)
        return True
    print("unbroken: these tests do not pass without any patch, so nothing can be told by them:")
    for test in bad:
        print(f"    {test}: {run.failed.get(test) or run.slips.get(test) or 'not found, or skipped'}")
    print(run.last_lines)
    return False


def _judged(found: list[Mutation], trees: "SimpleQueue[Path]") -> Iterator[tuple[Mutation, bool, str]]:
    """(mutation, caught, what is said of it), in the order of `found`."""

    def judge(mutation: Mutation) -> tuple[Mutation, bool, str]:
        tree = trees.get()
        try:
            return mutation, *_judge(mutation, tree)
        finally:
            trees.put(tree)

    with ThreadPoolExecutor(trees.qsize()) as threads:
        yield from threads.map(judge, found)


def _judge(mutation: Mutation, tree: Path) -> tuple[bool, str]:
    why_not = why_not_applied(mutation, tree)
    if why_not:
        return False, f"NO LONGER APPLIES: {why_not.partition(chr(10))[0]}; make the patch anew, or drop it"
    with applied(mutation, tree):
        run = run_tests(tree, mutation.tests)
    caught = [test for test in mutation.tests if test in run.failed]
    missed = [test for test in mutation.tests if test not in run.failed]
    if run.slips and not caught:
        where, why = next(iter(run.slips.items()))
        return False, f"BROKEN CODE or no end, not a caught wrong result: {where}: {why}"
    if missed:
        return False, f"NOT CAUGHT by {', '.join(missed)}. It breaks: {mutation.breaks}"
    return True, f"caught by {', '.join(test.partition('::')[2] for test in caught)} in {run.took_s:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
