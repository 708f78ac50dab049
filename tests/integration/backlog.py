"""Catching a worker with work in its hands: states durable, alerts out, offsets not committed, more to come."""

import json

from app.catalogue import alerts
from app.settings import Settings
from tests.integration.librdkafka import watching
from tests.integration.patience import until
from tests.integration.workers import Worker


def until_alerted(settings: Settings, worker: Worker, behind: dict[tuple[str, int], int]) -> None:
    """Return at once when the worker has published an alert whose trigger lies at or behind an offset of `behind`.

    The trigger's offset is committed later, when the public profiles are out: half of `profile_delay_s` or more.
    """
    with watching(settings.broker, alerts(settings)) as published:

        def is_new() -> bool:
            assert worker.child.running, worker.child.last_lines(20)
            triggers = [json.loads(each.value or b"null")["trigger"] for each in published()]
            return any(each["offset"] >= behind.get((each["topic"], each["partition"]), 0) for each in triggers)

        until(is_new, "an alert from the newer records")
