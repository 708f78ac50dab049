"""What customers do on ordinary days: looking, searching, asking, buying. `stream` fills up with it."""

from collections.abc import Callable
from random import Random
from typing import Final

from app.dev.simulate.customer import Customer

Doing = Callable[[Customer, int], None]


def _look(customer: Customer, at_ms: int) -> None:
    attributes = {"page": f"/p/{customer.rng.randint(1, 900)}", "ms": customer.rng.randint(40, 900)}
    customer.write(at_ms, customer.rng.choice(("web", "web", "app")), "page_view", attributes=attributes)


def _search(customer: Customer, at_ms: int) -> None:
    customer.write(at_ms, "web", customer.rng.choice(("search", "help_view")), product=customer.product)


def _use(customer: Customer, at_ms: int) -> None:
    usage = {"device_id": f"dev-{customer.number:x}", "counter": "cycles", "value": customer.rng.randint(1, 5000)}
    customer.write(at_ms, "iot", "usage_reported", actor="system", usage=usage)


def _get_mail(customer: Customer, at_ms: int) -> None:
    campaign = f"campaign-{customer.rng.randint(1, 9)}"
    customer.write(at_ms, "email", "outbound_sent", direction="outbound", actor="system", campaign_id=campaign)


def _ask(customer: Customer, at_ms: int) -> None:
    customer.message(at_ms, customer.rng.choice(("email", "chat", "sms")), "neutral", issue="question")


def _thank(customer: Customer, at_ms: int) -> None:
    customer.message(at_ms, customer.rng.choice(("email", "chat")), "happy")


def _call(customer: Customer, at_ms: int) -> None:
    customer.call(at_ms, customer.rng.randint(5, 240), customer.rng.randint(40, 700), issue="question")


def _buy(customer: Customer, at_ms: int) -> None:
    customer.purchase(at_ms)


def _answer(customer: Customer, at_ms: int) -> None:
    metric = customer.rng.choice(("csat", "csat", "ces", "nps"))
    customer.survey(at_ms, metric, "happy" if customer.rng.random() < 0.5 else "neutral")


def _rate(customer: Customer, at_ms: int) -> None:
    customer.review(at_ms, "happy")


def _visit(customer: Customer, at_ms: int) -> None:
    customer.write(at_ms, "in_store", "visit", location=f"store-{customer.rng.randint(1, 30)}")


def _earn(customer: Customer, at_ms: int) -> None:
    customer.write(at_ms, "app", "acme.points_earned", attributes={"points": customer.rng.randint(1, 200)})


_DOINGS: Final[tuple[tuple[Doing, int], ...]] = (
    (_look, 45),
    (_search, 12),
    (_use, 10),
    (_get_mail, 8),
    (_ask, 6),
    (_thank, 3),
    (_call, 2),
    (_buy, 4),
    (_answer, 4),
    (_rate, 2),
    (_visit, 2),
    (_earn, 2),
)
"""Each doing with its share in percent; buying writes up to two touchpoints."""
_CHOICES: Final = tuple(doing for doing, share in _DOINGS for _ in range(share))


def doing(rng: Random) -> Doing:
    """One of the things people do."""
    return rng.choice(_CHOICES)
