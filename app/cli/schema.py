"""`kanarya schema NAME`: what goes in and comes out, as documents; docs/schema and docs/events.md hold the same."""

from typing import Literal

from app.cli import output
from app.cli.failure import CALLED_WRONG, CommandError
from app.cli.options import DEFAULTS, Options
from app.contract.asyncapi import asyncapi
from app.contract.events_page import page
from app.contract.json_schemas import published


def schema(
    name: Literal["touchpoint", "alert", "profile", "asyncapi"],
    *,
    reference_page: bool = False,
    options: Options = DEFAULTS,
) -> None:
    """Print the JSON Schema (2020-12) of what goes in or comes out, or all of it as one AsyncAPI document.

    Args:
        name: touchpoint goes in; alert and profile come out; asyncapi (3.1) has every topic with its records.
        reference_page: Print the reference page of touchpoints, docs/events.md, instead.
    """
    if reference_page:
        if name != "touchpoint":
            raise CommandError("--reference-page is that of touchpoint", CALLED_WRONG)
        output.block(page().rstrip())
    elif name == "asyncapi":
        output.json_document(asyncapi(options.load().settings))
    else:
        output.json_document(published(name))
