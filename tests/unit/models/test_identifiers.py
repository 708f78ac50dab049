"""Identifiers in one form: telephone numbers with and without a region, addresses, and what is none."""

import pytest

from models.identifiers import common_form, e164
from models.stated import AS_IT_CAME, COMMON, FREE


@pytest.mark.parametrize(
    ("given", "region", "number"),
    [
        ("0532 123 45 67", "TR", "+905321234567"),
        ("0090 532 123 45 67", "TR", "+905321234567"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 20 7946 0018", "TR", "+442079460018"),
        ("tel:+1-415-555-2671", "", "+14155552671"),
        ("0532 123 45 67", "", None),
        ("+999 123", "", None),
        ("112", "TR", None),
        ("+1 415 555 2671 ext. 12", "US", None),
        ("ring me", "TR", None),
        ("", "TR", None),
        ("9" * 10_000, "TR", None),
    ],
)
def test_a_number_is_e164_or_none(given: str, region: str, number: str | None) -> None:
    assert e164(given, region) == number


@pytest.mark.parametrize(
    ("kind", "given", "value", "form"),
    [
        ("email", " Ada.L@Example.ORG\n", "Ada.L@example.org", COMMON),
        ("email", '"a@b"@EXAMPLE.org', '"a@b"@example.org', COMMON),
        ("email", "ada", "ada", AS_IT_CAME),
        ("email", "ada@", "ada@", AS_IT_CAME),
        ("email", "ada l@example.ORG", "ada l@example.ORG", AS_IT_CAME),
        ("phone", " 12 ", "12", AS_IT_CAME),
        ("anonymous", " A-1 ", "A-1", FREE),
        ("Phone", "+90 532 123 45 67", "+90 532 123 45 67", FREE),
    ],
)
def test_a_value_says_which_form_it_has(kind: str, given: str, value: str, form: int) -> None:
    assert common_form(kind, given, "") == (value, form)
