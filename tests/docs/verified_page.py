"""The section "Verified" of docs/guarantees.md out of the results that `kanarya verify --out docs/verified` left.

`python -m tests.docs.verified_page` writes it; `test_verified_page` fails when it is not what this makes. Of each
fault the newest result counts, a long one before a short one.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "guarantees.md"
RESULTS = DOCS / "verified"
TITLE = "## Verified"
HEAD = """\
Made by `python -m tests.docs.verified_page` from the results in `docs/verified/`; [verify.md](verify.md) says what a run does, what each column means, and how to repeat it, on a cluster of yours too.
"""  # noqa: E501 - a paragraph of the page is a line
COLUMNS = (
    "row", "fault", "when, with which seed", "broker, machine", "records", "hits", "lost", "twice", "profiles",
    "2 payloads", "alerts missing", "extra", "dead letters", "books", "applied", "caught up", "waited", "p99", "",
)  # fmt: skip
_SECTION = re.compile(rf"^{TITLE}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def page() -> str:
    """The whole page with the section made anew."""
    return _SECTION.sub(lambda _: section(documents()), PAGE.read_text())


def documents() -> list[dict[str, Any]]:
    """All results, oldest first."""
    found = [json.loads(path.read_bytes()) for path in RESULTS.glob("*.json")]
    return sorted(found, key=lambda document: str(document["at"]))


def section(found: Iterable[dict[str, Any]]) -> str:
    """Title, table, and the commands that repeat each run."""
    chosen = newest(found)
    if not chosen:
        return f"{TITLE}\n{HEAD}\nNo run is recorded yet.\n\n"
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_row(document, result) for document, result in chosen)]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    repeats = "".join(f"    {line}\n" for line in dict.fromkeys(map(_repeat, chosen)))
    return f"{TITLE}\n{HEAD}\n{table}\nThe same again:\n\n{repeats}\n"


def newest(found: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(document, result) of each fault, by rows of the matrix."""
    by_fault: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for document in found:
        for result in document["results"]:
            before = by_fault.get(result["fault"])
            if before is None or (before[1]["set"], result["set"]) != ("long", "short"):
                by_fault[result["fault"]] = document, result
    return sorted(by_fault.values(), key=lambda each: (each[1]["rows"], each[1]["fault"]))


def _row(document: dict[str, Any], result: dict[str, Any]) -> tuple[str, ...]:
    verdict = result["verdict"]
    names = ("lost", "counted_twice", "profiles_differ", "two_payloads", "alerts_missing", "alerts_extra")
    counts = ["-"] * (len(names) + 2)
    if verdict is not None:
        books = verdict["books"]
        nowhere = books["produced"] - books["touchpoints"] - books["duplicates"] - books["dead_letters"]
        counts = [*(str(verdict[name]) for name in names), f"{verdict['dead_letters']}/{verdict['bad']}", str(nowhere)]
    produced = result["events"] if verdict is None else verdict["produced"]
    slowest = result["slowest"]
    times = (slowest["applied_s"], slowest["caught_up_s"], slowest["waited_s"], result["applied_p99_s"])
    return (
        ", ".join(map(str, result["rows"])),
        f"`{result['fault']}`",
        f"{document['at'][:10]}, {result['seed']}",
        f"{result['broker']}, {document['machine']}",
        f"{produced:,}",
        str(len(result["hits"])),
        *counts,
        *("-" if each is None else f"{each:.1f} s" for each in times),
        "passed" if result["passed"] else "**failed**",
    )


def _repeat(chosen: tuple[dict[str, Any], dict[str, Any]]) -> str:
    """One fault alone: it strikes over the same records as among others."""
    document, result = chosen
    kept = re.sub(r" --fault \S+", "", str(document["repeat"])).removeprefix("kanarya verify")
    return f"kanarya verify --fault {result['fault']}{kept}"


def lines(text: str) -> Iterator[str]:
    """The rows of the table in a section."""
    return (line for line in text.splitlines() if line.startswith("| "))


if __name__ == "__main__":
    PAGE.write_text(page())
