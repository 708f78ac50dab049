"""Recomputes from the raw film reviews who is at risk and when, and compares with the alerts of a run.

    python tests/film_reviews_check.py REVIEWS.jsonl.gz OUT/alerts.jsonl

A second opinion of its own: of the product only the built-in scorer is asked, for the number and the signals of each
text, as the check is about what follows from them. A review is a rating of 1 to 10 at the start of its UTC day on one
channel, so of the risk table only `negative_experience`, `satisfaction`, `sentiment_fall` and the four reasons of words
can give points. Exit 1, with the first differences, when the two disagree.
"""

import gzip
import json
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

from models.sentiment import Scored, built_in

DAY = 1.0  # times are whole days here: nothing finer is known of a review
REMINDERS = (3, 6, 12, 24, 48)
LANGUAGE = "ko"
LANDMARK = date(2020, 1, 1).toordinal()
WORDS = (
    ("human_wanted", 6, 14, {"human_wanted"}),
    ("legal_threat", 15, 30, {"legal"}),
    ("competitor", 8, 30, {"competitor"}),
    ("cancellation", 10, 30, {"cancel"}),
)
"""Rule, points, half-life in days, signals."""
SCORER = built_in()


class Customer:
    """What one customer's reviews so far come to."""

    def __init__(self) -> None:
        self.ratings: dict[tuple[int, str], int] = {}
        self.low_days: set[int] = set()
        self.feelings = 0
        self.means = {14: (0.0, 0.0), 90: (0.0, 0.0)}
        """Half-life -> decayed sum of feelings and of weights, the weight of day d being 2 ** ((d - LANDMARK) / H)."""
        self.words: dict[str, list[int]] = {rule: [] for rule, *_ in WORDS}

    def take(self, day: int, id_: str, rating: int, scored: Scored) -> None:
        self.ratings[day, id_] = rating
        if rating <= 3 or (scored.hits and scored.score_milli <= -400 and rating < 8):
            self.low_days.add(day)
        if scored.hits:
            self.feelings += 1
            for half_life, (values, weights) in self.means.items():
                weight = 2.0 ** ((day - LANDMARK) / half_life)
                self.means[half_life] = values + scored.score_milli / 1000 * weight, weights + weight
        for rule, _, _, signals in WORDS:
            if signals & set(scored.signals) or (
                rule == "competitor" and scored.score_milli < 0 and "price" in scored.signals
            ):
                self.words[rule] = sorted([*self.words[rule], day])[-4:]

    def points(self, day: int) -> int:
        """Risk on a day: low ratings and bad texts count once a UTC day, and the newest rating by itself."""
        c: float = sum(2.0 ** (-(day - low) / 45) for low in sorted(self.low_days)[-16:])
        parts: list[float] = [40 * min(c, 1) + 30 * min(max(c - 1, 0), 1) + 15 * min(max(c - 2, 0), 1)]
        newest = max(self.ratings)
        parts.append(12 * 2.0 ** (-(day - newest[0]) / 30) if self.ratings[newest] <= 3 else 0)
        if self.feelings >= 3:
            recent, usual = (values / weights for values, weights in self.means.values())
            parts.append(15 * min(max((usual - recent) / 0.5, 0), 1))
        for rule, most, half_life, _ in WORDS:
            parts.append(most * min(sum(2.0 ** (-(day - said) / half_life) for said in self.words[rule]), 1))
        return min(100, sum(map(round, parts)))


def expected(reviews: list[dict[str, object]]) -> list[tuple[str, str, int, str]]:
    """(change, level, score, day) of every alert that one customer's reviews, in file order, must give."""
    alerts: list[tuple[str, str, int, str]] = []
    customer = Customer()
    level, ended, published, reminders = "", -9, 0, 0
    for review in reviews:
        day = date.fromisoformat(str(review["date"])).toordinal()
        (scored,) = SCORER.score_many([str(review["text"])], [LANGUAGE])
        customer.take(day, str(review["review_id"]), int(str(review["rating"])), scored)
        points, change = customer.points(day), ""
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
