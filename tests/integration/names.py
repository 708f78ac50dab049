"""Settings under names that no other test uses, so that tests share a broker and never meet."""

import uuid

from app.settings import Settings


def fresh_settings(broker: str) -> Settings:
    """A prefix and a group of its own, four partitions, and timeouts that keep rebalances short."""
    mark = uuid.uuid4().hex[:12]
    return Settings(
        broker=broker,
        topic_prefix=f"t{mark}.",
        group=f"g{mark}",
        partitions=4,
        session_timeout_s=6,
        rebalance_timeout_s=6,
    )


def flags(settings: Settings) -> list[str]:
    """The same settings on a command line."""
    named = ["--broker", settings.broker, "--topic-prefix", settings.topic_prefix, "--group", settings.group]
    others = ("partitions", "session_timeout_s", "rebalance_timeout_s")
    return [*named, *(word for name in others for word in ("--set", f"{name}={getattr(settings, name):g}"))]
