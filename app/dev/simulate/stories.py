"""The stories of customers without a grievance: what happens to them in the weeks of the simulation, in touchpoints.

`app.dev.simulate.cast` deals these and those of `grievances` out; what everybody does on ordinary days besides is in
`everyday`. A story that begins late is not over when the simulation ends: its later touchpoints have not happened yet.

Each docstring says what a worker must make of the story alone under the shipped policy: tests play it through the
product, and docs/stories.md shows one playing of each.
"""

from app.dev.simulate.customer import DAY_MS, MINUTE_MS, Customer


def content(customer: Customer) -> None:
    """Buys, is asked, is satisfied.

    Must: stay at `ok`, whatever is answered.
    Must not: be published, ever.
    """
    at_ms = customer.some_day()
    customer.purchase(at_ms)
    customer.survey(customer.daytime(at_ms + 6 * DAY_MS), "csat", "happy", product=customer.product)
    if customer.rng.random() < 0.5:
        customer.message(customer.some_day(), customer.rng.choice(("email", "chat")), "happy")
    if customer.rng.random() < 0.3:
        customer.survey(customer.some_day(), "nps", "happy")


def bursty(customer: Customer) -> None:
    """Quiet for weeks, then dozens of touchpoints within minutes: a device that fails, a customer who tries it all.

    Must: count every one of them in the windows of its hour, and take the anger as one bad experience.
    Must not: be published for the number of touchpoints, or for one burst at all; a second bad one may open an episode.
    """
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
    """Bought once, early, and has not been heard of since.

    Must: be a customer since that order.
    Must not: be published: without a touchpoint nothing happens.
    """
    customer.purchase(customer.daytime(customer.start_ms + customer.rng.randint(0, 7) * DAY_MS))


def came_back(customer: Customer) -> None:
    """An order from more than half a year before, then nothing, then a new order.

    Must: be `won_back` for 30 days from the new order on, and a customer since the first.
    Must not: be published.
    """
    first_ms = customer.start_ms
    customer.start_ms = 0
    customer.purchase(first_ms - customer.rng.randint(190, 400) * DAY_MS)
    customer.start_ms = first_ms
    customer.purchase(customer.some_day())
    customer.survey(customer.some_day(), "csat", "happy")
