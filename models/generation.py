"""Generations of input topics: a topic that was made anew begins again at offset 0.

A customer's state remembers the last applied offset per small topic id, so the records of a topic made anew must come
under a new id, or they would pass for ones applied already. `agents.profiles` and `app.reading` ask what the ids
stand for, `app.generation` starts a new generation.
"""

from typing import Final

from models.alert_record import Place
from models.codec import Meta, TopicMeta

_IDS: Final = 256
"""A small id is one byte."""
_RETIRED: Final = "#"
"""Marks the entry of an earlier generation, `name#0`; no topic can be called so."""


def place_of(partition: int, meta: Meta) -> Place:
    """What the small ids of a partition stand for, those of earlier generations too, as references need them."""
    names = {topic.id: name.partition(_RETIRED)[0] for name, topic in meta.topics.items()}
    generations = {topic.id: topic.generation for topic in meta.topics.values()}
    numbers = range(max(names, default=-1) + 1)
    renewed_ones = tuple(generations.get(number, 0) for number in numbers) if any(generations.values()) else ()
    return Place(partition, tuple(names.get(number, "") for number in numbers), renewed_ones)


def present(meta: Meta) -> dict[str, TopicMeta]:
    """The entries of the topics as they are now, by name."""
    return {name: topic for name, topic in meta.topics.items() if _RETIRED not in name}


def renewed(meta: Meta, name: str) -> Meta:
    """The meta record with the next generation of a topic, of which nothing is applied yet; the epoch rises by one.

    Raises `KeyError` for a topic that was never read, `OverflowError` when every small id is taken.
    """
    old = meta.topics[name]
    if len(meta.topics) >= _IDS:
        raise OverflowError(f"all {_IDS} ids of topics and their generations are taken")
    topics = meta.topics | {
        f"{name}{_RETIRED}{old.generation}": old,
        name: TopicMeta(len(meta.topics), old.generation + 1, -1),
    }
    return Meta(topics, meta.epoch + 1)
