"""The closing figures are what they are defined to be."""

import ast
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from app.dev.demo import reader, tail
from app.dev.demo.feed import Feeder
from app.dev.demo.progress import Progress
from app.dev.demo.reader import Outcome
from app.dev.demo.show import show_summary
from app.dev.demo.summary import as_dict, percentile, summarize, write_files
from app.dev.demo.tail import Tail
from app.dev.simulate.manifest import Manifest

KEYS = [
    *("seed", "produced", "applied", "rejected", "duplicates", "replayed", "restarts", "profiles", "alerts"),
    *("lost", "counted_twice", "events_per_second", "event_to_alert_ms"),
]


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [
        ([], 0.5, None),
        ([3.14159], 0.99, 3.1),
        ([1.0, 2.0], 0.5, 1.0),
        ([float(n) for n in range(1, 101)], 0.5, 50.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 102)], 0.99, 100.0),
    ],
)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[float], share: float, wanted: float | None
) -> None:
    assert percentile(values, share) == wanted


def run(touchpoints: dict[str, int]) -> tuple[Any, Outcome, Tail]:
    """A summary over a run of 4 expected touchpoints of two customers and two alerts."""
    feeder = cast("Feeder", SimpleNamespace(acked=[{0: 10.0, 1: 10.5}, {3: 11.0}]))
    seen = {"x": (10.7, {"partition": 0, "offset": 1}), "y": (11.1, {"partition": 1, "offset": 3})}
    followed = cast("Tail", SimpleNamespace(seen=seen, values=[b'{"id":"x"}', b'{"id":"y"}', b'{"id":"x"}']))
    outcome = Outcome(
        profiles={customer: b'{"customer_id":"%s"}' % customer.encode() for customer in touchpoints},
        touchpoints=touchpoints,
        duplicates=2,
        rejected={("in", 0, 7): {"reason": "not_json", "value": "ä"}},
    )
    manifest = Manifest(touchpoints={"a": 3, "b": 1}, produced=7)
    summary = summarize(
        seed=7,
        manifest=manifest,
        outcome=outcome,
        feeder=feeder,
        tail=followed,
        replayed=5,
        restarts=1,
        took_s=2.0,
    )
    return summary, outcome, followed


def test_the_summary_has_exactly_the_documented_keys_and_figures() -> None:
    summary, _, _ = run({"a": 3, "b": 1})

    assert list(as_dict(summary)) == KEYS
    assert as_dict(summary) == {
        "seed": 7,
        "produced": 7,
        "applied": 4,
        "rejected": 1,
        "duplicates": 2,
        "replayed": 5,
        "restarts": 1,
        "profiles": 2,
        "alerts": 2,
        "lost": 0,
        "counted_twice": 0,
        "events_per_second": 3.5,
        "event_to_alert_ms": {"p50": 100.0, "p99": 200.0},
    }
    assert summary.exact


@pytest.mark.parametrize("touchpoints", [{"a": 2, "b": 2}, {"a": 3}, {"a": 3, "b": 1, "c": 1}])
def test_a_run_that_lost_or_counted_twice_is_not_exact_even_when_the_totals_agree(touchpoints: dict[str, int]) -> None:
    summary, _, _ = run(touchpoints)

    assert not summary.exact


def test_files_hold_the_bytes_of_the_records_redeliveries_included(tmp_path: Path) -> None:
    summary, outcome, followed = run({"b": 1, "a": 3})

    write_files(tmp_path / "new", summary, outcome, followed)

    assert (tmp_path / "new/alerts.jsonl").read_bytes() == b'{"id":"x"}\n{"id":"y"}\n{"id":"x"}\n'
    assert (tmp_path / "new/profiles.jsonl").read_bytes() == b'{"customer_id":"a"}\n{"customer_id":"b"}\n'
    assert json.loads((tmp_path / "new/rejected.jsonl").read_bytes()) == {"reason": "not_json", "value": "ä"}
    assert json.loads((tmp_path / "new/summary.json").read_bytes()) == as_dict(summary)


def printed(width: int = 80) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, width=width), stream


def test_a_run_without_alerts_has_dashes_for_its_latency() -> None:
    summary, _, _ = run({"a": 3, "b": 1})
    summary.event_to_alert_ms.p50 = summary.event_to_alert_ms.p99 = None
    console, stream = printed()

    show_summary(console, summary)

    assert "event to alert p50 -, p99 -\n" in stream.getvalue()


def test_the_verdict_is_plain() -> None:
    good, _, _ = run({"a": 3, "b": 1})
    bad, _, _ = run({"a": 4})
    console, stream = printed()

    show_summary(console, good)
    assert "nothing lost, nothing counted twice" in stream.getvalue()
    show_summary(console, bad)
    assert "NOT EXACT" in stream.getvalue()


def test_without_a_terminal_progress_is_a_line_a_phase_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(10) as progress:
        progress.begin("feeding")
        progress.show(5, 3, 1)
        progress.begin("the end")

    out, err = capsys.readouterr()
    assert out == ""
    assert err == "kanarya: feeding, 0 of 10, 0 s\nkanarya: the end, 3 of 10, 0 s\n"


def test_the_reader_shares_no_code_with_the_worker() -> None:
    """Its imports and those of what it imports: aiokafka and the standard library."""
    for module in (reader, tail):
        assert module.__file__ is not None
        tree = ast.parse(Path(module.__file__).read_text())
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        own = {name for name in imported if name and name.split(".")[0] in ("app", "agents", "models")}
        assert own <= {"app.dev.demo.tail"}
