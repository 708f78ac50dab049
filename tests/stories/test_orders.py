"""Orders, what was promised and what they add up to, each expectation worked out by hand."""

from typing import Any

import pytest

from tests.story import DAY, HOUR, Story


def placed(story: Story, after_ms: float, order_id: str, **order: Any) -> Story:
    return story.add(after_ms, "order_placed", "order", order={"id": order_id} | order)


def recent(story: Story) -> dict[str, dict[str, Any]]:
    return {order["order_id"]: order for order in story.profile()["orders"]["recent"]}


def test_an_order_is_open_until_something_came_of_it_and_late_once_the_promise_is_over() -> None:
    story = placed(Story(), 0, "a", value="49.90", currency="EUR", promised_at="2026-01-03T00:00:00Z")
    story.add(2 * DAY, "page_view")
    assert story.profile()["orders"]["open_deliveries"] == [
        {
            "order_id": "a",
            "placed_at": "2026-01-01T00:00:00.000Z",
            "promised_at": "2026-01-03T00:00:00.000Z",
            "late": False,
        }
    ]
    story.add(2 * DAY + 1, "page_view")
    assert story.profile()["orders"]["open_deliveries"][0]["late"]
    story.add(3 * DAY, "order_delivered", "order", order={"id": "a"})
    assert story.profile()["orders"]["open_deliveries"] == []
    (order,) = story.profile()["orders"]["recent"]
    assert (order["kinds"], order["open"], order["late"]) == (["order_placed", "order_delivered"], False, False)
    assert (order["id"], order["offset"], order["value"], order["currency"]) == ("t0", 0, "49.90", "EUR")


def test_a_delivery_told_before_its_order_or_dated_before_it_ends_it_all_the_same() -> None:
    story = Story().add(0, "order_delivered", order={"id": "a"})
    placed(story, HOUR, "a")
    assert recent(story)["a"]["kinds"] == ["order_delivered", "order_placed"]
    assert not recent(story)["a"]["open"]


def test_the_newest_promise_counts_whoever_tells_it() -> None:
    story = placed(Story(), 0, "a", promised_at="2026-01-03T00:00:00Z")
    delay = {"id": "a", "promised_at": "2026-01-09T00:00:00Z"}
    story.add(2 * DAY, "outbound_sent", direction="outbound", actor="human", order=delay)
    story.add(5 * DAY, "page_view")
    assert recent(story)["a"]["promised_at"] == "2026-01-09T00:00:00.000Z"
    assert not recent(story)["a"]["late"]
    # An older promise that is told later changes nothing; an outcome promises nothing.
    story.add(DAY, "message", order=delay | {"promised_at": "2026-01-04T00:00:00Z"})
    placed(story, DAY, "b", promised_at="2026-01-05T00:00:00Z")
    story.add(3 * DAY, "order_cancelled", order={"id": "b", "promised_at": "2026-01-08T00:00:00Z"})
    assert recent(story)["a"]["promised_at"] == "2026-01-09T00:00:00.000Z"
    assert recent(story)["b"]["promised_at"] == "2026-01-05T00:00:00.000Z"


def test_five_orders_are_kept_and_one_id_is_one_order() -> None:
    story = Story()
    for number in (3, 0, 5, 1, 4, 2, 6):
        placed(story, number * HOUR, f"o{number}", value=number)
    placed(story, 7 * HOUR, "o2", value="2.50")
    assert [order["order_id"] for order in story.profile()["orders"]["recent"]] == ["o2", "o6", "o5", "o4", "o3"]
    assert recent(story)["o2"]["value"] == "2.50"
    # Totals count touchpoints: eight, and both placings of o2.
    totals = story.profile()["orders"]["totals"]
    assert totals["placed"] == 8
    assert totals["money"] == {"XXX": {"placed_n": 8, "placed": "23.50", "refunded_n": 0, "refunded": "0"}}


def test_an_order_without_an_id_is_shown_while_it_is_the_newest_and_never_open() -> None:
    story = placed(Story(), 0, "a").add(HOUR, "order_placed", "web")
    first, second = story.profile()["orders"]["recent"]
    assert (first["order_id"], first["id"], first["open"], first["kinds"]) == (None, "t1", False, ["order_placed"])
    assert second["order_id"] == "a"
    placed(story, 2 * HOUR, "b")
    assert [order["order_id"] for order in story.profile()["orders"]["recent"]] == ["b", "a"]
    assert story.profile()["orders"]["last"]["id"] == "t2"


def test_where_outcomes_may_be_forgotten_an_order_is_not_called_open() -> None:
    story = placed(Story(), 0, "a")
    for number in range(19):
        story.add(HOUR + number, "order_delivered", order={"id": f"x{number}"})
    assert recent(story)["a"]["open"]
    story.add(2 * HOUR, "order_delivered", order={"id": "x19"})
    assert not recent(story)["a"]["open"]


def test_money_is_exact_and_refunds_stand_beside() -> None:
    story = Story()
    value: Any
    for value in ("0.10", 0.2, "0.3", 1, "+2.5", "-0.05"):
        placed(story, 0, "a", value=value, currency="eur")
    for value in ("12,50", "1e3", "", "NaN", "1234567890123456", "0.1234567891", None):
        placed(story, 0, "a", value=value, currency="EUR")
    placed(story, 0, "a", value="7", currency="not a code")
    story.add(0, "order_refunded", order={"id": "a", "value": "0.30", "currency": "EUR"})
    story.add(0, "order_cancelled", order={"id": "a", "value": "9", "currency": "EUR"})
    totals = story.profile()["orders"]["totals"]
    assert (totals["placed"], totals["cancelled"], totals["refunded"], totals["delivered"]) == (14, 1, 1, 0)
    # 0.10 + 0.2 + 0.3 + 1 + 2.5 - 0.05
    assert totals["money"] == {"EUR": {"placed_n": 6, "placed": "4.05", "refunded_n": 1, "refunded": "0.30"}}


@pytest.mark.parametrize("first", ["USD", "AUD"])
def test_of_more_than_four_currencies_the_first_by_name_stay_whole(first: str) -> None:
    story = Story()
    for currency in (first, "TRY", "EUR", "GBP", "CHF", "EUR", "TRY", "AUD", "USD"):
        placed(story, 0, "a", value=1, currency=currency)
    money = story.profile()["orders"]["totals"]["money"]
    assert {currency: sums["placed_n"] for currency, sums in money.items()} == {
        "AUD": 1 + (first == "AUD"),
        "CHF": 1,
        "EUR": 2,
        "GBP": 1,
    }


def test_an_alert_tells_the_orders() -> None:
    story = placed(Story(), 0, "a", value=20, currency="TRY", promised_at="2026-01-02T00:00:00Z")
    story.add(2 * DAY, "case_reopened", "email").add(2 * DAY, "case_reopened", "chat")
    story.add(2 * DAY, "case_reopened", "phone")
    (order,) = story.replay().alerts[-1]["context"]["recent_orders"]
    assert (order["order_id"], order["value"], order["currency"]) == ("a", "20", "TRY")
    assert (order["promised_at"], order["open"], order["late"]) == ("2026-01-02T00:00:00.000Z", True, True)
