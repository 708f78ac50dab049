"""Records that are no touchpoints: every way in which a producer gets the contract wrong.

`tests.streams.stream` calls `spoilt` for the share of bad records it was asked for.
"""

import json
import random
from collections.abc import Callable
from typing import Any


def spoilt(
    rng: random.Random, customer_id: str, touchpoint: dict[str, Any], sent_ms: int
) -> tuple[bytes | None, bytes | None]:
    """Key and value of a record that must be rejected, made from a good touchpoint sent at `sent_ms`."""
    ways: list[Callable[[], Any]] = [
        lambda: touchpoint.pop("id"),
        lambda: touchpoint.update(id=""),
        lambda: touchpoint.update(id="x" * 129),
        lambda: touchpoint.pop("time"),
        lambda: touchpoint.update(time="yesterday"),
        lambda: touchpoint.update(time="2025-07-01T00:00:00"),
        lambda: touchpoint.update(time=sent_ms // 1000),
        lambda: touchpoint.update(time=sent_ms + 300_001),
        lambda: touchpoint.pop("channel"),
        lambda: touchpoint.pop("kind"),
        lambda: touchpoint.update(kind="dance"),
        lambda: touchpoint.update(customer_id="somebody else"),
        lambda: touchpoint.update(score={"metric": "ces", "value": 3}),
        lambda: touchpoint.update(score={"metric": "csat", "value": 5.01}),
        lambda: touchpoint.update(score={"metric": "nps", "value": 7.5}),
        lambda: touchpoint.update(score={"metric": "rating", "value": 3, "min": 3, "max": 3}),
        lambda: touchpoint.update(score={"metric": "csat", "value": "4"}),
        lambda: touchpoint.update(sentiment=1.01),
    ]
    key, form = customer_id.encode(), rng.random()
    if form < 0.1:
        return key, None
    if form < 0.2:
        return None, json.dumps(touchpoint).encode()
    if form < 0.3:
        return key, rng.choice([b"", b"[]", b"7", b"{", b"\xff\xfe", b'{"id": "a"', b"null"])
    rng.choice(ways)()
    return key, json.dumps(touchpoint).encode()
