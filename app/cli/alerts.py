"""`kanarya alerts`: the alert topic, for a person or for a program."""

import orjson
from rich.console import Console

from app import catalogue
from app.cli import output
from app.cli.alert_line import show_alert
from app.cli.failure import DONE, on_kafka
from app.cli.options import DEFAULTS, Options
from app.reading.records import records
from app.settings import Settings


def alerts(
    *, follow: bool = False, from_beginning: bool = False, json: bool = False, options: Options = DEFAULTS
) -> int:
    """Show every alert that the topic holds; with --follow, wait for new ones until Ctrl-C.

    Alerts of one customer come in order. An alert may be published again after a crash, with the same id.

    Args:
        follow: Show alerts as they are published.
        from_beginning: With --follow, show the ones that are there first.
        json: One JSON document a line, the record values as they are.
    """
    settings = options.settings()
    try:
        on_kafka(settings, _show(settings, follow=follow, from_beginning=from_beginning or not follow, json=json))
    except KeyboardInterrupt:
        if not follow:
            raise
    return DONE


async def _show(settings: Settings, *, follow: bool, from_beginning: bool, json: bool) -> None:
    console = Console()
    topic = catalogue.alerts(settings)
    async for record in records(settings, topic, follow=follow, from_beginning=from_beginning):
        if record.value is None:
            continue
        if json:
            output.raw_line(record.value)
        else:
            show_alert(console, orjson.loads(record.value))
