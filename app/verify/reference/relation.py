"""How the customer feels about the company and its products, and when thanks are due.

`profile` calls these.
"""

from calendar import isleap
from datetime import UTC, datetime, timedelta
from typing import Any

from app.verify.reference.decay import mean
from app.verify.reference.facts import Lists, ascending
from app.verify.reference.stage import customer_since_ms
from app.verify.reference.touchpoints import EPOCH, Touch, is_answer, order_key, rfc3339
from app.verify.reference.windows import on_scale

DAY_MS = 24 * 60 * 60 * 1000
SHOWN_PRODUCTS = 5
LEAST_FOR_A_TREND = 4
ANNIVERSARIES = [1, 2, 3, 5, 10, 15, 20, 25]
ROUND_ORDERS = [10, 25, 50, 100]
DUE_DAYS = 30


def satisfaction(facts: Lists) -> list[dict[str, Any]]:
    """Per product and metric what the kept csat and rating answers say, the one answered last first."""
    answers = [touch for touch in facts["answers"] if touch["metric"] in ("csat", "rating") and touch["product"]]
    rows: list[dict[str, Any]] = []
    for product, metric in dict.fromkeys((answer["product"], answer["metric"]) for answer in reversed(answers)):
        given = [answer for answer in answers if (answer["product"], answer["metric"]) == (product, metric)]
        rows.append(
            {
                "product": product,
                "metric": metric,
                "mean": on_scale(given, 1, 5),
                "n": len(given),
                "last_at": rfc3339(given[-1]["at_ms"]),
                "trend": trend([answer["x"] for answer in given]),
            }
        )
    shown = list(dict.fromkeys(row["product"] for row in rows))[:SHOWN_PRODUCTS]
    return [row for row in rows if row["product"] in shown]


def trend(xs: list[int]) -> float | None:
    """How much better the newer half is than the older one, on the scale of 1-5; the one in the middle is neither."""
    if len(xs) < LEAST_FOR_A_TREND:
        return None
    half = len(xs) // 2
    older, newer = xs[:half], xs[len(xs) - half :]
    return round((sum(newer) - sum(older)) / half * 4 / 1_000_000, 4)


def relationship(touches: list[Touch]) -> dict[str, Any]:
    """Would they recommend us, and how do they feel of late beside how they usually do."""
    newest: dict[str, Any] = {"relationship": None, "transactional": None}
    for touch in ascending([touch for touch in touches if is_answer(touch) and touch["metric"] == "nps"]):
        about = any(touch[name] is not None for name in ("case_id", "order_id", "product", "issue"))
        value = {"value": touch["x"] // 100_000, "at": rfc3339(touch["at_ms"])}
        newest["transactional" if about else "relationship"] = value
    felt = [(touch["at_ms"], touch["feeling"]) for touch in touches if touch["feeling"] is not None]
    means = [round(float(mean(felt, days * DAY_MS)) / 1000, 4) if felt else None for days in (14, 90)]
    return {"nps": newest, "sentiment": {"recent": means[0], "baseline": means[1], "n": len(felt)}}


def tenure_days(touches: list[Touch], at_ms: int) -> int | None:
    """Whole days as a customer."""
    since_ms = customer_since_ms(touches)
    return None if since_ms is None else max(0, (at_ms - since_ms) // DAY_MS)


def anniversary_ms(since_ms: int, years: int) -> int:
    """The same day of a later year; who came on 29 February celebrates on 1 March where there is none."""
    since = EPOCH + timedelta(milliseconds=since_ms)
    leap_day = (since.month, since.day) == (2, 29) and not isleap(since.year + years)
    month, day_of_month = (3, 1) if leap_day else (since.month, since.day)
    day = datetime(since.year + years, month, day_of_month, tzinfo=UTC)
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + (since - midnight) - EPOCH) // timedelta(milliseconds=1)


def appreciation_due(touches: list[Touch], facts: Lists, firing: bool, at_ms: int) -> list[dict[str, Any]]:
    """Reasons to say thank you that are less than 30 days old; none in the middle of trouble."""
    reached: list[tuple[int, str, int | None]] = []
    since_ms = customer_since_ms(touches)
    if since_ms is not None:
        reached += [(anniversary_ms(since_ms, years), "tenure", years) for years in ANNIVERSARIES]
    placed = ascending([touch for touch in touches if touch["kind"] == "order_placed"])
    if len(placed) in ROUND_ORDERS:
        reached.append((placed[-1]["at_ms"], "orders", len(placed)))
    healed = [
        answer
        for answer in facts["satisfied"]
        if any(0 <= answer["at_ms"] - case["at_ms"] <= 14 * DAY_MS for case in facts["resolved"])
    ]
    if healed and facts["negatives"] and order_key(facts["negatives"][-1]) < order_key(healed[-1]):
        reached.append((healed[-1]["at_ms"], "recovered", None))
    due = [(ms, reason, value) for ms, reason, value in reached if 0 <= at_ms - ms < DUE_DAYS * DAY_MS and not firing]
    return [{"reason": reason, "value": value, "at": rfc3339(ms)} for ms, reason, value in sorted(due, key=str)]
