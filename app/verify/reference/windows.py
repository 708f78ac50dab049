"""The rolling windows, counted anew from every touchpoint of the customer, thinned ones included.

`profile` and `episodes` call `windows`. A window at `as_of` holds the touchpoints whose bucket number lies in
(b(as_of) - N, b(as_of)]; shares and means have four decimals and are null over nothing.
"""

from fractions import Fraction
from typing import Any

from app.verify.reference.touchpoints import (
    Touch,
    is_answer,
    is_contact,
    is_dissatisfied,
    is_long_wait,
    is_negative,
    is_satisfied,
)

MINUTE_MS = 60 * 1000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

SPANS = {
    "1h": (5 * MINUTE_MS, 12, HOUR_MS),
    "24h": (HOUR_MS, 24, DAY_MS),
    "7d": (DAY_MS, 7, 7 * DAY_MS),
    "30d": (DAY_MS, 30, 30 * DAY_MS),
}
"""Name -> width of a bucket, number of buckets, length."""
METRICS = ["contacts", "sentiment", "csat", "rating", "nps", "ces", "negatives", "wait", "effort"]
LONGEST_WAIT_S = 7 * 24 * 60 * 60


def belongs(touch: Touch, metric: str) -> bool:
    """Whether the touchpoint counts for a metric."""
    if metric == "contacts":
        return is_contact(touch)
    if metric == "sentiment":
        return touch["feeling"] is not None
    if metric == "negatives":
        return is_negative(touch)
    if metric == "wait":
        return touch["wait_s"] is not None
    if metric == "effort":
        return touch["kind"] in ("case_transferred", "case_reopened") or is_long_wait(touch)
    return is_answer(touch) and touch["metric"] == metric


def four(value: Fraction) -> float:
    """Four decimals."""
    return round(float(value), 4)


def share(part: list[bool]) -> float | None:
    """How many of them are true, 0..1."""
    return four(Fraction(sum(part), len(part))) if part else None


def on_scale(answers: list[Touch], low: int, high: int) -> float | None:
    """The mean answer as it would read on a scale from low to high."""
    if not answers:
        return None
    return four(low + Fraction(high - low) * sum(answer["x"] for answer in answers) / (1_000_000 * len(answers)))


def measure(inside: list[Touch], metric: str) -> dict[str, Any]:
    """The numbers of one metric over the touchpoints inside one window."""
    n = len(inside)
    if metric == "sentiment":
        mean = four(Fraction(sum(touch["feeling"] for touch in inside), 1000 * n)) if n else None
        return {"n": n, "mean": mean}
    if metric in ("csat", "rating"):
        return {"n": n, "mean": on_scale(inside, 1, 5), "top2": share([is_satisfied(touch) for touch in inside])}
    if metric == "nps":
        promoters = sum(is_satisfied(touch) for touch in inside)
        detractors = sum(is_dissatisfied(touch) for touch in inside)
        score = four(Fraction(100 * (promoters - detractors), n)) if n else None
        return {"n": n, "promoters": promoters, "detractors": detractors, "score": score}
    if metric == "ces":
        return {"n": n, "mean": on_scale(inside, 1, 7), "agree": share([touch["x"] >= 666_667 for touch in inside])}
    if metric == "wait":
        waited_ms = sum(round(min(touch["wait_s"], LONGEST_WAIT_S) * 1000) for touch in inside)
        long = sum(is_long_wait(touch) for touch in inside)
        return {"n": n, "mean": four(Fraction(waited_ms, 1000 * n)) if n else None, "long": long}
    if metric == "effort":
        kinds = [touch["kind"] for touch in inside]
        return {"n": n, "transfers": kinds.count("case_transferred"), "reopens": kinds.count("case_reopened")}
    return {"n": n}


def windows(touches: list[Touch], as_of_ms: int) -> dict[str, dict[str, dict[str, Any]]]:
    """{metric: {span: numbers}}; a metric with nothing over 30 days is left out."""
    first_ms = min(touch["at_ms"] for touch in touches)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for metric in METRICS:
        belonging = [touch for touch in touches if belongs(touch, metric)]
        spans = {}
        for name, (width_ms, count, span_ms) in SPANS.items():
            newest = as_of_ms // width_ms
            inside = [touch for touch in belonging if newest - count < touch["at_ms"] // width_ms <= newest]
            spans[name] = measure(inside, metric) | {"complete": as_of_ms - first_ms >= span_ms}
        if spans["30d"]["n"] > 0:
            found[metric] = spans
    return found
