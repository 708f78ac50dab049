"""Catching a worker with work in its hands: states durable, alerts out, offsets not committed, more to come."""

import json

from app.catalogue import alerts
from app.settings import Settings
from tests.integration.librdkafka import watching
from tests.integration.patience import until


def until_alerted(settings: Settings, behind: dict[tuple[str, int], int]) -> None:
    """Return at once when an alert appears whose trigger lies at or behind an offset of `behind`.

    The trigger's offset is committed half a second later at the earliest, when the public profiles are out.
    """
    with watching(settings.broker, alerts(settings)) as published:

        def is_new() -> bool:
            triggers = [json.loads(each.value or b"null")["trigger"] for each in published()]
            return any(each["offset"] >= behind.get((each["topic"], each["partition"]), 0) for each in triggers)

        until(is_new, "an alert from the newer records")
