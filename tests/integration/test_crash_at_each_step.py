"""Workers die one after the other, each right behind another step of a batch; the one that lives finds it all."""

import json
import os
import signal
from collections.abc import Callable

import pytest

from app.catalogue import alerts, changelog
from app.dev.simulate.record import Record
from app.settings import Settings
from models.codec import decode_outbox, is_outbox_key
from tests.integration.dying_worker import PARTLY, PROFILES, STATES, STEPS
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.patience import LONG_S
from tests.integration.verdict import assert_exact
from tests.integration.workers import SESSION_S, Workers

RECORDS = 3600
SCRIPT = ("-m", "tests.integration.dying_worker")
DEAD_S = SESSION_S if os.environ.get("KANARYA_TEST_BROKER") else 1.0
"""They do not live long enough to need more."""
CUT = {"fetch_bytes": 65_536}
"""One batch's states take several RecordBatches, as `dying_worker` makes these small."""


def test_whatever_step_a_worker_dies_behind_the_next_one_goes_on_exactly(
    settings: Settings,
    workers: Workers,
    feed: Feed,
    simulated: Callable[[int], list[Record]],
    request: pytest.FixtureRequest,
) -> None:
    """The embedded broker sees two of them only: whenever a worker comes, it lets three seconds go by."""
    steps = (STATES, PROFILES) if "embedded" in request.node.callspec.id else STEPS
    records = simulated(RECORDS)
    size = RECORDS // (len(steps) + 1)
    for number, step in enumerate(steps):
        feed.send(settings.inputs[0], records[number * size : (number + 1) * size])
        dying = workers.start(*SCRIPT, step, session_timeout_s=DEAD_S, **(CUT if step == PARTLY else {}))
        assert dying.child.wait(LONG_S) == -signal.SIGKILL, f"behind {step}: {dying.child.last_lines(20)}"
        if step == STATES:
            assert left_over(settings), "alerts stand in the outbox and nowhere else"
    feed.send(settings.inputs[0], records[len(steps) * size :])
    survivor = workers.start()
    with committed(settings) as group:
        group.reach(feed.ends)
    survivor.stop()

    assert not left_over(settings)
    assert_exact(settings, feed)


def left_over(settings: Settings) -> set[str]:
    """Ids of alerts that are in the changelog, not deleted there, and not published."""
    outbox: dict[tuple[int, bytes], str] = {}
    for each in read(settings.broker, changelog(settings)):
        key = each.place[1], each.key or b""
        if is_outbox_key(key[1]):
            outbox.pop(key, None)
            if each.value:
                outbox[key] = json.loads(decode_outbox(each.value)[1])["id"]
    published = {json.loads(each.value or b"null")["id"] for each in read(settings.broker, alerts(settings))}
    return set(outbox.values()) - published
