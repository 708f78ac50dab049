"""The stories of customers with a grievance, told like those of `stories`: some are heard, some leave.

Each docstring says what a worker must make of the story alone under the shipped policy.
"""

from typing import Final

from app.dev.simulate.customer import DAY_MS, HOUR_MS, MINUTE_MS, Customer
from app.dev.simulate.phrases import Mood

_ISSUES: Final = ("late_delivery", "broken_product", "wrong_invoice", "missing_refund", "login")


def angry_once(customer: Customer) -> None:
    """One complaint, soon solved: worth a look, not an alert.

    Must: weigh one bad experience from the complaint on, a recent order against it, and less once the customer says
    that it is solved.
    Must not: be published, or be more than `watch`.
    """
    rng = customer.rng
    at_ms = customer.some_day()
    case_id = customer.new_case()
    customer.purchase(at_ms - 8 * DAY_MS)
    customer.complaint(at_ms, rng.choice(("email", "chat", "social")), case_id, rng.choice(_ISSUES))
    _solved(customer, at_ms + rng.randint(3, 20) * HOUR_MS, case_id)


def angry_on_three_channels(customer: Customer) -> None:
    """The same trouble told by mail, on the phone and in public, within days; nobody solves it.
    From the fifth day on some ask for a person, or speak of a lawyer, of others, of the price, of cancelling.

    Must: open when the public message comes at the latest, for the bad experiences, the low answer and the long wait;
    have that third contact about one case among its reasons; be `critical` two days after the complaint.
    Must not: open for the complaint alone, open a second time, or end.
    """
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
            mood: Mood = "leaving" if days > 3 else "angry"
            customer.message(customer.daytime(at_ms + days * DAY_MS), channel, mood, case_id=case_id, issue=issue)
    if rng.random() < 0.4:
        customer.write(at_ms + 7 * DAY_MS, "order", "order_refunded", order={"id": customer.order, "currency": "EUR"})
    if rng.random() < 0.25:
        customer.survey(at_ms + 10 * DAY_MS, "nps", "angry")


def left_waiting(customer: Customer) -> None:
    """A complaint that nobody answers; the customer looks for news on the web, and never writes again.

    Must: open as `at_risk` two days after the complaint, at 60, for the bad experience and the open complaint alone; be
    reminded of 3, 6 and 12 days after the publication before.
    Must not: open on the first day, become `critical`, or end while the complaint is open.
    """
    rng = customer.rng
    at_ms = customer.some_day()
    customer.complaint(at_ms, rng.choice(("email", "chat", "in_store")), customer.new_case(), rng.choice(_ISSUES))
    past_ms = rng.randint(1, 40) * MINUTE_MS
    for days in (1, 2, 3, 4, 5, 8, 11, 15, 19, 23):
        looked_ms = at_ms + days * DAY_MS + past_ms + days * MINUTE_MS
        customer.write(looked_ms, "web", rng.choice(("page_view", "help_view")))


def slow_detractor(customer: Customer) -> None:
    """Never complains. Every two weeks the answer to "would you recommend us" is a little lower: 6, 4, 2.

    Must: be `watch` at 55 after the first answer, open as `at_risk` with the second, be raised to `critical` with the
    third, each time for the bad experiences and the newest answer.
    Must not: open for one answer.
    """
    at_ms = customer.some_day()
    for fortnight, value in enumerate((6, 4, 2)):
        asked_ms = at_ms + 14 * fortnight * DAY_MS + customer.rng.randint(0, 90) * MINUTE_MS
        customer.write(asked_ms, "survey", "survey_answered", score={"metric": "nps", "value": value})


def billing_trouble(customer: Customer) -> None:
    """A payment fails, the customer is charged twice and complains; the help on the phone is poor, the refund good.

    Must: open as `critical` with the answer about the phone call, money trouble among the reasons; be lowered to
    `at_risk` once the refund is there and the customer is satisfied.
    Must not: open for the failed payment and the complaint, or end with the refund: two bad days are not forgotten.
    """
    rng = customer.rng
    at_ms = customer.some_day()
    case_id = customer.new_case()
    customer.write(at_ms, "app", "payment_failed", actor="system", order={"id": customer.order})
    customer.complaint(at_ms + HOUR_MS, "chat", case_id, "wrong_invoice")
    called_ms = at_ms + 20 * HOUR_MS + rng.randint(0, 120) * MINUTE_MS
    customer.call(called_ms, rng.randint(20, 300), rng.randint(60, 400), case_id=case_id, issue="wrong_invoice")
    customer.survey(called_ms + HOUR_MS, "csat", "angry")
    customer.write(at_ms + 3 * DAY_MS, "order", "order_refunded", actor="system", order={"id": customer.order})
    _solved(customer, at_ms + 3 * DAY_MS, case_id)


def repeated_contact(customer: Customer) -> None:
    """Asks about one case again and again, politely, on three channels; then says what an effort it was.

    Must: have 20 points for the third contact and stay at `ok`; open as `at_risk` with the answer about effort; be
    resolved once the case is and the customer is satisfied.
    Must not: open for asking politely, or become `critical`.
    """
    rng = customer.rng
    at_ms = customer.some_day()
    case_id = customer.new_case()
    issue = rng.choice(_ISSUES)
    customer.write(at_ms, "email", "case_opened", case_id=case_id, issue=issue)
    customer.message(at_ms + DAY_MS, "chat", "neutral", case_id=case_id, issue=issue)
    customer.call(at_ms + 2 * DAY_MS, rng.randint(5, 500), rng.randint(60, 700), case_id=case_id, issue=issue)
    customer.message(at_ms + 4 * DAY_MS, "email", "neutral", case_id=case_id, issue=issue)
    customer.survey(at_ms + 5 * DAY_MS, "ces", "angry", case_id=case_id)
    _solved(customer, at_ms + 7 * DAY_MS, case_id)


def wavering(customer: Customer) -> None:
    """Answers everything that is asked on one long day, and each answer contradicts the one before.

    Must: open once, when the score first reaches 60; be resolved once, when it falls below 45; reopen the same episode
    when it is back within the day.
    Must not: say a word at the other crossings of 60, or open a second episode.
    """
    at_ms = customer.some_day()
    at_ms += 8 * HOUR_MS - at_ms % DAY_MS
    asked = [
        ("nps", 6),
        *[("csat", 2), ("csat", 4)] * 4,
        ("nps", 7),
        ("csat", 2),
        ("nps", 6),
        *[("csat", 5), ("csat", 1)] * 2,
    ]
    for number, (metric, value) in enumerate(asked):
        asked_ms = at_ms + 40 * number * MINUTE_MS + customer.rng.randint(0, 20) * MINUTE_MS
        customer.write(asked_ms, "survey", "survey_answered", score={"metric": metric, "value": value})


def won_back(customer: Customer) -> None:
    """Angry on two channels, then solved with care: satisfied again, orders again, recommends.

    Must: open as `at_risk` when the complaint is still open on the second day, with the effort it took; be resolved by
    the satisfied answer after the case; end at `ok`, with the recovery, the recommendation and the new order against
    what is left of the bad day.
    Must not: become `critical`, open again, or be published after its end.
    """
    rng = customer.rng
    at_ms = customer.start_ms + rng.randint(0, 16) * DAY_MS
    at_ms += rng.randint(480, 840) * MINUTE_MS - at_ms % DAY_MS
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


def _solved(customer: Customer, at_ms: int, case_id: str) -> None:
    """The case is resolved, the customer says so."""
    rng = customer.rng
    customer.write(at_ms, "email", "agent_note", actor="human", case_id=case_id, text="Replacement sent, credit given.")
    customer.write(at_ms + 10 * MINUTE_MS, "email", "case_resolved", actor="human", case_id=case_id)
    customer.survey(at_ms + rng.randint(2, 40) * HOUR_MS, "csat", "happy", case_id=case_id)
