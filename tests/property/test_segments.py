"""Segments against the oracle, which asks the conditions of every profile that was ever public."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.folded import Rules
from app.verify.reference.replay import replay
from app.verify.reference.segments import memberships
from app.verify.reference.touchpoints import feeling
from models.policy_mapping import from_mapping
from models.segment_fields import FIELDS
from tests.happenings import TEXTS, read_signals
from tests.product import TableScorer, Worker
from tests.streams import SEEDS, stream

NUMBERS: dict[str, list[float]] = {
    "tenure_days": [0, 1, 7, 30],
    "touchpoints": [1, 5, 10],
    "contacts": [0, 2, 4],
    "contacts_30d": [0, 1, 2],
    "negatives_30d": [0, 1, 2],
    "orders": [0, 1, 2, 4],
    "refunds": [0, 1, 2],
    "days_since_order": [0, 1, 7],
    "nps": [0, 6, 9],
    "sentiment": [-0.4, 0, 0.25],
    "spent.EUR": [0, 49.9, 100],
    "spent.XXX": [0, 7],
}
number = st.sampled_from(sorted(NUMBERS)).flatmap(
    lambda field: st.fixed_dictionaries(
        {
            "field": st.just(field),
            "is": st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
            "value": st.sampled_from(NUMBERS[field]),
        }
    )
)
word = st.fixed_dictionaries(
    {
        "field": st.just("stage"),
        "is": st.sampled_from(["=", "!="]),
        "value": st.sampled_from(["new", "lead", "active", "at_risk", "lapsed"]),
    }
)
tables = st.lists(st.lists(number | word, min_size=1, max_size=2), min_size=1, max_size=5).map(
    lambda table: [{"name": f"s{len(table) - place}", "when": when} for place, when in enumerate(table)]
)


def test_every_field_is_among_the_conditions() -> None:
    """But one that no public profile tells: `tests/stories/test_segments.py` has it."""
    assert {*NUMBERS, "stage", "days_since_inbound"} == {*FIELDS, "spent.EUR", "spent.XXX"}


@settings(max_examples=120, deadline=None)
@example(  # a mean of -0.4 to the last digit
    seed=0, events=8, cuts=set(), table=[{"name": "s1", "when": [{"field": "sentiment", "is": "=", "value": -0.4}]}]
)
@given(seed=SEEDS, events=st.integers(1, 60), cuts=st.sets(st.integers(1, 59)), table=tables)
def test_memberships_are_what_the_oracle_says(
    seed: int, events: int, cuts: set[int], table: list[dict[str, Any]]
) -> None:
    records = stream(seed, events)
    oracle = replay(records, lambda touch: feeling(touch, TEXTS.__getitem__), read_signals)
    rules = Rules(from_mapping({"segments": table}), TableScorer(), "test")
    shown = Worker(rules=rules).feed(records, cuts).shown()
    for customer_id, customer in oracle.customers.items():
        assert shown[customer_id]["segments"] == memberships(customer.history, table)
    without = Worker().feed(records).shown()
    assert {id_: profile | {"segments": []} for id_, profile in shown.items()} == without
