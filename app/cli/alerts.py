"""`kanarya alerts`: the alert topic, for a person or for a program."""

import orjson
from rich.console import Console

from app import catalogue
from app.cli import output
from app.cli.alert_line import show_alert
from app.cli.failure import DONE, on_kafka
from app.cli.options import DEFAULTS, Options
from app.partitioner import partition_of
from app.reading.records import records
from app.settings import Settings
from app.topics import partitions_of


def alerts(
    *,
    follow: bool = False,
    from_beginning: bool = False,
    customer: str | None = None,
    json: bool = False,
    options: Options = DEFAULTS,
) -> int:
    """Show every alert that the topic holds; with --follow, wait for new ones until Ctrl-C.

    Alerts of one customer come in order; partitions are read side by side, so those of different customers come in
    none. An alert may be published again after a crash, with the same id.

    Args:
        follow: Show alerts as they are published.
        from_beginning: With --follow, show the ones that are there first.
        customer: Only those of the customer with this id.
        json: One JSON document a line, the record values as they are.
    """
    settings = options.settings()
    try:
        first = from_beginning or not follow
        on_kafka(settings, _show(settings, follow=follow, from_beginning=first, customer=customer, json=json))
    except KeyboardInterrupt:
        if not follow:
            raise
    return DONE


async def _show(settings: Settings, *, follow: bool, from_beginning: bool, customer: str | None, json: bool) -> None:
    console = Console()
    topic = catalogue.alerts(settings)
    key = customer.encode() if customer is not None else None
    partition = partition_of(key, await partitions_of(settings, topic)) if key is not None else None
    async for record in records(settings, topic, partition=partition, follow=follow, from_beginning=from_beginning):
        if record.value is None or (key is not None and record.key != key):
            continue
        if json:
            output.raw_line(record.value)
        else:
            show_alert(console, orjson.loads(record.value))
