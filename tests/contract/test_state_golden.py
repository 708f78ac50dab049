"""State bytes are for ever: what a released version wrote is read, and written again to the byte.

The golden files hold one value each in hex. A new format adds a version and files beside these; it never
changes them. `KANARYA_TEST_WRITE_GOLDEN=1` writes a missing file.
"""

import os
from pathlib import Path

import pytest

from models import codec
from models.alert import headers, render, to_json
from models.alert_record import Place
from models.codec import Meta, StateError, TopicMeta
from models.episode import Step
from models.facts import roles_of_signals
from models.policy import DAY_MS, Policy
from models.policy_mapping import from_mapping
from models.profile import count_duplicate, new_profile, observe
from models.relation import Promise
from models.sentiment import Scored
from models.state import CANCELLATION, COMPETITOR, HUMAN, LEGAL, OPENED, Calm, Profile
from models.touchpoint import CHANNEL_CODE, Consent, Order, Preference, Score, Touchpoint

GOLDEN = Path(__file__).parent / "golden" / "state"
PLACE = Place(3, ("kanarya.touchpoints", "kanarya.store"))
IN_THE_FIRST = (
    "first_ms", "as_of_ms", "touchpoints", "duplicates", "since_ms", "contacts", "marks", "gaps_ms", "oldest_mark_ms",
    "facts", "spells", "feeling_n", "feeling_short", "feeling_long", "episode", "offsets",
)  # fmt: skip
"""What the first bytes of version 1 hold, but for the windows, of fewer metrics, and `calm`, which names a policy."""
START_MS = 1_790_000_000_000


def touch(at_ms: int, kind: str, offset: int, **fields: object) -> Touchpoint:
    made = Touchpoint(id=f"t-{offset}", time=at_ms, channel="chat", kind=kind, source="crm", customer_id="c-1")
    made.at_ms, made.offset, made.channel_code = at_ms, offset, CHANNEL_CODE["chat"]
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def story() -> tuple[Profile, list[Step]]:
    """A customer with something in every field of the state as the first version had it."""
    profile, policy, steps = new_profile("c-1"), Policy(), []
    rating = Score("rating", 1, 1, 5)
    points = [
        touch(START_MS - 200 * DAY_MS, "subscription_started", 10, actor="system"),
        touch(START_MS, "order_placed", 11, topic=1, case_id=None, product="kettle"),
        touch(START_MS + 1_000, "message", 12, feeling_milli=-611, issue="delivery", language="en"),
        touch(START_MS + 2_000, "case_opened", 13, case_id="k-1"),
        touch(START_MS + DAY_MS, "review", 14, score=rating, answer_millionths=0, product="kettle"),
        touch(START_MS + 2 * DAY_MS, "review", 15, score=rating, answer_millionths=0, product="kettle"),
        touch(START_MS + 2 * DAY_MS + 5, "call", 16, channel_code=CHANNEL_CODE["phone"], wait_s=900.0, case_id="k-1"),
        touch(START_MS + 2 * DAY_MS + 9, "payment_failed", 17, actor="system"),
        touch(START_MS + 3 * DAY_MS, "case_resolved", 18, case_id="k-1", actor="human", direction="outbound"),
        touch(START_MS + 3 * DAY_MS, "acme.points_earned", 19, feeling_milli=204),
    ]
    for point in points:
        step = observe(profile, point, policy)
        if step is not None:
            steps.append(step)
        profile.offsets[point.topic] = point.offset
    count_duplicate(profile)
    return profile, steps


def grown_story() -> Profile:
    """The same customer with something in the fields that came later: orders, recommendations, promises, segments."""
    profile, _ = story()
    policy = from_mapping({"segments": [{"name": "buyers", "when": [{"field": "orders", "is": ">=", "value": 2}]}]})
    later_ms, nps = START_MS + 4 * DAY_MS, Score("nps", 9)
    lamp = Order("o-1", "49.90", "EUR", promised_at=later_ms + DAY_MS)
    points = [
        touch(later_ms, "order_placed", 20, order=lamp),
        touch(later_ms + 1, "order_delivered", 21, order=Order("o-1")),
        touch(later_ms + 2, "order_refunded", 22, order=Order("o-0", 7, "TRY")),
        touch(later_ms + 3, "survey_answered", 23, score=nps, answer_millionths=900_000),
        touch(later_ms + 4, "survey_answered", 24, score=nps, answer_millionths=900_000, case_id="k-2"),
        touch(later_ms + 5, "case_opened", 25, case_id="k-2", order=Order(promised_at=later_ms + 2 * DAY_MS)),
    ]
    for point in points:
        observe(profile, point, policy)
        profile.offsets[point.topic] = point.offset
    profile.calm = Calm()  # it names the numbers of the policy, which change
    return profile


def golden(name: str, made: bytes) -> bytes:
    path = GOLDEN / f"{name}.hex"
    if os.environ.get("KANARYA_TEST_WRITE_GOLDEN") and not path.exists():
        path.write_text("\n".join(made.hex()[at : at + 96] for at in range(0, len(made) * 2, 96)) + "\n")
    return bytes.fromhex(path.read_text())


def story_of_care() -> Profile:
    """The same customer with something in what version 1 grew by: uses of channels, and what they told."""
    profile, policy = story()[0], Policy()
    points = [
        touch(START_MS - 40 * 365 * DAY_MS, "call", 20, channel_code=CHANNEL_CODE["phone"]),
        touch(START_MS + 1, "preference_set", 21, preference=Preference("channel.dispute", "phone")),
        touch(START_MS + 2, "preference_set", 22, preference=Preference("seat", ["aisle"])),
        touch(START_MS + 3, "preference_set", 23, preference=Preference("size", 42.5)),
        touch(START_MS + 4, "consent_changed", 24, topic=1, consent=Consent("news", granted=True)),
        touch(START_MS + 5, "identified", 25, ids={"email": "Ada@EXAMPLE.org", "phone": "0532 123 45 67", "shop": "7"}),
        touch(START_MS + 6, "search", 26, product="kettle"),
        touch(START_MS + 7, "case_transferred", 27, case_id="k-1", wait_s=30.0),
    ]
    for point in points:
        observe(profile, point, policy)
        profile.offsets[point.topic] = point.offset
    profile.calm = Calm()  # it names the numbers of the policy, which change
    return profile


def test_a_profile_of_version_1_is_read_and_written_to_the_byte() -> None:
    kept = golden("profile-v1", b"")
    decoded = codec.decode_profile("c-1", kept)
    assert codec.encode_profile(decoded, epoch=7) == kept
    now = codec.decode_profile("c-1", codec.encode_profile(story()[0], epoch=7))
    for fact in now.facts:
        fact.roles &= ~OPENED  # a list that came later
    for name in IN_THE_FIRST:
        assert getattr(decoded, name) == getattr(now, name), name
    assert decoded.windows == {key: rows for key, rows in now.windows.items() if key < 3 * 7}


def test_a_profile_of_version_1_with_what_it_grew_by_is_read_and_written_to_the_byte() -> None:
    profile = story_of_care()
    kept = golden("profile-v1-care", codec.encode_profile(profile, epoch=7))
    decoded = codec.decode_profile("c-1", kept)
    assert codec.encode_profile(decoded, epoch=7) == kept
    assert (decoded.uses, decoded.statements) == (profile.uses, profile.statements)
    assert max(decoded.uses) > 1 << 63


def test_a_profile_with_orders_promises_and_segments_is_read_and_written_to_the_byte() -> None:
    made = codec.encode_profile(grown_story(), epoch=7)
    kept = golden("profile-v1-relation", made)
    assert made == kept
    assert codec.encode_profile(codec.decode_profile("c-1", kept), epoch=7) == kept


def test_a_profile_with_the_roles_of_signals_is_read_and_written_to_the_byte() -> None:
    profile, policy = story()[0], Policy()
    signals = ("human_wanted", "legal", "competitor", "cancel")
    for offset, signal in enumerate(signals, 20):
        roles = roles_of_signals(Scored(-400, 1, "en", (signal,)))
        said = touch(START_MS + 4 * DAY_MS + offset, "message", offset, feeling_milli=-400, signal_roles=roles)
        observe(profile, said, policy)
        profile.offsets[said.topic] = offset
    profile.calm = Calm()  # it names the numbers of the policy, which change
    made = codec.encode_profile(profile, epoch=7)
    kept = golden("profile-v1-signals", made)
    assert made == kept
    decoded = codec.decode_profile("c-1", kept)
    assert codec.encode_profile(decoded, epoch=7) == kept
    told = [fact.roles & (HUMAN | LEGAL | COMPETITOR | CANCELLATION) for fact in decoded.facts]
    assert [roles for roles in told if roles] == [1 << 16, 1 << 17, 1 << 18, 1 << 19]


def test_a_profile_from_before_orders_has_none_of_them_and_goes_on() -> None:
    profile = codec.decode_profile("c-1", golden("profile-v1", b""))
    assert (profile.orders, profile.recommendations, profile.promises, profile.segments) == (None, [], [], [])
    observe(profile, touch(START_MS + 5 * DAY_MS, "order_placed", 20), Policy())
    assert profile.orders is not None
    assert profile.orders.placed == 1


def test_what_a_customer_has_none_of_takes_no_bytes() -> None:
    profile = codec.decode_profile("c-1", golden("profile-v1", b""))
    without = len(codec.encode_profile(profile, epoch=7))
    profile.promises = [Promise(1, "", "t", "k", 2)]
    assert len(codec.encode_profile(profile, epoch=7)) == without + 3 + 1 + len("....t.k.")


def test_a_decoded_profile_has_every_field_of_the_one_that_was_encoded() -> None:
    profile = grown_story()
    decoded = codec.decode_profile("c-1", codec.encode_profile(profile, epoch=7))
    for name in Profile.__struct_fields__:
        if name not in {"lists", "feeling_short", "feeling_long"}:
            assert getattr(decoded, name) == getattr(profile, name), name
    assert decoded.feeling_short.values / decoded.feeling_short.weights == pytest.approx(
        profile.feeling_short.values / profile.feeling_short.weights, abs=0
    )


def test_offsets_epoch_and_deadline_are_readable_without_the_body() -> None:
    profile, _ = story()
    value = codec.encode_profile(profile, epoch=7)
    header = codec.unpack_header(value[: 14 + 2 * 9])
    assert (header.version, header.epoch, header.deadline_ms) == (1, 7, 0)
    assert header.offsets == {0: 19, 1: 11}
    assert header.body_start == 14 + 2 * 9


def test_an_alert_of_schema_1_is_rendered_to_the_byte() -> None:
    profile, policy, steps = new_profile("c-1"), Policy(), 0
    for offset in (14, 15):
        at_ms = START_MS + (offset - 13) * DAY_MS
        point = touch(at_ms, "review", offset, score=Score("rating", 1, 1, 5), answer_millionths=0)
        step = observe(profile, point, policy)
        if step is not None:
            steps += 1
            alert = render(profile, step, PLACE, policy, "golden-scorer")
            assert to_json(alert) == golden("alert-v1", to_json(alert))
            entry = codec.encode_outbox(to_json(alert), headers(alert), b"c-1", epoch=7)
            assert entry == golden("outbox-v1", entry)
            assert codec.decode_outbox(entry) == (b"c-1", to_json(alert), headers(alert))
    assert steps == 1


def test_an_alert_with_orders_and_promises_is_rendered_to_the_byte() -> None:
    profile, alerts = grown_story(), []
    for offset, channel in enumerate(("email", "phone", "web"), 26):
        point = touch(
            START_MS + 5 * DAY_MS, "case_reopened", offset, channel_code=CHANNEL_CODE[channel], case_id=channel
        )
        step = observe(profile, point, Policy())
        alerts += [to_json(render(profile, step, PLACE, Policy(), "golden-scorer"))] if step is not None else []
    assert alerts
    assert alerts[-1] == golden("alert-v1-relation", alerts[-1])


def test_a_meta_record_of_version_1_is_read_and_written_to_the_byte() -> None:
    topics = {"kanarya.touchpoints": TopicMeta(0, 0, 41), "kanarya.store": TopicMeta(1, 2, -1)}
    value = codec.encode_meta(Meta(topics, 9))
    assert value == golden("meta-v1", value)
    assert codec.decode_meta(value) == Meta(topics, 9)


@pytest.mark.parametrize(
    "read", [codec.decode_outbox, codec.decode_meta, lambda value: codec.decode_profile("c", value)]
)
def test_state_of_a_newer_version_is_refused_with_the_mend(read: object) -> None:
    value = b"\x02" + codec.encode_profile(story()[0], epoch=7)[1:]
    with pytest.raises(StateError, match="version 2, this program reads version 1: run the release that wrote it"):
        read(value)  # type: ignore[operator]


@pytest.mark.parametrize("cut", [0, 1, 13, 20, 40])
def test_cut_state_is_an_error_and_never_a_guess(cut: int) -> None:
    value = codec.encode_profile(story()[0], epoch=7)
    with pytest.raises(StateError):
        codec.decode_profile("c", value[:cut])


def test_outbox_keys_sort_by_source_offset_then_seq() -> None:
    places = [(0, 5, 1), (1, 5, 2), (0, 255, 1), (0, 256, 1), (0, 70_000, 3)]
    keys = [codec.outbox_key(topic, offset, seq) for topic, offset, seq in places]
    assert sorted(keys) == keys
