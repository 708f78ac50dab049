"""What goes wrong between a producer and the topic: touchpoints out of order, sent again, or spoiled.

`app.dev.demo` feeds `spoiled_stream`. Each fault is made so that a correct worker must cope with it: a retry comes
within the reach of the duplicates' guard, and a spoiled record must become a dead letter.
"""

from collections import defaultdict
from random import Random
from typing import Final

from app.dev.simulate.bad import bad_record
from app.dev.simulate.customer import DAY_MS
from app.dev.simulate.record import Record
from app.dev.simulate.stream import stream

RETRY_WITHIN: Final = 32
"""A retry comes before this many further touchpoints of its customer; the guard remembers 64."""
_OUT_OF_ORDER_SHARE: Final = 0.02
_AT_MOST_BEHIND: Final = 5


def spoiled_stream(seed: int, count: int, end_ms: int) -> list[Record]:
    """`count` records as they are produced: 1 % retries, 0.5 % bad ones, the rest good, 2 % of these out of order."""
    rng = Random(f"kanarya faults {seed}")
    retries = count // 100
    bad = count // 200
    records = out_of_order(stream(seed, count - retries - bad, end_ms), rng, _OUT_OF_ORDER_SHARE)
    return with_bad(with_retries(records, rng, retries), rng, bad, end_ms)


def out_of_order(records: list[Record], rng: Random, share: float) -> list[Record]:
    """Move a share of the records behind one to five later touchpoints of the same customer."""
    by_customer = _places(records)
    movable = [
        (places, index)
        for places in by_customer.values()
        for index in range(len(places) - 1)
        if records[places[index]].at_ms < records[places[index + 1]].at_ms
    ]
    order = [(place, 0) for place in range(len(records))]
    for places, index in rng.sample(movable, min(len(movable), round(len(records) * share))):
        behind = places[min(len(places) - 1, index + rng.randint(1, _AT_MOST_BEHIND))]
        order[places[index]] = (behind, 1)
    return [records[place] for place in sorted(range(len(records)), key=order.__getitem__)]


def with_retries(records: list[Record], rng: Random, count: int) -> list[Record]:
    """Send `count` of the records once more, after 0 to 31 further touchpoints of the same customer.

    The customer's newest event time has by then moved on by 24 h at most: until then the guard remembers the id.
    """
    by_customer = _places(records)
    repeated: dict[int, list[Record]] = defaultdict(list)
    index_of = {place: index for places in by_customer.values() for index, place in enumerate(places)}
    for place in rng.sample(range(len(records)), min(count, len(records))):
        places = by_customer[records[place].customer_id]
        first = index_of[place]
        until_ms = max(records[each].at_ms for each in places[: first + 1]) + DAY_MS
        end = min(len(places), first + RETRY_WITHIN)
        last = first
        while last + 1 < end and records[places[last + 1]].at_ms <= until_ms:
            last += 1
        after = places[rng.randint(first, last)]
        repeated[after].append(records[place]._replace(role="retry"))
    return [each for place, record in enumerate(records) for each in (record, *repeated.get(place, ()))]


def with_bad(records: list[Record], rng: Random, count: int, end_ms: int) -> list[Record]:
    """Put `count` bad records between the others, most of them under the key of a customer who exists."""
    customers = sorted({record.customer_id for record in records}) or ["nobody"]
    inserted: dict[int, list[Record]] = defaultdict(list)
    for number in range(count):
        place = rng.randrange(len(records)) if records else 0
        inserted[place].append(bad_record(rng, number, rng.choice(customers), end_ms))
    return [each for place, record in enumerate(records) for each in (*inserted.get(place, ()), record)]


def _places(records: list[Record]) -> dict[str, list[int]]:
    """Customer id -> places of its records in the stream, ascending."""
    by_customer: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        by_customer[record.customer_id].append(place)
    return by_customer
