"""Only one of a kind has a noun without an s, and the commands' counts say so."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from app.cli.produce_notes import about_bad
from app.counted import counted
from app.dev.demo.show import show_summary
from app.dev.demo.summary import Latency, Summary
from app.doctor import books, group, inputs
from app.doctor.inputs import Sample
from app.settings import Settings
from app.verify.books import Books


@pytest.mark.parametrize(("count", "said"), [(0, "0 records"), (1, "1 record"), (2, "2 records")])
def test_only_one_is_said_without_an_s(count: int, said: str) -> None:
    assert counted(count, "record") == said


def test_a_noun_may_have_a_plural_of_its_own_and_thousands_be_parted() -> None:
    assert counted(1, "line is", "lines are") == "1 line is"
    assert counted(12_000, "line is", "lines are", form=",") == "12,000 lines are"


def test_the_books_name_one_duplicate_and_two_dead_letters() -> None:
    account = books.Account(0, produced=5, touchpoints=2, duplicates=1, dead_letters=2)
    told = books.judged([account], letters_cut=False, start="earliest").what

    assert told == "the books are closed: 5 produced = 2 in profiles + 1 duplicate + 2 dead letters"
    assert Books(5, 1, 2, 1).told() == "5 produced, 1 touchpoint in profiles, 2 duplicates, 1 dead letter"


def test_the_doctor_speaks_of_one_record_one_key_and_one_worker() -> None:
    one = Sample("t", kept=1, newest_ms=1000, keys=1)

    assert inputs.placement([one], Settings()).what == "1 key sampled, where murmur2 puts it"
    assert group.judged(Settings(), 1, 1, [], {}).what == "group kanarya has 1 worker, 1 record behind and moving"
    assert group.judged(Settings(), 0, 1, [], {}).why == "1 record waits"
    assert group.judged(Settings(), 0, 2, [], {}).why == "2 records wait"


def test_one_bad_line_is_mended_alone() -> None:
    kept = Path("bad.csv")

    assert about_bad(1, kept, sent=3) == "1 bad, kept in bad.csv: mend it there and send that file"
    assert (about_bad(2, kept, sent=None) or "").startswith("2 bad, kept in bad.csv: mend them there and send both")


def test_the_demo_has_killed_its_worker_once() -> None:
    stream = io.StringIO()
    figures = dict.fromkeys(("applied", "rejected", "duplicates", "replayed", "profiles", "alerts"), 1)
    latency = Latency(None, None)
    summary = Summary(
        seed=None, produced=1, restarts=1, lost=0, counted_twice=0, events_per_second=1.0, event_to_alert_ms=latency,
        **figures,
    )  # fmt: skip

    show_summary(Console(file=stream, width=200), summary)

    assert "\n1 record fed, the worker killed and restarted once: nothing lost" in stream.getvalue()
