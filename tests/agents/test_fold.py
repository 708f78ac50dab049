"""One batch folded: what is tested in which order, and what a failing touchpoint leaves behind."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import agents.fold as fold_module
from models import codec
from models.codec import StateError, decode_profile, profile_key

STEPS = ("fingerprint", "is_duplicate", "feeling", "observe", "render", "to_json", "headers")


def reasons(folded: Any) -> list[bytes]:
    return [dict(dead.headers)["kanarya-reason"] for dead in folded.dead]


def test_a_record_is_replayed_before_it_is_rejected_before_it_is_duplicate_before_it_is_applied(kit: Any) -> None:
    kit.apply(kit.fold([kit.touchpoint(0), kit.touchpoint(1)]))

    folded = kit.fold(
        [kit.record(1, b"ada", b"no json any more"), kit.record(2, b"ada", b"no json"), kit.touchpoint(3, id="t1")]
    )

    books = folded.books
    assert (books.read, books.replayed, books.rejected, books.duplicate, books.applied) == (3, 1, 1, 1, 0)
    profile = decode_profile("ada", folded.states[profile_key(b"ada")])
    assert (profile.touchpoints, profile.duplicates, profile.offsets) == (2, 1, {0: 3})


def test_a_record_without_key_is_a_dead_letter(kit: Any) -> None:
    folded = kit.fold([kit.record(0, None, kit.touchpoint(0).value), kit.touchpoint(1, customer_id="")])

    assert folded.books.rejected == 2
    assert folded.states == {}
    assert [dead.key for dead in folded.dead] == [None, b"ada"]


def test_a_rejected_record_of_an_unknown_customer_makes_no_state_and_no_view(kit: Any) -> None:
    folded = kit.fold([kit.record(0, b"bob", b"{")])

    assert (folded.states, folded.dirty) == ({}, [])


def test_a_replayed_record_marks_its_customer_dirty_and_writes_nothing(kit: Any) -> None:
    kit.apply(kit.fold([kit.touchpoint(0)]))

    folded = kit.fold([kit.touchpoint(0)])

    assert (folded.states, folded.groups, folded.dirty) == ({}, [], [b"ada"])


def test_a_customers_state_and_alerts_stand_in_one_group(kit: Any) -> None:
    folded = kit.fold([kit.low_rating(0), kit.touchpoint(1, "bob"), kit.low_rating(2)])

    groups = {group[0][0]: [key for key, _ in group[1:]] for group in folded.groups}
    assert list(groups) == [profile_key(b"ada"), profile_key(b"bob")]
    assert groups[profile_key(b"ada")] == [key for key, _ in folded.outbox] != []


class Failing:
    """Stands in for one function of the fold and raises for chosen touchpoints, before or after doing its work."""

    def __init__(self, real: Any, bad: set[int], *, after: bool) -> None:
        self.real, self.bad, self.after = real, bad, after
        self.current = -1

    def __call__(self, *args: Any) -> Any:
        result = self.real(*args) if self.after else None
        if self.current in self.bad:
            raise RuntimeError("a failure of the test's own")
        return result if self.after else self.real(*args)


def break_step(monkeypatch: pytest.MonkeyPatch, step: str, bad: set[int], *, after: bool) -> Counter[int]:
    """Make `step` fail while the touchpoints at the offsets `bad` are taken in; counts how often each is folded."""
    failing = Failing(getattr(fold_module, step), bad, after=after)
    folds: Counter[int] = Counter()
    take = fold_module.Fold._take

    def counted(self: Any, place: int, profile: Any, touchpoint: Any) -> int:
        failing.current = touchpoint.offset
        folds[touchpoint.offset] += 1
        return take(self, place, profile, touchpoint)

    monkeypatch.setattr(fold_module, step, failing)
    monkeypatch.setattr(fold_module.Fold, "_take", counted)
    return folds


def angry_day(kit: Any) -> list[Any]:
    """Two customers, alerts for both: opened, raised, resolved by answers of 5."""
    records = []
    for offset in range(16):
        customer = "ada" if offset % 3 else "bob"
        if offset in {9, 10, 13}:
            score = {"metric": "csat", "value": 5}
            records.append(kit.touchpoint(offset, customer, kind="survey_answered", score=score))
        else:
            records.append(kit.low_rating(offset, customer))
    return records


@pytest.mark.parametrize("after", [False, True], ids=["before its work", "after its work"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_raises_leaves_what_would_be_without_the_touchpoint(
    kit: Any, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    """Every step of the fold raises at every touchpoint in turn."""
    records = angry_day(kit)
    plain = kit.fold(records)
    publishing = {
        offset for offset in range(16) if any(key[1:9] == offset.to_bytes(8, "big") for key, _ in plain.outbox)
    }
    assert len(publishing) >= 2
    for bad in range(16):
        with monkeypatch.context() as patch:
            folds = break_step(patch, step, {bad}, after=after)
            folded = kit.fold(records)
        without = kit.fold([record for record in records if record.offset != bad])
        if step in {"render", "to_json", "headers"} and bad not in publishing:
            without = plain
        assert folded.states == without.states
        assert folded.outbox == without.outbox
        assert sorted(folded.groups) == sorted(without.groups)
        assert len(folded.dead) == (0 if without is plain else 1)
        assert reasons(folded) == ([] if without is plain else [b"handler_error"])
        assert max(folds.values()) <= 2


def test_many_failures_of_one_customer_fold_each_touchpoint_at_most_twice(
    kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [kit.low_rating(offset) for offset in range(40)]
    bad = set(range(3, 40, 4))
    folds = break_step(monkeypatch, "observe", bad, after=True)

    folded = kit.fold(records)

    assert folded.books.handler_error == len(bad) == len(folded.dead)
    assert max(folds.values()) <= 2
    monkeypatch.undo()
    assert folded.states == kit.fold([record for record in records if record.offset not in bad]).states


def test_a_state_that_cannot_be_encoded_costs_the_touchpoint_that_broke_it(
    kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`encode_profile` raises for every state that holds the touchpoint t5."""
    records = angry_day(kit)
    encode = codec.encode_profile

    def picky(profile: Any, epoch: int) -> bytes:
        if any(fact.id == "t5" for fact in profile.facts):
            raise OverflowError("a failure of the test's own")
        return encode(profile, epoch)

    monkeypatch.setattr(fold_module, "encode_profile", picky)

    folded = kit.fold(records)

    monkeypatch.undo()
    without = kit.fold([record for record in records if record.offset != 5])
    assert (folded.states, folded.outbox) == (without.states, without.outbox)
    assert reasons(folded) == [b"handler_error"]


def test_a_scorer_that_raises_is_asked_text_by_text(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fragile:
        name = kit.rules.scorer.name

        def score_many(self, texts: Any, languages: Any) -> Any:
            if any("bomb" in text for text in texts):
                raise RuntimeError("a failure of the test's own")
            return kit.rules.scorer.score_many(texts, languages)

    records = [kit.touchpoint(offset, text="terrible, worst service ever") for offset in range(4)]
    records[2] = kit.touchpoint(2, text="a bomb")
    plain = kit.fold([record for record in records if record.offset != 2])

    folded = type(kit).fold(_with(kit, Fragile()), records)

    assert folded.states == plain.states
    assert reasons(folded) == [b"handler_error"]
    assert folded.books.handler_error == 1


def _with(kit: Any, scorer: Any) -> Any:
    other = type(kit)()
    other.rules = type(kit.rules)(kit.rules.policy, scorer, kit.rules.group)
    return other


def test_a_long_text_is_scored_by_its_beginning_and_counted(kit: Any) -> None:
    folded = kit.fold([kit.touchpoint(0, text="terrible " + "x" * 70_000), kit.touchpoint(1, text="terrible")])

    assert (folded.books.texts_scored, folded.books.texts_cut, folded.books.applied) == (2, 1, 2)


@pytest.mark.parametrize("value", [b"", b"\x07" + bytes(40), b"\x01" + bytes(14) + b"no state"])
def test_a_state_that_cannot_be_decoded_is_not_the_touchpoints_fault(kit: Any, value: bytes) -> None:
    kit.store.apply(0, [(profile_key(b"ada"), value)], 0)

    with pytest.raises(StateError):
        kit.fold([kit.touchpoint(0)])


def test_late_events_unknown_channels_and_custom_kinds_are_counted_and_applied(kit: Any) -> None:
    late = {"time": 1_759_000_000_000}
    folded = kit.fold(
        [
            kit.touchpoint(0),
            kit.touchpoint(1, **late),
            kit.touchpoint(2, channel="fax"),
            kit.touchpoint(3, kind="acme.x"),
        ]
    )

    books = folded.books
    assert (books.applied, books.late, books.unknown_channel, books.custom_kind) == (4, 1, 1, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.sets(st.integers(1, 31)), replay_from=st.integers(0, 31), seed=st.integers(0, 999))
def test_cutting_a_batch_anywhere_and_replaying_any_end_changes_nothing(
    kit: Any, cuts: set[int], replay_from: int, seed: int
) -> None:
    records = []
    for offset in range(32):
        customer = ("ada", "bob", "eve")[(offset * 7 + seed) % 3]
        make = kit.low_rating if (offset + seed) % 4 else kit.touchpoint
        records.append(make(offset, customer, id=f"t{offset - 5 if (offset + seed) % 9 == 8 else offset}"))
    whole = type(kit)()
    alerts = whole.apply(whole.fold(records)).outbox

    parts = type(kit)()
    bounds = [0, *sorted(cuts), 32]
    found = []
    for start, end in pairwise(bounds):
        found += parts.apply(parts.fold(records[start:end])).outbox
    again = parts.fold(records[replay_from:])

    assert parts.states() == whole.states()
    assert found == alerts
    assert (again.states, again.outbox, again.books.replayed) == ({}, [], 32 - replay_from)


def test_a_dead_letter_tells_whose_time_the_record_bears(kit: Any) -> None:
    folded = kit.fold([kit.record(0, b"bob", b"{"), kit.record(1, b"bob", b"{", timestamp_type=1)])

    types = [dict(letter.headers)["kafka_dlt-original-timestamp-type"] for letter in folded.dead]
    assert types == [b"CreateTime", b"LogAppendTime"]
