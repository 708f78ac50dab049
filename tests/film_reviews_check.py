"""Recomputes from the raw film reviews who is at risk and when, and compares with the alerts of a run.

    python tests/film_reviews_check.py REVIEWS.jsonl.gz OUT/alerts.jsonl

A second opinion of its own: nothing of the product is imported. A review is a rating of 1 to 10 at the start of its
UTC day on one channel, so of the risk table only `negative_experience` and `satisfaction` can give points; the texts
are Korean and without weight here. Exit 1, with the first differences, when the two disagree.
"""

import gzip
import json
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

DAY = 1.0  # times are whole days here: nothing finer is known of a review
REMINDERS = (3, 6, 12, 24, 48)


def score(day: int, ratings: dict[tuple[int, str], int]) -> int:
    """Risk on a day, from the ratings so far: low ones count once a UTC day, and the newest rating by itself."""
    low_days = sorted({day for (day, _), rating in ratings.items() if rating <= 3})[-16:]
    c: float = sum(2.0 ** (-(day - low) / 45) for low in low_days)
    negative: float = 40 * min(c, 1) + 30 * min(max(c - 1, 0), 1) + 15 * min(max(c - 2, 0), 1)
    newest = max(ratings)
    dissatisfied: float = 12 * 2.0 ** (-(day - newest[0]) / 30) if ratings[newest] <= 3 else 0
    return round(negative) + round(dissatisfied)


def expected(reviews: list[dict[str, object]]) -> list[tuple[str, str, int, str]]:
    """(change, level, score, day) of every alert that one customer's reviews, in file order, must give."""
    alerts: list[tuple[str, str, int, str]] = []
    ratings: dict[tuple[int, str], int] = {}
    level, ended, published, reminders = "", -9, 0, 0
    for review in reviews:
        day = date.fromisoformat(str(review["date"])).toordinal()
        ratings[day, str(review["review_id"])] = int(str(review["rating"]))
        points, change = score(day, ratings), ""
        wanted = "critical" if points >= 80 else "at_risk"
        if not level and points >= 60:
            change, level = "reopened" if day - ended < DAY else "opened", wanted
        elif level and points < 45:
            change = "resolved"
        elif level == "at_risk" and points >= 80:
            change, level = "raised", "critical"
        elif level == "critical" and points < 65:
            change, level = "lowered", "at_risk"
        elif level and day - published >= REMINDERS[min(reminders, 4)]:
            change = "reminded"
        if change:
            alerts.append((change, level, points, f"{review['date']}T00:00:00.000Z"))
            published, reminders = day, reminders + 1 if change == "reminded" else 0
        if change == "resolved":
            level, ended = "", day
    return alerts


def differences(reviews_path: str, alerts_path: str) -> list[str]:
    """What the run and the recomputation say differently, as lines; empty when they agree."""
    reviews: dict[str, list[dict[str, object]]] = defaultdict(list)
    with gzip.open(reviews_path, "rt", encoding="utf-8") as lines:
        for line in lines:
            review = json.loads(line)
            reviews[review["customer"]].append(review)
    wanted = {(customer, *alert) for customer, own in reviews.items() for alert in expected(own)}
    found: dict[tuple[str, str, str, int, str], set[str]] = defaultdict(set)
    with Path(alerts_path).open(encoding="utf-8") as lines:
        for line in lines:
            alert = json.loads(line)
            found[tuple(alert[name] for name in ("customer_id", "change", "level", "score", "as_of"))].add(alert["id"])
    content = {customer for customer, own in reviews.items() if all(int(str(each["rating"])) >= 8 for each in own)}
    said = [f"missing: {each}" for each in sorted(wanted - found.keys())]
    said += [f"not expected: {each}" for each in sorted(found.keys() - wanted)]
    said += [f"two alerts of one step: {each}" for each, ids in sorted(found.items()) if len(ids) > 1]
    said += [f"content and alerted: {each}" for each in sorted(content & {each[0] for each in found})]
    print(f"{len(reviews)} customers, {len(content)} content; {len(wanted)} alerts expected, {len(found)} found")
    return said


if __name__ == "__main__":
    told = differences(*sys.argv[1:3])
    print("\n".join(told[:20]) or "agreed")
    sys.exit(bool(told))
