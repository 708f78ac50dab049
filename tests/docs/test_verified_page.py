"""The section of the guarantees with the runs of `kanarya verify` is made of their results."""

from typing import Any

from tests.docs.verified_page import PAGE, lines, page, section


def test_the_section_is_up_to_date() -> None:
    """After a new result in docs/verified: python -m tests.docs.verified_page"""
    assert PAGE.read_text() == page()


def document(at: str, size: str, *, lost: int = 0) -> dict[str, Any]:
    names = ("counted_twice", "profiles_differ", "two_payloads", "alerts_missing", "alerts_extra")
    books = {"produced": 1000, "touchpoints": 990, "duplicates": 5, "dead_letters": 5}
    verdict = {"produced": 1000, "bad": 5, "dead_letters": 5, "books": books, "lost": lost}
    result = {
        "fault": "sigkill", "rows": [2], "seed": 7, "broker": "Apache Kafka 4.3.1", "set": size, "events": 1000,
        "hits": [{}], "verdict": verdict | dict.fromkeys(names, 0),
        "slowest": {"applied_s": 8.25, "caught_up_s": None, "waited_s": 9.5},
        "applied_p99_s": 0.2, "passed": not lost,
    }  # fmt: skip
    repeat = f"kanarya verify --fault steady --fault sigkill --size {size} --seed 7 --kafka"
    return {"at": at, "machine": "Linux x86_64, 2 CPUs", "repeat": repeat, "results": [result]}


def test_a_row_has_the_figures_and_the_command_that_repeats_them() -> None:
    text = section([document("2026-11-01T000000Z", "long")])
    *_, row = lines(text)

    assert row == (
        "| 2 | `sigkill` | 2026-11-01, 7 | Apache Kafka 4.3.1, Linux x86_64, 2 CPUs | 1,000 | 1 | 0 | 0 | 0 | 0 | 0 | 0"
        " | 5/5 | 0 | 8.2 s | - | 9.5 s | 0.2 s | passed |"
    )
    assert "    kanarya verify --fault sigkill --size long --seed 7 --kafka\n" in text


def test_the_newest_result_counts_and_a_long_one_before_a_short_one() -> None:
    runs = [document("2026-11-01", "long"), document("2026-11-02", "long", lost=3), document("2026-11-03", "short")]
    *_, row = lines(section(runs))

    assert "2026-11-02" in row
    assert row.endswith("**failed** |")
