"""States that were read or written last: never others than the store's, and never more than there is room for."""

import random

from app.engine.disk.recent import Recent


def test_what_was_read_or_written_is_not_asked_for_again() -> None:
    recent, asked = Recent(1 << 20), list[list[bytes]]()

    def load(keys: list[bytes]) -> list[bytes | None]:
        asked.append(keys)
        return [None if key == b"none" else b"stored" for key in keys]

    recent.put(0, {b"written": b"w", b"deleted": None})

    keys = [b"a", b"written", b"none", b"deleted", b"a"]
    expected = [b"stored", b"w", None, None, b"stored"]
    assert recent.get_many(0, keys, load) == expected
    assert recent.get_many(0, keys, load) == expected
    assert recent.get_many(1, [b"written"], load) == [b"stored"]
    assert [sorted(set(each)) for each in asked] == [[b"a", b"none"], [b"written"]]


def test_it_says_what_the_store_holds_whatever_it_has_forgotten(seed: int) -> None:
    rnd = random.Random(seed)
    recent, store = Recent(20_000), dict[bytes, bytes]()
    loaded = 0

    def load(keys: list[bytes]) -> list[bytes | None]:
        nonlocal loaded
        loaded += len(keys)
        return [store.get(key) for key in keys]

    for _ in range(400):
        keys = [b"%d" % rnd.randrange(300) for _ in range(rnd.randrange(1, 12))]
        assert recent.get_many(0, keys, load) == [store.get(key) for key in keys]
        written = {key: rnd.choice((None, rnd.randbytes(rnd.randrange(80)))) for key in keys[::2]}
        for key, state in written.items():
            if state is None:
                store.pop(key, None)
            else:
                store[key] = state
        recent.put(0, written)

    held = sum(len(each) for generation in (recent._young, recent._old) for each in generation.values())
    assert 0 < held <= 20_000 // 200 + 24
    assert loaded > 300, "everything fitted, which shows nothing"


def test_a_partition_that_went_is_forgotten() -> None:
    recent = Recent(1 << 20)
    recent.put(0, {b"a": b"old"})
    recent.put(1, {b"a": b"other"})
    recent.forget(0)

    assert recent.get_many(0, [b"a"], lambda keys: [b"new"]) == [b"new"]
    assert recent.get_many(1, [b"a"], lambda keys: []) == [b"other"]
