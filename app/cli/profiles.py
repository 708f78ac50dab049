"""`kanarya profiles dump`: the newest public profile of every customer."""

import orjson
from cyclopts import App

from app import catalogue
from app.cli import output
from app.cli.failure import DONE, on_kafka
from app.cli.options import DEFAULTS, Options
from app.reading.records import records
from app.settings import Settings

app = App(name="profiles", help="All public profiles.")


@app.command
def dump(*, json: bool = False, options: Options = DEFAULTS) -> int:
    """Write the newest public profile of each customer, as of the customer's newest touchpoint.

    Args:
        json: One JSON document a line, the record values as they are.
    """
    settings = options.settings()
    newest = on_kafka(settings, _newest(settings))
    if json:
        for value in newest.values():
            output.raw_line(value)
        return DONE
    rows = [("customer", "risk", "level", "stage", "touchpoints", "last seen")]
    for value in newest.values():
        view = orjson.loads(value)
        risk = view["risk"]
        seen = view["last_seen_at"]
        rows.append(
            (view["customer_id"], str(risk["score"]), risk["level"], view["stage"], str(view["touchpoints"]), seen)
        )
    output.columns(rows)
    return DONE


async def _newest(settings: Settings) -> dict[bytes, bytes]:
    """Key -> value; a null value removes the customer."""
    newest: dict[bytes, bytes] = {}
    async for record in records(settings, catalogue.profiles(settings)):
        if record.value is None:
            newest.pop(record.key, None)
        else:
            newest[record.key] = record.value
    return newest
