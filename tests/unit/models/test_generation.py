"""Generations of a topic in the meta record."""

import pytest

from models.alert import episode_id_of
from models.codec import Meta, TopicMeta, decode_meta, encode_meta
from models.generation import place_of, present, renewed
from models.profile import new_profile
from models.state import Episode

META = Meta({"calls": TopicMeta(0, 0, 41), "mails": TopicMeta(1, 0, 7)}, epoch=3)
RENEWED = renewed(META, "calls")


def test_a_renewed_topic_gets_an_id_of_its_own_with_nothing_applied() -> None:
    meta = renewed(META, "calls")

    assert present(meta) == {"calls": TopicMeta(2, 1, -1), "mails": TopicMeta(1, 0, 7)}
    assert meta.epoch == 4


def test_ids_of_earlier_generations_keep_their_name() -> None:
    meta = renewed(renewed(META, "calls"), "calls")

    assert place_of(3, meta) == (3, ("calls", "mails", "calls", "calls"), (0, 0, 1, 2))
    assert place_of(3, META) == (3, ("calls", "mails"), ())
    assert place_of(3, Meta({})) == (3, (), ())


def test_generations_survive_the_changelog() -> None:
    meta = renewed(META, "calls")

    assert decode_meta(encode_meta(meta)) == meta


def test_the_old_record_is_left_as_it_was() -> None:
    renewed(META, "calls")

    assert META.topics == {"calls": TopicMeta(0, 0, 41), "mails": TopicMeta(1, 0, 7)}


def test_an_episode_opened_at_the_same_offset_of_the_next_generation_is_another_one() -> None:
    """The first generation's ids are those of a topic that never was made anew."""
    profile = new_profile("ada")
    before, after = (Episode(topic, 17, True, 1, 1, 1, 0, 0, 0, 0) for topic in (0, 2))
    told = {episode_id_of(profile, before, place_of(3, META)), episode_id_of(profile, before, place_of(3, RENEWED))}

    assert len(told) == 1
    assert episode_id_of(profile, after, place_of(3, RENEWED)) not in told


def test_ids_do_not_run_over_the_byte_they_are_kept_in() -> None:
    meta = META
    for _ in range(254):
        meta = renewed(meta, "calls")
    assert max(topic.id for topic in meta.topics.values()) == 255

    with pytest.raises(OverflowError):
        renewed(meta, "calls")


def test_a_topic_that_was_never_read_cannot_be_renewed() -> None:
    with pytest.raises(KeyError):
        renewed(META, "chats")
