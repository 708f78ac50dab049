"""The demo with an end: feed, kill the worker half-way, restart it, drain it, and compare what came out.

`kanarya demo --once` calls `once`.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from app import catalogue
from app.dev.demo.feed import Feeder
from app.dev.demo.progress import Progress
from app.dev.demo.reader import read_outcome
from app.dev.demo.stage import PARTITIONS, Stage
from app.dev.demo.summary import Summary, summarize, write_files
from app.dev.demo.tail import Tail
from app.dev.simulate.manifest import Manifest
from app.dev.simulate.record import Record
from app.kafka import producer


async def once(records: Sequence[Record], *, seed: int | None, out: Path | None, progress: Progress) -> Summary:
    """Run the records through a worker that is killed once; the figures, and the files in `out` if asked for.

    Three quarters are fed first. Once half of all is committed an eighth more is fed and the worker is killed over
    it, so that it dies with work in its hands also when the stream is short.
    """
    manifest = Manifest.of(records)
    progress.begin("starting a broker and a worker")
    async with (
        Stage() as stage,
        producer(stage.settings, "demo", linger_ms=5) as client,
        Tail(stage.settings.broker, catalogue.alerts(stage.settings)) as tail,
    ):
        feeder = Feeder(client, stage.settings.inputs[0], PARTITIONS)
        await stage.start_worker()
        await stage.worker_ready()
        started_s = time.monotonic()
        count = len(records)
        progress.begin("feeding")
        await feeder.feed(records[: count * 3 // 4])
        async for committed in stage.commits():
            progress.show(feeder.fed, sum(committed.values()), len(tail.seen))
            if sum(committed.values()) >= count // 2:
                break
        await feeder.feed(records[count * 3 // 4 : count * 7 // 8])
        progress.begin("the worker is killed and another starts")
        await stage.kill_worker()
        await stage.start_worker()
        await feeder.feed(records[count * 7 // 8 :])
        async for committed in stage.commits():
            progress.show(feeder.fed, sum(committed.values()), len(tail.seen))
            if all(committed[partition] >= end for partition, end in feeder.ends.items()):
                break
        took_s = time.monotonic() - started_s
        progress.begin("comparing what came out")
        report = await stage.drain_worker()
        await tail.reached_end()
        settings = stage.settings
        outcome = await read_outcome(settings.broker, catalogue.profiles(settings), catalogue.dead_letters(settings))
        summary = summarize(
            seed=seed,
            manifest=manifest,
            outcome=outcome,
            feeder=feeder,
            tail=tail,
            replayed=report["replayed"],
            restarts=1,
            took_s=took_s,
        )
    if out is not None:
        write_files(out, summary, outcome, tail)
    return summary
