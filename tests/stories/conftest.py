"""Every story is told twice: to the oracle and to the product, which must come to the same hand-worked end."""

import pytest

from app.verify.reference.replay import Customer, Outcome
from tests.product import run
from tests.story import Story


@pytest.fixture(params=["oracle", "product"], autouse=True)
def told_to(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who listens."""
    if request.param == "product":
        monkeypatch.setattr(Story, "replay", product_replay)


def product_replay(story: Story) -> Outcome:
    """The story through the product, a batch of one record after the other."""
    worker = run(story.records, cuts=range(1, len(story.records)))
    customers = {customer_id: Customer(history=[profile]) for customer_id, profile in worker.shown().items()}
    return Outcome(customers, worker.told(), worker.dead)
