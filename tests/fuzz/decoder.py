"""Fuzzes the decoder with atheris: bytes that its coverage steers, as value, key and headers of a record.

    python -m tests.fuzz.decoder -runs=20000 -seed=1

`make fuzz` and tests/fuzz/test_decoder.py run it. The rest of the command line is libFuzzer's. What it finds it prints,
with the bytes, and ends with another exit code than 0.
"""

import sys
from typing import Final

import atheris

with atheris.instrument_imports(include=["models"]):
    from agents.batch import batch_of
    from agents.fold import fold_batch
    from agents.folded import Rules
    from models.alert_record import Place
    from models.envelope import decode
    from models.policy import Policy
    from models.sentiment import built_in
    from models.touchpoint import Touchpoint
    from tests.fuzz.judge import judge, record_of

RULES: Final = Rules(Policy(), built_in(), "fuzz")


def one(data: bytes) -> None:
    """One record: judged without an exception, alike twice, and folded without a failure."""
    record = record_of(data)
    told = decode(record.key, record.value, record.headers, record.timestamp)
    judge(record, told, decode(record.key, record.value, record.headers, record.timestamp))
    if isinstance(told, Touchpoint):
        folded = fold_batch(batch_of("t", 0, [record]), 0, Place(0, ("t",)), 1, RULES, lambda keys: [None] * len(keys))
        assert folded.books.applied == 1, folded.reasons


def main() -> None:
    """Until libFuzzer has had its runs."""
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
