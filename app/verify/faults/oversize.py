"""Row 15: records as large as the topic takes them, larger ones refused at the producer, a profile at its largest."""

from typing import Any, Final

import orjson
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError

from app.catalogue import catalogue, changelog
from app.dev.simulate.record import Record
from app.kafka import client_options, producer
from app.verify.fault import Expect, Fault
from app.verify.outcome import read
from app.verify.plan import Schedule, Size
from app.verify.rig import FED_BYTES, Rig
from app.verify.worker import VerifyError

TAKEN_BYTES: Final = 6_000_000
"""What the topic is told to take in the run; a topic of Kafka's takes 1 MiB as it comes."""
SIZES: Final = (999_000, 1_047_000, 5_000_000)
"""Of a text: below 1 MB; with its frame just below 1 MiB; beyond what a topic takes as it comes."""
BIG: Final = "big-"
FULL: Final = "f" * 256
"""Customer whose every field is as long as it may be."""
FULL_TIMES: Final = 1200
"""Its touchpoints: after 600 of them every list is full, of whatever kind a touchpoint is that it takes."""


def stream(schedule: Schedule, records: list[Record]) -> list[Record]:
    """From the hit on: texts of each size by customers who exist, the same spoiled, and all along a full profile."""
    rng = schedule.rng("oversize")
    last = max(record.at_ms for record in records)
    customers = sorted({record.customer_id for record in records if record.role != "bad"})
    large: list[Record] = []
    for number, size in enumerate(SIZES * 2):
        text = rng.randbytes(size // 2).hex()
        touch = _touch(rng.choice(customers), f"{BIG}{number}", last) | {"text": text, "sentiment": -0.5}
        large.append(_good(touch))
        spoiled = orjson.dumps({**touch, "id": f"{BIG}bad-{number}", "time": True})
        large.append(Record(touch["customer_id"].encode(), spoiled, (), "bad", "", "wrong_type", 0))
    rng.shuffle(large)
    full = [_good(_full(number, last - (FULL_TIMES - number) * 1000)) for number in range(FULL_TIMES)]
    fed = list(records)
    for number, each in reversed(list(enumerate(full))):
        fed.insert(number * len(records) // FULL_TIMES, each)
    return [*fed[: schedule.hits[0]], *large, *fed[schedule.hits[0] :]]


def _touch(customer_id: str, id_: str, at_ms: int) -> dict[str, Any]:
    told = {"id": id_, "source": "verify", "time": at_ms, "channel": "email", "kind": "message"}
    return {**told, "customer_id": customer_id}


def _full(number: int, at_ms: int) -> dict[str, Any]:
    """Every name another one, and as long as it may be."""
    name = f"{number:x}-".ljust(256, "n")
    kinds = ("complaint", "case_opened", "order_placed", "survey_answered", "case_resolved")
    touch = _touch(FULL, f"{number:x}-".ljust(128, "i"), at_ms) | {
        "source": name, "kind": kinds[number % len(kinds)], "issue": name, "product": name, "campaign_id": name,
        "account_id": name, "location": name, "employee_id": name, "case_id": name[:128],
        "channel": ("email", "phone", "chat", "web")[number % 4], "sentiment": -0.9, "text": name,
        "order": {"id": name[:128], "value": "19.90", "currency": "EUR", "items": [{"product": name, "quantity": 1}]},
    }  # fmt: skip
    if touch["kind"] == "survey_answered":
        touch["score"] = {"metric": "nps", "value": number % 11}
    return touch


def _good(touch: dict[str, Any]) -> Record:
    customer = touch["customer_id"]
    identity = f"{touch['source']}/{touch['id']}"
    return Record(customer.encode(), orjson.dumps(touch), (), "good", customer, identity, touch["time"])


async def strike(rig: Rig, schedule: Schedule) -> None:
    """See 5 MB refused at the producer; then let the topic take it, and feed what is as large."""
    topic = rig.settings.inputs[0]
    async with producer(rig.settings, "verify", max_request_size=FED_BYTES) as client:
        try:
            await client.send_and_wait(topic, bytes(SIZES[-1]), key=b"refused", partition=0)
        except MessageSizeTooLargeError:
            rig.figures["refused_at_the_producer_bytes"] = SIZES[-1]
        else:
            raise VerifyError(f"a topic that takes 1 MiB took {SIZES[-1]} bytes")
    (spec,) = (each for each in catalogue(rig.settings) if each.name == topic)
    configs = {**spec.configs, "max.message.bytes": str(TAKEN_BYTES)}
    admin = AIOKafkaAdminClient(**client_options(rig.settings, "verify"))
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=configs)])
    finally:
        await admin.close()
    await rig.reached(schedule.hits[0])
    await rig.reached(schedule.recovery)
    rig.hit("records of up to 5 MB")
    await rig.caught_up()
    sizes = [len(each.value or b"") for each in await read(rig.settings, changelog(rig.settings)) if _is_full(each.key)]
    half = len(sizes) // 2
    rig.figures["full_profile_bytes"] = max(sizes)
    rig.figures["full_profile_growth"] = round(max(sizes[half:]) / max(sizes[:half]), 3)


def _is_full(key: bytes | None) -> bool:
    return key == b"\x01" + FULL.encode()


FAULTS: Final = (
    Fault(
        name="oversize",
        rows=(15,),
        meaning="texts of 999 KB, 1 MB and 5 MB, good and bad ones; a profile of which every field is at its longest",
        strike=strike,
        short=Size(events=8000, per_second=1000, hits=1),
        long=Size(events=50_000, per_second=1500, hits=1),
        needs=frozenset({"real_kafka"}),
        stream=stream,
        expect=Expect(figures={"full_profile_bytes": 500_000, "full_profile_growth": 1.1}),
        in_short_set=False,
    ),
)
