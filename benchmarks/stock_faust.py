"""Stock Faust with a table, as its user guide shows it: the same fold, one event at a time.

The agent calls the functions that Kanarya's worker calls (decode, score, observe, alert, encode), reads the state from
the table and writes it back for every event. It publishes alerts and no public profiles, keeps no outbox and guards
against no replay: all of that would only cost it more.
"""

import asyncio
import sys
import tempfile
from typing import Any

import faust

from benchmarks.adapter import Case, Figures, Watch, measure
from benchmarks.kafka import PARTITIONS, make_topic
from models import alert
from models.alert_record import Place
from models.codec import decode_profile, encode_profile
from models.envelope import decode
from models.policy import Policy
from models.profile import count_duplicate, feeling, fingerprint, is_duplicate, new_profile, observe, wants_score
from models.sentiment import built_in
from models.touchpoint import Rejected

LABEL = "stock Faust, table"
_EVENTS = 60_000
"""A prefix of the topic: some twenty seconds of work."""


def most_events(total: int) -> int:
    """The first part of the topic."""
    return min(total, _EVENTS)


def run(case: Case) -> Figures:
    """Start a worker of a new group and let it fold its events."""
    make_topic(case.broker, _alerts(case.name))
    return measure("stock_faust", case, most_events(case.total))


def _alerts(name: str) -> str:
    return f"stock-{name}-alerts"


def build(broker: str, topic: str, name: str, events: int, done: asyncio.Event) -> faust.App:
    """The app; sets `done` after so many events."""
    app = faust.App(
        f"stock-{name}", broker=f"kafka://{broker}", store="memory://", topic_partitions=PARTITIONS,
        datadir=tempfile.mkdtemp(), web_enabled=False, consumer_auto_offset_reset="earliest",
        key_serializer="raw", value_serializer="raw",
    )  # fmt: skip
    touchpoints = app.topic(topic)
    alerts = app.topic(_alerts(name), partitions=PARTITIONS)
    # The types name the serializer of its changelog; without them it is JSON, and cannot read back what it wrote.
    profiles = app.Table("profiles", partitions=PARTITIONS, default=bytes, key_type=bytes, value_type=bytes)
    policy, scorer = Policy(), built_in()
    watch: Watch | None = None
    seen = 0

    @app.agent(touchpoints)
    async def fold(stream: Any) -> None:
        nonlocal watch, seen
        async for event in stream.events():
            watch = watch or Watch()
            await take(event)
            seen += 1
            if seen == events:
                watch.report(seen)
                done.set()

    async def take(event: Any) -> None:
        message = event.message
        touchpoint = decode(message.key, message.value, (), int(message.timestamp * 1000))
        if isinstance(touchpoint, Rejected):
            return
        touchpoint.offset = message.offset
        state = profiles[message.key]
        customer_id = touchpoint.customer_id
        profile = decode_profile(customer_id, state) if state else new_profile(customer_id)
        mark = fingerprint(touchpoint.source, touchpoint.id)
        if is_duplicate(profile, mark):
            count_duplicate(profile)
            profiles[message.key] = encode_profile(profile, 0)
            return
        scored = None
        if touchpoint.text is not None and wants_score(touchpoint):
            (scored,) = scorer.score_many([touchpoint.text], [touchpoint.language])
        touchpoint.feeling_milli = feeling(touchpoint, scored)
        step = observe(profile, touchpoint, policy, mark)
        profile.offsets[0] = message.offset
        if step is not None:
            told = alert.render(profile, step, Place(message.partition, (topic,)), policy, scorer.name)
            await alerts.send(key=message.key, value=alert.to_json(told))
        profiles[message.key] = encode_profile(profile, 0)

    return app


async def _work(broker: str, topic: str, name: str, events: int) -> None:
    done = asyncio.Event()
    app = build(broker, topic, name, events, done)
    await app.start()
    await done.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
