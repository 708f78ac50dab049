"""A profile in words for people; `kanarya profile` writes it with `show`, from the public profile at the time asked."""

from collections.abc import Mapping
from typing import Any

from app.cli import output


def show(view: Mapping[str, Any]) -> None:
    """Write a profile; rows with nothing to tell are left out."""
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
        *_negative_row(view["last_negative"]),
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
        "satisfaction": [_satisfaction(each) for each in view["satisfaction"]],
        "orders": [", ".join([f"placed {totals['placed']}", *money])] if totals["placed"] else [],
        "recent orders": [_order(each) for each in view["orders"]["recent"]],
        "deliveries": [_delivery(each) for each in view["orders"]["open_deliveries"]],
        "would recommend": [f"{sort} {each['value']} of 10 ({each['at']})" for sort, each in nps.items() if each],
        "feeling": [f"recent {felt['recent']}, baseline {felt['baseline']}, n {felt['n']}"] if felt["n"] else [],
        "thanks due": [f"{each['reason']} {each['value'] or ''}".strip() for each in view["appreciation_due"]],
        "segments": [f"{each['segment']} ({each['entered_at']})" for each in view["segments"] if each["member"]],
    }
    return [(name, ", ".join(parts)) for name, parts in told.items() if parts]


def _days(tenure_days: int | None) -> str:
    return "" if tenure_days is None else f", {tenure_days} d"


def _negative_row(last: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    return [] if last is None else [("last negative", f"{last['kind']} by {last['channel']} {last['at']}")]


def _case(case: Mapping[str, Any]) -> str:
    told = [f"{case['kind']} {case['at']}"]
    if case["issue"]:
        told.append(f"issue {case['issue']}")
    if case["contacts"]:
        told.append(f"contacts {case['contacts']} by {' '.join(case['channels'])}")
    if case["promised_at"]:
        told.append(_promise(case["promised_at"], late=case["promise_late"]))
    return f"{case['case_id']} ({', '.join(told)})"


def _satisfaction(of: Mapping[str, Any]) -> str:
    trend = "" if of["trend"] is None else f", trend {of['trend']:+}"
    return f"{of['product']} {of['metric']} {of['mean']} of 5 (n {of['n']}{trend})"


def _order(order: Mapping[str, Any]) -> str:
    money = [str(order[name]) for name in ("value", "currency") if order[name]]
    return " ".join([output.shown(order["order_id"]), *money, f"({', '.join(order['kinds'])} {order['at']})"])


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
            [_preferred(one) for one in view["preferred_channels"]],
        ),
        ("effort", [f"{effort['index']} of 100", *(f"{part['part']} {part['n']}" for part in effort["parts"])]),
        ("preferences", [f"{one['name']} {output.shown(one['value'])}" for one in view["preferences"]]),
        ("interests", [f"{one['name']} ({one['source']})" for one in view["interests"]]),
        ("consents", [f"{one['purpose']} {'yes' if one['granted'] else 'no'}" for one in view["consents"]]),
        ("ids", [f"{kind} {one['value']}" for kind, of in view["ids"].items() for one in of]),
    ]
    return [(name, ", ".join(told)) for name, told in rows if told]


def _preferred(one: Mapping[str, Any]) -> str:
    how = one["source"] if one["source"] == "stated" else f"observed, confidence {one['confidence']}, n {one['n']}"
    return f"{one['channel']} for {one['purpose']} ({how})"


def _show_windows(windows: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    for metric, spans in windows.items():
        told = [f"{span}: {_told(values)}" for span, values in spans.items()]
        output.line(f"{metric}  " + "  |  ".join(told))


def _told(values: Mapping[str, Any]) -> str:
    """A window's figures; one that reaches back beyond the first touchpoint is not complete."""
    told = " ".join(f"{name} {output.shown(value)}" for name, value in values.items() if name != "complete")
    return told if values["complete"] else f"{told} (incomplete)"


def _place(entry: Mapping[str, Any]) -> str:
    return f"{entry['topic']}[{entry['partition']}]@{entry['offset']}"
