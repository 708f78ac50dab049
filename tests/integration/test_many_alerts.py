"""One customer's state and alerts stay together in a RecordBatch, however small an operator makes these."""

import json
from datetime import UTC, datetime, timedelta

from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed
from tests.integration.verdict import newest_profiles, published
from tests.integration.workers import Workers

SMALLEST = {"request_bytes": 65_536, "fetch_bytes": 1 << 20}
"""A batch holds more alerts of the customer than a RecordBatch does."""
EPISODES = 40
BEGIN = datetime(1990, 1, 1, tzinfo=UTC)


def episode(number: int) -> list[Record]:
    """A customer gives two low ratings on two channels, and is at risk until they come again in half a year."""
    day = BEGIN + timedelta(days=number * 200)
    low: dict[str, object] = {"kind": "review", "score": {"metric": "rating", "value": 1, "min": 1, "max": 5}}
    bodies: list[dict[str, object]] = [
        low | {"channel": "web"},
        low | {"channel": "email"},
        {"channel": "chat", "kind": "message"},
    ]
    times = [day, day + timedelta(hours=1), day + timedelta(days=190)]
    return [
        Record(
            b"ada", json.dumps(body | {"id": f"{number}.{n}", "time": time.isoformat()}).encode(), (), "good", "ada",
            f"{number}.{n}", 0,
        )
        for n, (body, time) in enumerate(zip(bodies, times, strict=True))
    ]  # fmt: skip


def test_a_customer_with_more_alerts_than_fit_into_a_record_batch_is_written_in_pieces(
    settings: Settings, workers: Workers, feed: Feed
) -> None:
    feed.send(settings.inputs[0], [record for number in range(EPISODES) for record in episode(number)])

    worker = workers.start(**SMALLEST)
    with committed(settings) as group:
        group.reach(feed.ends)
    worker.stop()

    assert newest_profiles(settings)["ada"]["touchpoints"] == 3 * EPISODES
    alerts = published(settings)
    assert sum(len(json.dumps(alert)) for alert in alerts.values()) > 2 * SMALLEST["request_bytes"]
