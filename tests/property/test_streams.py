"""The streams find what they look for: each change, rule, stage and kind of trouble occurs in them."""

from collections import Counter

from app.verify.reference.replay import replay
from app.verify.reference.touchpoints import feeling
from tests.happenings import TEXTS, read_signals
from tests.streams import stream


def test_shorter_stream_is_the_beginning_of_the_longer() -> None:
    assert stream(3, 40, bad=0.2) == stream(3, 80, bad=0.2)[:40]


def test_streams_meet_every_change_rule_and_stage() -> None:
    changes, rules, stages, troubles = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for seed in range(60):
        outcome = replay(stream(seed, 75, bad=0.05), lambda touch: feeling(touch, TEXTS.__getitem__), read_signals)
        in_a_row: Counter[str] = Counter()
        for alert in outcome.alerts:
            changes[alert["change"]] += 1
            reminded = alert["change"] == "reminded"
            in_a_row[alert["episode_id"]] = in_a_row[alert["episode_id"]] + 1 if reminded else 0
            troubles["third reminder"] += in_a_row[alert["episode_id"]] == 3
            troubles["straight from critical"] += alert["change"] == "resolved" and alert["level"] == "critical"
        troubles["rejected"] += len(outcome.rejected)
        for customer in outcome.customers.values():
            rules.update(r["rule"] for profile in customer.history for r in profile["risk"]["reasons"])
            stages.update(profile["stage"] for profile in customer.history)
            ids = Counter((touch["source"], touch["id"]) for touch in customer.touches)
            times = Counter(touch["at_ms"] for touch in customer.touches)
            troubles["duplicate"] += customer.duplicates
            troubles["retry out of reach"] += sum(n - 1 for n in ids.values())
            troubles["equal time"] += sum(n - 1 for n in times.values())
            for told in customer.history:
                troubles.update(due["reason"] for due in told["appreciation_due"])
                troubles.update(f"late {delivery['late']}" for delivery in told["orders"]["open_deliveries"])
                troubles.update(str(case["promise_late"]) for case in told["open_cases"] if case["promised_at"])
                troubles.update(sort for sort, answer in told["relationship"]["nps"].items() if answer)
                troubles["trend"] += any(product["trend"] for product in told["satisfaction"])
                troubles["four currencies"] += len(told["orders"]["totals"]["money"]) == 4
            troubles["full list"] += any(len(kept) == 16 for kept in customer.facts.lists.values())
    seen = changes | rules | stages | troubles
    assert len(changes) == 6
    assert len(rules) == 17
    assert set(stages) == {"lapsed", "at_risk", "won_back", "anonymous", "lead", "new", "active"}
    assert {"recovered", "tenure", "orders", "late True", "late False", "True", "False"} <= set(troubles)
    assert min(seen.values()) >= 5, seen
