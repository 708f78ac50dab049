"""The decoder under atheris for a number of runs, from a printed seed; and the judge of its verdicts, judged itself."""

import importlib.util
import platform
import re
import sys
from pathlib import Path

import pytest

from models.envelope import decode
from models.touchpoint import Rejected
from tests.fuzz.judge import BINARY, OWN_KEY, judge, record_of
from tests.fuzz.run import fuzz
from tests.fuzz.seeds import seeds
from tests.records import KEY, touchpoint, valid

RUNS = 10_000
HAS_WHEEL = sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 15)
"""As the group `fuzz` of pyproject.toml says. Where there is one the lock installs it: a missing one is a failure."""


@pytest.mark.skipif(not HAS_WHEEL, reason="atheris has wheels for Linux on x86_64 only")
def test_ten_thousand_inputs_are_judged_rightly(seed: int, tmp_path: Path) -> None:
    print(f"seed {seed}")
    assert importlib.util.find_spec("atheris") is not None, "make install brings atheris on this platform"

    done = fuzz(seed, f"-runs={RUNS}", tmp_path)

    assert done.returncode == 0, done.stderr[-4000:]
    assert f"Done {RUNS} runs" in done.stderr
    reached = [int(count) for count in re.findall(r"cov: (\d+)", done.stderr)]
    assert reached[-1] > 500, "coverage of the decoder steers it"


def test_every_seed_is_judged_rightly() -> None:
    for seed in seeds():
        record = record_of(seed)
        told = decode(record.key, record.value, record.headers, record.timestamp)
        judge(record, told, told)


def test_a_value_that_its_name_hides_is_judged_too() -> None:
    hidden = b'{"text": "\\ud83d", "text": "hello"}'
    record = record_of(b"\0" + hidden)
    told = decode(record.key, record.value, record.headers, record.timestamp)

    assert told == Rejected("not_utf8", "value: an escape of half a surrogate pair")
    judge(record, told, told)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b"{}", Rejected("not_json", "value: empty")),
        (b"{", Rejected("missing_field", "id: required")),
        (b'{"a":"\\ud800"}', Rejected("missing_field", "id: required")),
        (b"[" * 201 + b"]" * 201, Rejected("not_an_object", "value: expected a JSON object")),
        (b"{}", Rejected("missing_field", "id: \n")),
        (b"{", touchpoint(valid())),
        (b'{"a":NaN}', touchpoint(valid())),
    ],
)
def test_the_judge_sees_a_wrong_verdict(value: bytes, told: object) -> None:
    with pytest.raises(AssertionError):
        judge(record_of(b"\0" + value), told, told)  # type: ignore[arg-type]


def test_the_first_byte_says_what_else_of_a_record_is_made_of_the_input() -> None:
    assert record_of(b"") == record_of(b"\0")
    assert record_of(bytes([OWN_KEY, 2]) + b"ab{}").key == b"ab"
    assert record_of(bytes([BINARY]) + b"{}").headers == [("ce_specversion", b"1.0")]
    assert record_of(b"\0{}").key == KEY.encode()
