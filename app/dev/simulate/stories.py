"""The stories: what happens to a customer in the weeks of the simulation, told in touchpoints.

`stream` gives each customer one of `STORIES`; what else they do on ordinary days is in `everyday`. A story that begins
late is not over when the simulation ends: its later touchpoints have not happened yet.
"""

from collections.abc import Callable
from typing import Final

from app.dev.simulate.customer import DAY_MS, HOUR_MS, MINUTE_MS, Customer

Story = Callable[[Customer], None]

_ISSUES: Final = ("late_delivery", "broken_product", "wrong_invoice", "missing_refund", "login")


def content(customer: Customer) -> None:
    """Buys, is asked, is satisfied."""
    at_ms = customer.some_day()
    customer.purchase(at_ms)
    customer.survey(customer.daytime(at_ms + 6 * DAY_MS), "csat", "happy", product=customer.product)
    if customer.rng.random() < 0.5:
        customer.message(customer.some_day(), customer.rng.choice(("email", "chat")), "happy")
    if customer.rng.random() < 0.3:
        customer.survey(customer.some_day(), "nps", "happy")


def angry_once(customer: Customer) -> None:
    """One complaint, soon solved: worth a look, not an alert."""
    rng = customer.rng
    at_ms = customer.some_day()
    case_id = customer.new_case()
    customer.purchase(at_ms - 8 * DAY_MS)
    customer.complaint(at_ms, rng.choice(("email", "chat", "social")), case_id, rng.choice(_ISSUES))
    _solved(customer, at_ms + rng.randint(3, 20) * HOUR_MS, case_id)


def angry_on_three_channels(customer: Customer) -> None:
    """The same trouble told by mail, on the phone and in public, within days; nobody solves it."""
    rng = customer.rng
    at_ms = customer.some_day()
    case_id = customer.new_case()
    issue = rng.choice(_ISSUES)
    customer.purchase(at_ms - 9 * DAY_MS)
    customer.complaint(at_ms, "email", case_id, issue)
    later_ms = at_ms + rng.randint(5, 20) * HOUR_MS
    customer.call(later_ms, rng.randint(650, 2400), rng.choice((0, 240, 500)), case_id=case_id, issue=issue)
    customer.survey(later_ms + HOUR_MS, "csat", "angry", case_id=case_id)
    customer.message(later_ms + 9 * HOUR_MS, "social", "angry", case_id=case_id, issue=issue)
    customer.write(later_ms + DAY_MS, "email", "case_transferred", actor="human", case_id=case_id)
    for days in (3, 5, 9, 14):
        if rng.random() < 0.6:
            channel = rng.choice(("email", "chat", "social"))
            customer.message(customer.daytime(at_ms + days * DAY_MS), channel, "angry", case_id=case_id, issue=issue)
    if rng.random() < 0.4:
        customer.write(at_ms + 7 * DAY_MS, "order", "order_refunded", order={"id": customer.order, "currency": "EUR"})
    if rng.random() < 0.25:
        customer.survey(at_ms + 10 * DAY_MS, "nps", "angry")


def won_back(customer: Customer) -> None:
    """Angry on two channels, then solved with care: satisfied again, orders again, recommends."""
    rng = customer.rng
    at_ms = customer.daytime(customer.start_ms + rng.randint(0, 16) * DAY_MS)
    case_id = customer.new_case()
    customer.complaint(at_ms, "phone", case_id, rng.choice(_ISSUES))
    customer.message(at_ms + 5 * HOUR_MS, "chat", "angry", case_id=case_id)
    customer.survey(at_ms + 7 * HOUR_MS, "ces", "angry", case_id=case_id)
    _solved(customer, at_ms + rng.randint(26, 50) * HOUR_MS, case_id)
    customer.purchase(customer.daytime(at_ms + 9 * DAY_MS))
    customer.survey(customer.daytime(at_ms + 16 * DAY_MS), "nps", "happy")
    customer.message(customer.daytime(at_ms + 21 * DAY_MS), "email", "happy")
    customer.purchase(customer.daytime(at_ms + 30 * DAY_MS))
    customer.survey(customer.daytime(at_ms + 36 * DAY_MS), "csat", "happy")


def bursty(customer: Customer) -> None:
    """Quiet for weeks, then dozens of touchpoints within minutes: a device that fails, a customer who tries it all."""
    rng = customer.rng
    subscription = {"id": customer.order, "plan": "care"}
    customer.write(customer.some_day(), "app", "subscription_started", subscription=subscription)
    for _ in range(rng.randint(1, 2)):
        at_ms = customer.some_day()
        device = f"dev-{customer.number:x}"
        for _ in range(rng.randint(8, 20)):
            at_ms += rng.randint(500, 40_000)
            usage = {"device_id": device, "error_code": rng.choice(("E04", "E11", "E27"))}
            customer.write(at_ms, "iot", "device_error", actor="system", usage=usage)
            if rng.random() < 0.4:
                customer.write(at_ms + 900, "app", rng.choice(("help_view", "search", "page_view")))
        customer.message(at_ms + 3 * MINUTE_MS, "chat", rng.choice(("neutral", "angry")))
        customer.call(at_ms + 20 * MINUTE_MS, rng.randint(5, 900), rng.randint(60, 900))


def silent(customer: Customer) -> None:
    """Bought once, early, and has not been heard of since."""
    customer.purchase(customer.daytime(customer.start_ms + customer.rng.randint(0, 7) * DAY_MS))


def came_back(customer: Customer) -> None:
    """An order from more than half a year before, then nothing, then a new order."""
    first_ms = customer.start_ms
    customer.start_ms = 0
    customer.purchase(first_ms - customer.rng.randint(190, 400) * DAY_MS)
    customer.start_ms = first_ms
    customer.purchase(customer.some_day())
    customer.survey(customer.some_day(), "csat", "happy")


def _solved(customer: Customer, at_ms: int, case_id: str) -> None:
    """The case is resolved, the customer says so."""
    rng = customer.rng
    customer.write(at_ms, "email", "agent_note", actor="human", case_id=case_id, text="Replacement sent, credit given.")
    customer.write(at_ms + 10 * MINUTE_MS, "email", "case_resolved", actor="human", case_id=case_id)
    customer.survey(at_ms + rng.randint(2, 40) * HOUR_MS, "csat", "happy", case_id=case_id)


STORIES: Final[tuple[tuple[Story, int], ...]] = (
    (content, 49),
    (angry_once, 20),
    (angry_on_three_channels, 8),
    (won_back, 6),
    (bursty, 8),
    (silent, 7),
    (came_back, 2),
)
"""Each story with its share in percent."""
