"""Generations of a topic in the meta record."""

import pytest

from models.codec import Meta, TopicMeta, decode_meta, encode_meta
from models.generation import names_by_id, present, renewed

META = Meta({"calls": TopicMeta(0, 0, 41), "mails": TopicMeta(1, 0, 7)}, epoch=3)


def test_a_renewed_topic_gets_an_id_of_its_own_with_nothing_applied() -> None:
    meta = renewed(META, "calls")

    assert present(meta) == {"calls": TopicMeta(2, 1, -1), "mails": TopicMeta(1, 0, 7)}
    assert meta.epoch == 4


def test_ids_of_earlier_generations_keep_their_name() -> None:
    meta = renewed(renewed(META, "calls"), "calls")

    assert names_by_id(meta) == ("calls", "mails", "calls", "calls")
    assert names_by_id(Meta({})) == ()


def test_generations_survive_the_changelog() -> None:
    meta = renewed(META, "calls")

    assert decode_meta(encode_meta(meta)) == meta


def test_the_old_record_is_left_as_it_was() -> None:
    renewed(META, "calls")

    assert META.topics == {"calls": TopicMeta(0, 0, 41), "mails": TopicMeta(1, 0, 7)}


def test_a_topic_that_was_never_read_cannot_be_renewed() -> None:
    with pytest.raises(KeyError):
        renewed(META, "chats")
