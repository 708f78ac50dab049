"""Corpora of bad input through the fold: each record is applied, or a dead letter as it came; profiles stay JSON."""

import json
from collections import Counter
from typing import Any

import orjson
import pytest

from agents.folded import Folded
from app.cli import output
from app.cli.profile_text import show
from models import public_profile
from models.codec import decode_profile, profile_key
from models.dead_letter import parse_dead_letter
from tests.data.corpora import json_test_suite, naughty_strings
from tests.data.naughty_fields import WORDS
from tests.data.own_list import ENVELOPED, HEADERS
from tests.records import NOW_MS, valid

KINDS = ("message", "complaint", "case_opened", "order_placed", "preference_set", "consent_changed", "identified",
         "usage_reported", "subscription_started", "alert_judged")  # fmt: skip
"""Those whose fields go into the profile."""


def fold_each(kit: Any, records: list[Any]) -> Folded:
    """Fold as one batch; the books are right, and each dead letter is its record."""
    folded: Folded = kit.fold(records)
    books = folded.books
    assert books.read == books.applied + books.duplicate + books.rejected == len(records)
    assert books.handler_error == 0, Counter(parse_dead_letter(letter.headers).detail for letter in folded.dead)
    assert books.rejected == len(folded.dead) == len(folded.reasons)
    by_offset = {record.offset: record for record in records}
    for letter in folded.dead:
        told = parse_dead_letter(letter.headers)
        record = by_offset[told.offset]
        assert (letter.key, letter.value) == (record.key, record.value)
        assert list(letter.headers)[: len(record.headers)] == list(record.headers)
        assert told.reason == folded.reasons[told.offset]
    return folded


def shown(kit: Any, folded: Folded, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The public profile of each customer, as JSON that a strict parser reads; what a person sees of it is harmless."""
    found = []
    for key, state in folded.states.items():
        customer_id = key.removeprefix(profile_key(b"")).decode()
        profile = decode_profile(customer_id, state)
        raw = public_profile.render(profile, kit.place, kit.rules.policy, "rules")
        told = json.loads(raw.decode(), parse_constant=pytest.fail)
        assert orjson.loads(raw)["customer_id"] == told["customer_id"] == customer_id
        show(public_profile.view(profile, kit.place, kit.rules.policy, "rules"))
        text = capsys.readouterr().out
        assert text == output._visible_lines(text)
        found.append(told)
    return found


def test_whole_values_of_both_corpora_leave_the_good_ones_alone(kit: Any) -> None:
    values = [case.raw for case in json_test_suite()] + [text.encode() for text, _ in naughty_strings()]
    bad = [kit.record(2 * number, b"ada", value, NOW_MS) for number, value in enumerate(values)]
    good = [kit.touchpoint(2 * number + 1) for number in range(len(values))]

    folded = fold_each(kit, [record for pair in zip(bad, good, strict=True) for record in pair])

    assert (folded.books.rejected, folded.books.applied) == (803, 803)


def test_our_own_list_in_one_batch(kit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [*ENVELOPED, *HEADERS]
    records = []
    for number, case in enumerate(cases):
        own_source = [] if any(name.lower().startswith(("ce_", "content-type")) for name, _ in case.headers) else [
            ("ce_specversion", b"1.0"), ("ce_source", b"%d" % number),
        ]  # fmt: skip
        plain = not case.value or case.binary is not None or case.value.startswith(b'{"specversion"')
        records.append(
            kit.record(number, case.key, case.value, NOW_MS, [*([] if plain else own_source), *case.headers])
        )

    folded = fold_each(kit, records)

    expected = {number: case.reason for number, case in enumerate(cases) if case.reason}
    assert folded.reasons == expected
    assert folded.books.duplicate == 0
    assert len(shown(kit, folded, capsys)) == 19


def test_naughty_strings_in_every_field_of_every_kind(kit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    records: list[Any] = []
    for text, _ in naughty_strings():
        key = f"customer {text}"
        for place, (field, changes) in enumerate(WORDS.items()):
            told = {
                **valid(id=f"{field} {place}"),
                **changes(text),
                "customer_id": key,
                "kind": KINDS[place % len(KINDS)],
            }
            records.append(kit.record(len(records), key.encode(), json.dumps(told).encode(), NOW_MS))

    folded = fold_each(kit, records)

    assert folded.reasons == {}
    assert len(shown(kit, folded, capsys)) == len({text for text, _ in naughty_strings()})


def test_naughty_strings_as_what_profiles_show(kit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """One customer for each, with everything that a profile repeats of a producer's words."""
    records: list[Any] = []
    for text, _ in naughty_strings():
        key = text or "empty"
        for kind, fields in (
            ("case_opened", {"case_id": text, "issue": text, "product": text}),
            ("complaint", {"case_id": text, "issue": text, "sentiment": -1}),
            ("order_placed", {"order": {"id": text, "value": "1.5", "currency": text, "promised_at": NOW_MS - 5}}),
            ("preference_set", {"preference": {"name": f"interest.{text}"[:256], "value": text}}),
            ("consent_changed", {"consent": {"purpose": text, "granted": False}}),
            ("identified", {"ids": {"email": text, "phone": text, text: text}}),
            ("survey_answered", {"product": text, "score": {"metric": "nps", "value": 0, "offer_id": text}}),
            (f"acme.{text}"[:128], {}),
        ):
            told = {**valid(id=kind[:128]), **fields, "customer_id": key, "kind": kind}
            records.append(kit.record(len(records), key.encode(), json.dumps(told).encode(), NOW_MS))

    folded = fold_each(kit, records)

    assert folded.reasons == {}
    views = shown(kit, folded, capsys)
    assert len(views) == len({text or "empty" for text, _ in naughty_strings()})
    assert all(view["risk"]["score"] > 0 and view["open_cases"] for view in views if view["customer_id"] != "empty")
