"""`kanarya profile ID`: one customer, from the workers' own state, evaluated anew for the time asked."""

import time
from datetime import datetime
from typing import Final

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.cli.profile_text import show
from app.policy_file import read_policy
from app.reading.state import Found, read_state
from app.scorer import read_scorer
from models import public_profile
from models.codec import StateError
from models.instant import rfc3339

_NEWEST: Final = "newest"
"""For --at: when the customer's newest touchpoint happened."""


def profile(customer_id: str, *, at: str | None = None, json: bool = False, options: Options = DEFAULTS) -> int:
    """Show one customer: risk and why, windows, open cases, what happened last. No text of theirs is stored.

    Windows, stage and risk are those of the time asked, all else is as of the newest touchpoint.

    Args:
        customer_id: As the record key of the customer's touchpoints.
        at: RFC 3339 time with offset, not before the customer's newest touchpoint; or `newest`, the time of that
            touchpoint, as the profiles topic has it; now by default.
        json: One JSON document, shaped as on the profiles topic.
    """
    settings = options.settings()
    policy, scorer = read_policy(settings.policy), read_scorer(settings)
    asked_ms = _epoch_ms(at) if at and at != _NEWEST else None
    try:
        found = on_kafka(settings, read_state(settings, customer_id))
    except StateError as error:
        raise CommandError(f"the state cannot be read: {error}") from error
    if found is None:
        raise CommandError(
            "nothing is known of this customer: no touchpoint has been applied, or its producer does not place keys "
            "by murmur2 (`kanarya alerts` and the profiles topic would still show it)",
            FOUND_WRONG,
        )
    at_ms = found.profile.as_of_ms if at == _NEWEST else _not_before(found, asked_ms)
    view = public_profile.view(found.profile, found.place, policy, scorer.name, at_ms)
    if json:
        output.json_document(view)
    else:
        show(view)
    return DONE


def _epoch_ms(at: str) -> int:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            f"--at {at}: must be an RFC 3339 time with its offset: 2026-01-31T12:00:00Z, or newest", CALLED_WRONG
        )
    return int(moment.timestamp() * 1000)


def _not_before(found: Found, asked_ms: int | None) -> int:
    """The time to evaluate at. Only an explicit time can be too early: a producer's clock may run ahead of ours."""
    as_of_ms = found.profile.as_of_ms
    if asked_ms is None:
        return max(as_of_ms, time.time_ns() // 1_000_000)
    if asked_ms < as_of_ms:
        raise CommandError(
            f"--at is before this customer's newest touchpoint, {rfc3339(as_of_ms)}: earlier states are not kept",
            CALLED_WRONG,
        )
    return asked_ms
