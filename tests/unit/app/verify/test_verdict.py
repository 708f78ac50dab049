"""The verdict names each thing that can go wrong, and nothing when all is well."""

import copy
import json
from collections.abc import Callable

import pytest

from agents.folded import Rules
from app.dev.simulate.record import Record
from app.partitioner import partition_of
from app.verify.generate import Mix, generate
from app.verify.outcome import Lying, Outcome
from app.verify.plan import Size, plan
from app.verify.verdict import judge
from models.policy import Policy
from models.sentiment import built_in
from tests.product import Worker

TOPIC = "kanarya.touchpoints"
PARTITIONS = 2
SENT_MS = 1_790_000_000_000


@pytest.fixture(scope="module")
def fed() -> list[Record]:
    return generate(plan("verdict", 7, Size(events=800, per_second=1, hits=0)), Mix(), SENT_MS)


@pytest.fixture(scope="module")
def right(fed: list[Record]) -> Outcome:
    """What the product makes of the records, by its fold alone."""
    outcome = Outcome()
    for partition in range(PARTITIONS):
        here = [record for record in fed if partition_of(record.key or b"", PARTITIONS) == partition]
        lying = [Lying(partition, offset, record.key, record.value, {}, SENT_MS) for offset, record in enumerate(here)]
        outcome.inputs += lying
        rules = Rules(Policy(), built_in(), "test")
        worker = Worker(partition=partition, rules=rules)
        worker.feed([{**each._asdict(), "headers": [], "topic": TOPIC} for each in lying])
        outcome.profiles |= worker.shown()
        outcome.states |= worker.shown().keys()
        outcome.alerts |= {json.loads(alert)["id"]: [alert] for alert in worker.alerts}
        for _, number, offset in worker.dead:
            outcome.dead_letters[number, offset] = here[offset].identity
        outcome.applied[partition] = len(here) - 1
    return outcome


def test_nothing_is_wrong_with_what_the_fold_makes_of_the_records(right: Outcome, fed: list[Record]) -> None:
    verdict = judge(right, fed, TOPIC)

    assert verdict.faults() == []
    assert (verdict.produced, verdict.bad, verdict.dead_letters) == (800, 4, 4)
    assert verdict.alerts > 5
    assert verdict.books.difference == 0
    assert verdict.books.duplicates == 8


def busiest(outcome: Outcome) -> str:
    return max(outcome.profiles, key=lambda each: int(outcome.profiles[each]["touchpoints"]))


def lose(outcome: Outcome) -> None:
    outcome.profiles[busiest(outcome)]["touchpoints"] -= 2


def count_twice(outcome: Outcome) -> None:
    outcome.profiles[busiest(outcome)]["touchpoints"] += 3


def change_a_profile(outcome: Outcome) -> None:
    outcome.profiles[busiest(outcome)]["risk"]["score"] += 1


def deliver_two_payloads(outcome: Outcome) -> None:
    next(iter(outcome.alerts.values())).append(b"{}")


def lose_an_alert(outcome: Outcome) -> None:
    outcome.alerts.popitem()


def invent_an_alert(outcome: Outcome) -> None:
    outcome.alerts["x"] = [b"{}"]


def change_an_alert(outcome: Outcome) -> None:
    payloads = next(iter(outcome.alerts.values()))
    payloads[0] = payloads[0].replace(b'"score":', b'"score":1', 1)


def deliver_the_newest_alert_first(outcome: Outcome) -> None:
    outcome.alerts = dict(reversed(outcome.alerts.items()))


def lose_a_dead_letter(outcome: Outcome) -> None:
    outcome.dead_letters.popitem()


def refuse_a_good_record(outcome: Outcome) -> None:
    good = next((each.partition, each.offset) for each in outcome.inputs if each[:2] not in outcome.dead_letters)
    outcome.dead_letters[good] = "not_json"


def give_another_reason(outcome: Outcome) -> None:
    outcome.dead_letters[next(iter(outcome.dead_letters))] = "handler_error"


def lose_a_state(outcome: Outcome) -> None:
    outcome.states.pop()


def leave_an_alert_behind(outcome: Outcome) -> None:
    outcome.outbox = 1


def fall_behind(outcome: Outcome) -> None:
    outcome.applied[0] -= 1


def lose_a_record(outcome: Outcome) -> None:
    outcome.inputs.pop()


def let_a_stranger_write(outcome: Outcome) -> None:
    outcome.inputs.append(Lying(0, 10**6, b"a", b"b", {}, SENT_MS))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lose, {"lost: 2", "books"}),
        (count_twice, {"counted twice: 3", "books"}),
        (change_a_profile, {"profiles differ: 1"}),
        (deliver_two_payloads, {"two payloads: 1"}),
        (lose_an_alert, {"alerts missing: 1"}),
        (invent_an_alert, {"alerts extra: 1"}),
        (change_an_alert, {"alerts differ: 1"}),
        (deliver_the_newest_alert_first, {"alerts disordered"}),
        (lose_a_dead_letter, {"dead missing: 1", "books"}),
        (refuse_a_good_record, {"dead extra: 1", "books"}),
        (give_another_reason, {"dead wrong: 1"}),
        (lose_a_state, {"states missing: 1"}),
        (leave_an_alert_behind, {"outbox left: 1"}),
        (fall_behind, {"not applied: 1"}),
        (lose_a_record, {"never arrived: 1", "books"}),
        (let_a_stranger_write, {"not ours: 1", "books"}),
    ],
)
def test_each_thing_that_goes_wrong_is_named(
    right: Outcome, fed: list[Record], wrong: Callable[[Outcome], None], named: set[str]
) -> None:
    outcome = copy.deepcopy(right)
    wrong(outcome)
    told = "; ".join(judge(outcome, fed, TOPIC).faults())

    assert not {each for each in named if each not in told}, told
