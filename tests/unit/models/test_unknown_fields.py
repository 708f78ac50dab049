"""Fields that no touchpoint has are counted, in whichever envelope."""

import pytest

from models.envelope.unknown import unknown_fields


@pytest.mark.parametrize(
    ("value", "n"),
    [
        (b'{"id":"1","time":1,"channel":"web","kind":"visit","attributes":{"any":1}}', 0),
        (b'{"id":"1","chanel":"web","colour":"red"}', 2),
        (b'{"specversion":"1.0","id":"1","traceparent":"x","data":{"kind":"visit","sentimnt":1}}', 1),
        (b'{"specversion":"1.0","id":"1"}', 0),
        (b"[1]", 0),
        (b"\xff", 0),
        (b"", 0),
        (None, 0),
    ],
)
def test_unknown_fields_of_the_touchpoint_are_counted_and_those_of_the_envelope_are_not(
    value: bytes | None, n: int
) -> None:
    assert unknown_fields(value) == n
