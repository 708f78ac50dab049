"""Headers of dead letters: what is added, what stays, and what the reader makes of them."""

import struct

import pytest

from models.dead_letter import (
    DeadLetter,
    dead_letter_headers,
    parse_dead_letter,
    provenance,
    redriven,
    without_value,
)
from models.touchpoint import Rejected

REJECTED = Rejected("missing_field", "score.min: required")
OWN: list[tuple[str, bytes | None]] = [("traceparent", b"00-ab"), ("x", None), ("x", b"\xff\0"), ("ce_id", b"1")]


def letter(
    headers: list[tuple[str, bytes | None]], offset: int = 5_000_000_000, rejected: Rejected = REJECTED
) -> list[tuple[str, bytes | None]]:
    """Headers of a dead letter from partition 3 of `in`."""
    return dead_letter_headers(rejected, "in", 3, offset, 1_790_000_000_000, headers, "kanarya")


def test_the_records_own_headers_come_first_and_unchanged() -> None:
    assert letter(OWN)[: len(OWN)] == OWN


def test_both_families_of_names_say_where_the_record_came_from() -> None:
    assert dict(letter([])) == {
        "__streams.errors.exception": b"kanarya.missing_field",
        "__streams.errors.message": b"missing_field: score.min: required",
        "__streams.errors.stacktrace": b"",
        "__streams.errors.topic": b"in",
        "__streams.errors.partition": b"3",
        "__streams.errors.offset": b"5000000000",
        "kafka_dlt-original-topic": b"in",
        "kafka_dlt-original-partition": b"\0\0\0\x03",
        "kafka_dlt-original-offset": struct.pack(">q", 5_000_000_000),
        "kafka_dlt-original-timestamp": struct.pack(">q", 1_790_000_000_000),
        "kafka_dlt-original-timestamp-type": b"CreateTime",
        "kafka_dlt-original-consumer-group": b"kanarya",
        "kafka_dlt-exception-fqcn": b"kanarya.missing_field",
        "kafka_dlt-exception-message": b"missing_field: score.min: required",
        "kafka_dlt-exception-stacktrace": b"",
        "kanarya-reason": b"missing_field",
        "kanarya-detail": b"score.min: required",
        "kanarya-redrives": b"0",
    }


@pytest.mark.parametrize(("kafkas", "name"), [(0, b"CreateTime"), (1, b"LogAppendTime"), (-1, b"CreateTime")])
def test_the_type_of_the_timestamp_is_told(kafkas: int, name: bytes) -> None:
    headers = dead_letter_headers(REJECTED, "in", 3, 7, 1_790_000_000_000, [], "kanarya", timestamp_type=kafkas)

    assert dict(headers)["kafka_dlt-original-timestamp-type"] == name


def test_a_letter_without_its_value_says_so_in_the_detail_alone() -> None:
    whole = letter(OWN, offset=7)
    cut = without_value(whole, 3_000_000)

    detail = "score.min: required; the value is left out, as key and value are 3000000 bytes: it stands at in[3]@7"
    assert parse_dead_letter(cut).detail == detail
    assert [header for header in cut if header[0] != "kanarya-detail"] == [
        header for header in whole if header[0] != "kanarya-detail"
    ]
    assert provenance(whole) == letter([], offset=7)


def test_a_dead_letter_is_read_back() -> None:
    assert parse_dead_letter(letter(OWN)) == DeadLetter(
        topic="in",
        partition=3,
        offset=5_000_000_000,
        timestamp_ms=1_790_000_000_000,
        reason="missing_field",
        detail="score.min: required",
        redrives=0,
    )


def test_a_record_is_sent_back_with_its_own_headers_the_count_and_where_it_was_rejected() -> None:
    back = redriven(letter(OWN, offset=7))

    assert back == [*OWN, ("kanarya-redrives", b"1"), ("kanarya-redrive-of", b"in[3]@7")]


def test_a_redriven_record_that_is_rejected_again_grows_no_headers_and_keeps_its_count() -> None:
    first = letter(OWN, offset=7)
    second = letter(redriven(first), offset=5_000_000_007, rejected=Rejected("wrong_type", "text: expected string"))
    third = letter(redriven(second), offset=5_000_000_009)

    assert [name for name, _ in second] == [*(name for name, _ in first), "kanarya-redrive-of"]
    assert [name for name, _ in third] == [name for name, _ in second]
    assert third[: len(OWN)] == OWN
    told = parse_dead_letter(second)
    assert (told.offset, told.reason, told.redrives) == (5_000_000_007, "wrong_type", 1)
    assert told.redrive_of == parse_dead_letter(first).source
    told = parse_dead_letter(third)
    assert (told.redrives, told.redrive_of) == (2, "in[3]@5000000007")


def test_a_letter_sent_back_as_it_is_by_another_tool_gets_fresh_headers_and_counts_as_redriven() -> None:
    first = letter(OWN, offset=7)
    second = letter(first, offset=9)

    assert [name for name, _ in second] == [*(name for name, _ in first), "kanarya-redrive-of"]
    told = parse_dead_letter(second)
    assert (told.offset, told.redrives, told.redrive_of) == (9, 1, "in[3]@7")


def test_a_letter_says_whether_its_value_was_left_out() -> None:
    assert not parse_dead_letter(letter(OWN)).lacks_value
    assert parse_dead_letter(without_value(letter(OWN), 3_000_000)).lacks_value


@pytest.mark.parametrize("count", [b"", b"-1", b"x", b"9" * 5000, "٣".encode(), None])
def test_a_count_of_redrives_that_is_none_is_zero(count: bytes | None) -> None:
    assert parse_dead_letter(letter([("kanarya-redrives", count)])).redrives == 0


def test_a_letter_of_kafka_streams_is_read_as_far_as_it_tells() -> None:
    told = parse_dead_letter(
        [
            ("__streams.errors.exception", b"java.lang.RuntimeException"),
            ("__streams.errors.message", b"boom"),
            ("__streams.errors.topic", b"orders"),
            ("__streams.errors.partition", b"2"),
            ("__streams.errors.offset", b"9"),
        ]
    )

    assert told == DeadLetter("orders", 2, 9, -1, "", "boom", 0)


def test_a_letter_of_spring_is_read_as_far_as_it_tells() -> None:
    told = parse_dead_letter(
        [
            ("kafka_dlt-original-topic", b"orders"),
            ("kafka_dlt-original-partition", struct.pack(">i", 2)),
            ("kafka_dlt-original-offset", struct.pack(">q", 9)),
            ("kafka_dlt-original-timestamp", struct.pack(">q", 77)),
            ("kafka_dlt-exception-message", b"boom"),
        ]
    )

    assert told == DeadLetter("orders", 2, 9, 77, "", "boom", 0)


@pytest.mark.parametrize("junk", [b"", b"\xff" * 9, b"12345678901234567890123", None])
def test_headers_that_make_no_sense_are_read_as_nothing(junk: bytes | None) -> None:
    names = [name for name, _ in letter([])]

    told = parse_dead_letter(
        [(name, junk) for name in names if not name.endswith(("topic", "reason", "detail", "message"))]
    )

    assert told == DeadLetter("", -1, -1, -1, "", "", 0)
    assert parse_dead_letter([]) == told
