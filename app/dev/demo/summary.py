"""What a finished demo says: one document of figures, and the files behind them. `once` makes it."""

import json
from pathlib import Path
from typing import Any

import msgspec

from app.dev.demo.feed import Feeder
from app.dev.demo.reader import Outcome
from app.dev.demo.tail import Tail
from app.dev.simulate.manifest import Manifest


class Latency(msgspec.Struct):
    """Percentiles in ms from a trigger's acknowledgement to its alert; null without alerts."""

    p50: float | None
    p99: float | None


class Summary(msgspec.Struct):
    """The figures of one run."""

    seed: int | None
    """Null with records of the user's own."""
    produced: int
    """Records of all kinds on the input topic."""
    applied: int
    """Sum of the touchpoints that the profiles count."""
    rejected: int
    """Distinct dead letters, by topic, partition and offset of their record."""
    duplicates: int
    """Sum of the duplicates that the profiles count."""
    replayed: int
    """Records read a second time and skipped, as told by workers that drained."""
    restarts: int
    profiles: int
    alerts: int
    """Distinct alert ids."""
    lost: int
    counted_twice: int
    events_per_second: float
    """Records produced by the seconds from the first of them to the last commit, kill and restart included."""
    event_to_alert_ms: Latency

    @property
    def exact(self) -> bool:
        """Nothing was lost and nothing counted twice."""
        return self.lost == 0 and self.counted_twice == 0


def latency_ms(feeder: Feeder, tail: Tail) -> Latency:
    """Over distinct alerts: first seen minus the acknowledgement of the record that triggered it."""
    waits = sorted(
        (seen_s - feeder.acked[trigger["partition"]][trigger["offset"]]) * 1000
        for seen_s, trigger in tail.seen.values()
    )
    return Latency(percentile(waits, 0.5), percentile(waits, 0.99))


def percentile(ascending: list[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed, in tenths; None without values."""
    if not ascending:
        return None
    place = max(0, -(-len(ascending) * share // 1) - 1)
    return round(ascending[int(place)], 1)


def summarize(
    *,
    seed: int | None,
    manifest: Manifest,
    outcome: Outcome,
    feeder: Feeder,
    tail: Tail,
    replayed: int,
    restarts: int,
    took_s: float,
) -> Summary:
    """Put the figures together."""
    return Summary(
        seed=seed,
        produced=manifest.produced,
        applied=sum(outcome.touchpoints.values()),
        rejected=len(outcome.rejected),
        duplicates=outcome.duplicates,
        replayed=replayed,
        restarts=restarts,
        profiles=len(outcome.profiles),
        alerts=len(tail.seen),
        lost=manifest.lost(outcome.touchpoints),
        counted_twice=manifest.counted_twice(outcome.touchpoints),
        events_per_second=round(manifest.produced / took_s, 1),
        event_to_alert_ms=latency_ms(feeder, tail),
    )


def as_dict(summary: Summary) -> dict[str, Any]:
    """The summary as it is printed and written."""
    return msgspec.to_builtins(summary)  # type: ignore[no-any-return]


def write_files(folder: Path, summary: Summary, outcome: Outcome, tail: Tail) -> None:
    """Leave profiles.jsonl, alerts.jsonl (record values byte for byte), rejected.jsonl and summary.json."""
    folder.mkdir(parents=True, exist_ok=True)
    profiles = [outcome.profiles[customer_id] for customer_id in sorted(outcome.profiles)]
    rejected = [json.dumps(outcome.rejected[place], ensure_ascii=False).encode() for place in sorted(outcome.rejected)]
    for name, lines in (("profiles", profiles), ("alerts", tail.values), ("rejected", rejected)):
        (folder / f"{name}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / "summary.json").write_text(json.dumps(as_dict(summary), indent=2) + "\n")
