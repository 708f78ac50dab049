"""The dead letters of a test beside the records they stand for: each bad record one, byte for byte, and no other."""

from app.catalogue import dead_letters
from app.settings import Settings
from tests.integration.librdkafka import Feed, Place, Read, read


def letters(settings: Settings) -> dict[Place, Read]:
    """Where each rejected record lies -> its letter; each record has one."""
    found: dict[Place, Read] = {}
    for each in read(settings.broker, dead_letters(settings)):
        topic, partition, offset = (
            each.headers[f"__streams.errors.{name}"].decode() for name in ("topic", "partition", "offset")
        )
        place = topic, int(partition), int(offset)
        assert place not in found, f"two letters of {place}"
        found[place] = each
    return found


def assert_letters_are_the_bad_records(settings: Settings, feed: Feed) -> None:
    """As many letters as bad records, each with its reason, and key, value and headers of the record itself."""
    found = letters(settings)
    bad = {place: record for place, (_, record) in feed.sent.items() if record.role == "bad"}
    assert found.keys() == bad.keys()
    assert {place: found[place].headers["kanarya-reason"].decode() for place in bad} == {
        place: record.identity for place, record in bad.items()
    }
    assert {place: (found[place].key, found[place].value) for place in bad} == {
        place: (record.key, record.value) for place, record in bad.items()
    }
    assert all(dict(record.headers).items() <= found[place].headers.items() for place, record in bad.items())
