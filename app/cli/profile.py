"""`kanarya profile ID`: one customer, from the workers' own state, evaluated anew for the time asked."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, on_kafka
from app.cli.options import DEFAULTS, Options
from app.policy_file import read_policy
from app.reading.state import Found, read_state
from models import public_profile
from models.codec import StateError
from models.instant import rfc3339
from models.sentiment import built_in


def profile(customer_id: str, *, at: str | None = None, json: bool = False, options: Options = DEFAULTS) -> int:
    """Show one customer: risk and why, windows, open cases, what happened last. No text of theirs is stored.

    Windows, stage and risk are those of the time asked, all else is as of the newest touchpoint.

    Args:
        customer_id: As the record key of the customer's touchpoints.
        at: RFC 3339 time with offset, not before the customer's newest touchpoint; now by default.
        json: One JSON document, shaped as on the profiles topic.
    """
    settings = options.settings()
    policy = read_policy(settings.policy)
    asked_ms = _epoch_ms(at) if at else None
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
    at_ms = _not_before(found, asked_ms)
    view = public_profile.view(found.profile, found.place, policy, built_in().name, at_ms)
    if json:
        output.json_document(view)
    else:
        _show(view)
    return DONE


def _epoch_ms(at: str) -> int:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"--at {at}: must be an RFC 3339 time with its offset: 2026-01-31T12:00:00Z", CALLED_WRONG)
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


def _show(view: Mapping[str, Any]) -> None:
    risk = view["risk"]
    output.line(
        f"{view['customer_id']}  {view['stage']}  risk {risk['score']} ({risk['level']})  as of {view['as_of']}"
    )
    for reason in risk["reasons"]:
        output.line(f"  {reason['points']:+4d}  {reason['rule']}: {reason['text']}")
    rows = [
        ("touchpoints", f"{view['touchpoints']}, duplicates {view['duplicates']}"),
        ("seen", f"{view['first_seen_at']} to {view['last_seen_at']}"),
        ("stage since", view["stage_entered_at"]),
        ("customer since", output.shown(view["customer_since"]) + _days(view["tenure_days"])),
        ("contacts", ", ".join(f"{channel} {n}" for channel, n in view["contacts"].items()) or "-"),
        ("open cases", ", ".join(_case(case) for case in view["open_cases"]) or "-"),
        *_relation_rows(view),
    ]
    output.columns(rows + _care(view))
    _show_windows(view["windows"])
    if view["timeline"]:
        output.line("newest touchpoints")
        output.columns([(f"  {each['at']}", each["kind"], each["channel"], _place(each)) for each in view["timeline"]])


def _relation_rows(view: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is there of orders, feelings, thanks due and segments; what is not takes no line."""
    totals, nps, felt = view["orders"]["totals"], view["relationship"]["nps"], view["relationship"]["sentiment"]
    money = [f"{sums['placed']} {currency}" for currency, sums in totals["money"].items()]
    told = {
        "orders": [", ".join([f"placed {totals['placed']}", *money])] if totals["placed"] else [],
        "deliveries": [_delivery(each) for each in view["orders"]["open_deliveries"]],
        "would recommend": [f"{sort} {each['value']} of 10 ({each['at']})" for sort, each in nps.items() if each],
        "feeling": [f"recent {felt['recent']}, baseline {felt['baseline']}, n {felt['n']}"] if felt["n"] else [],
        "thanks due": [f"{each['reason']} {each['value'] or ''}".strip() for each in view["appreciation_due"]],
        "segments": [f"{each['segment']} ({each['entered_at']})" for each in view["segments"] if each["member"]],
    }
    return [(name, ", ".join(parts)) for name, parts in told.items() if parts]


def _days(tenure_days: int | None) -> str:
    return "" if tenure_days is None else f", {tenure_days} d"


def _case(case: Mapping[str, Any]) -> str:
    promised = f", {_promise(case['promised_at'], late=case['promise_late'])}" if case["promised_at"] else ""
    return f"{case['case_id']} ({case['kind']} {case['at']}{promised})"


def _delivery(delivery: Mapping[str, Any]) -> str:
    return f"{delivery['order_id']} ({_promise(delivery['promised_at'], late=delivery['late'])})"


def _promise(promised_at: str | None, *, late: bool) -> str:
    if promised_at is None:
        return "nothing promised"
    return f"promised {promised_at}{', late' if late else ''}"


def _care(view: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where to meet the customer, what it took them, what they wish; rows with nothing are left out."""
    effort = view["effort"]
    rows = [
        (
            "preferred",
            [f"{one['channel']} for {one['purpose']} ({one['source']})" for one in view["preferred_channels"]],
        ),
        ("effort", [f"{effort['index']} of 100", *(f"{part['part']} {part['n']}" for part in effort["parts"])]),
        ("preferences", [f"{one['name']} {output.shown(one['value'])}" for one in view["preferences"]]),
        ("interests", [f"{one['name']} ({one['source']})" for one in view["interests"]]),
        ("consents", [f"{one['purpose']} {'yes' if one['granted'] else 'no'}" for one in view["consents"]]),
        ("ids", [f"{kind} {one['value']}" for kind, of in view["ids"].items() for one in of]),
    ]
    return [(name, ", ".join(told)) for name, told in rows if told]


def _show_windows(windows: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    for metric, spans in windows.items():
        told = [f"{span}: {_told(values)}" for span, values in spans.items()]
        output.line(f"{metric}  " + "  |  ".join(told))


def _told(values: Mapping[str, Any]) -> str:
    return " ".join(f"{name} {output.shown(value)}" for name, value in values.items() if name != "complete")


def _place(entry: Mapping[str, Any]) -> str:
    return f"{entry['topic']}[{entry['partition']}]@{entry['offset']}"
