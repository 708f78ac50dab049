"""Money: read as it was told, added without rounding."""

import random

import pytest

from models.money import add, amount, currency_code


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("49.90", "49.90"), (49.9, "49.9"), (20.0, "20"), (20, "20"), ("+007.50", "7.50"), ("-0", "0"), (-3.5, "-3.5"),
        (1e-7, "0.0000001"), (0.1 + 0.2, None), (1e15, None), (999_999_999_999_999.0, "999999999999999"),
        ("0." + "0" * 9, "0.000000000"), ("1" * 16, None), ("0." + "1" * 10, None),
        (None, None), ("", None), (".5", None), ("5.", None), ("1e3", None), ("1,5", None), ("NaN", None),
        ("٣", None), (" 1", None), ("1\n", None), (1e300, None),
    ],
)  # fmt: skip
def test_an_amount_is_a_plain_decimal_or_none(told: str | float | None, plain: str | None) -> None:
    assert amount(told) == plain


def test_a_sum_is_exact_and_the_same_in_any_order(seed: int) -> None:
    draw = random.Random(seed)
    amounts = ["999999999999999.999999999", "0.1", "0.2", "-0.30", "7", "0.000000001"] * 200
    expected = "0"
    for value in amounts:
        expected = add(expected, value)
    # Of one round the long one and the last make 10^15, the others 7: two hundred times that.
    assert expected == "200000000000001400.000000000"
    draw.shuffle(amounts)
    total = "0"
    for value in amounts:
        total = add(total, value)
    assert total == expected


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("EUR", "EUR"),
        ("try", "TRY"),
        (None, "XXX"),
        ("", "XXX"),
        ("USDT", "USDT"),
        ("€", None),
        ("A" * 9, None),
        ("ß", None),
    ],
)
def test_a_currency_is_a_code_in_capitals(told: str | None, code: str | None) -> None:
    assert currency_code(told) == code
