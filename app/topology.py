"""The whole worker, wired in the order a touchpoint takes: read this file first.

A record on an input topic becomes part of a batch, a batch becomes new states, alerts and dead letters, and these
leave on topics of their own. Nothing happens at import; `app.worker` builds one topology and runs it.

`agents.fold` asks four things of each record, in this order:

1. Is its offset one that the customer's state holds already? Then it is a replay and is skipped.
2. Is it a touchpoint (`models.envelope`)? If not, it goes to `kanarya.touchpoints-dlt` as it came, with the reason in
   its headers.
3. Are its source and id among the customer's newest (`models.profile.is_duplicate`)? Then it is counted, and
   changes nothing else.
4. Else `models.profile.observe` takes it in; an alert may come of it.

The offset of a batch may be committed once the broker has acknowledged, in this order: its dead letters; the new
states, each in one RecordBatch with the alerts that came of it; these alerts on their topic; the public profiles.
"""

import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import faust.auth
import structlog
from faust.types import TP

from agents.books import Books
from agents.breaker import BreakerLimits
from agents.folded import Rules
from agents.lanes import Lanes, Placement
from agents.load import Load
from agents.outside import Outside
from agents.ports import RecoverableStore
from agents.views import Timing
from app import catalogue
from app.engine.application import BatchApp, Limits
from app.engine.changelog import RecordBatchChangelog
from app.engine.dead_letters import DeadLetterPublisher
from app.engine.ends import ends_beyond
from app.engine.piece_reader import PieceReader
from app.engine.places import seen
from app.engine.publisher import TopicPublisher
from app.engine.schema import RawSchema
from app.engine.stores import store_of
from app.engine.table import ProfileTable
from app.engine.watched_publisher import WatchedPublisher
from app.health.progress import Seen
from app.kafka import reader
from app.login.options import login_options, renewed
from app.partitioner import is_placed
from app.settings import Settings
from models.epoch_fence import EpochFence
from models.policy import Policy
from models.sentiment import Scorer

AGENT = "kanarya.profiles"
"""Pinned: Faust would name it after its place in the code."""
TABLE = "profiles"
"""Pinned: with the group it names the changelog topic."""
_STOP_SHARE = 0.7
"""Of the drain time for what is in flight; the rest is for committing and leaving the group."""


@dataclass(frozen=True)
class Topology:
    """A worker that is wired and not started."""

    app: BatchApp
    lanes: Lanes
    books: Books
    books_of: Mapping[int, Books]
    """The same by partition number."""
    look: Callable[[], list[Seen] | None]
    """How far each partition is; once the worker is started."""
    store: RecoverableStore
    """To be closed when the worker ends."""


def build(settings: Settings, policy: Policy, scorer: Scorer) -> Topology:
    """Wire a worker; nothing connects before `app.start()`. Raises `SettingsError` for a store that cannot be had."""
    app = _application(settings)

    # 1. Records arrive in batches: one fetch of one partition is one event (app.engine.consumer).
    touchpoints = app.topic(*settings.inputs, schema=RawSchema())

    # 2. What is known of each customer: bytes in memory or on disk, recovered from the changelog (app.engine.table).
    #    A fence for each partition keeps out what a frozen worker wrote late (models.epoch_fence, agents.own_log).
    end = partial(_changelog_end_beyond, app, settings)
    store = store_of(settings, topic_id=lambda: app.changelog_id, end=end, now_ms=_now_ms)
    fences: defaultdict[int, EpochFence] = defaultdict(EpochFence)
    table = app.table_of(ProfileTable(app, name=TABLE, partitions=settings.partitions, store=store, fences=fences))
    reading = PieceReader(
        app.changelog, partial(reader, settings, "fence", auto_offset_reset="earliest"), partial(_changelog_end, app)
    )
    changelog = RecordBatchChangelog(
        app.changelog, app.main_producer, _now_ms, app.limits.record_batch_bytes, reading, store.sent
    )

    # 3. What leaves: records that are no touchpoints, before the states, by a producer that takes larger ones; alerts,
    #    after the states; public profiles, by a producer of their own, so that they delay no alert.
    dead_letters = DeadLetterPublisher(catalogue.dead_letters(settings), app.dead_letter_producer_started, _now_ms)
    alerts = TopicPublisher(catalogue.alerts(settings), app.main_producer, _now_ms)
    open_reader = partial(reader, settings, "fence", auto_offset_reset="earliest")
    shown = PieceReader(catalogue.profiles(settings), open_reader, _no_end)
    profiles = WatchedPublisher(catalogue.profiles(settings), app.views_producer_started, _now_ms, shown.read)

    # 4. In between: the seven steps of a batch (agents.profiles), a lane for each partition number (agents.lanes).
    books = Books()
    rules = Rules(policy, scorer, settings.group, round(settings.future_s * 1000), _ms(settings.max_age_s))
    load = Load(time.monotonic, time.process_time)
    timing = Timing(time.monotonic, settings.profile_delay_s, settings.profile_backlog_delay_s, load.is_high)
    outside = Outside(
        settings.inputs, store, changelog, alerts, dead_letters, profiles,
        source_ends=partial(_source_ends, app, settings), timing=timing,
        say=structlog.get_logger().info, warn=structlog.get_logger().warning,
        group_bytes=app.limits.group_bytes, breaker=_breaker(settings), fences=fences,
        committed=partial(_committed, app), fenced_s=settings.session_timeout_s + settings.rebalance_timeout_s,
    )  # fmt: skip
    placed = partial(_is_placed, settings.partitions)
    placement = Placement(placed, settings.misplaced_share, books, structlog.get_logger().warning)
    lanes = Lanes(rules, outside, placement, books, app.fail)

    # 5. Faust tells when partitions come (after their recovery) and when they go.
    table.on_ready = partial(_assign, lanes, profiles)
    profiles.on_foreign = lanes.show_again
    app.drain = partial(_drain, app, lanes, settings.drain_s * _STOP_SHARE)
    app.agent(touchpoints, name=AGENT)(partial(_run, lanes))
    look = partial(_look, app, lanes, table)
    return Topology(app, lanes, books, lanes.books_of, look, store)


def _look(app: BatchApp, lanes: Lanes, table: ProfileTable) -> list[Seen] | None:
    return seen(app, lanes.states(), lanes.held(), table)


def _breaker(settings: Settings) -> BreakerLimits | None:
    if settings.breaker == "off":
        return None
    return BreakerLimits(
        settings.breaker_run, settings.breaker_window, settings.breaker_share, settings.breaker_retry_s
    )


async def _run(lanes: Lanes, stream: Any) -> None:
    """The agent: Faust's stream of events, as deliveries; acknowledging is the frontier's matter."""
    await lanes.run(stream.noack())


def _assign(lanes: Lanes, profiles: WatchedPublisher, partitions: set[int]) -> None:
    profiles.forget()
    lanes.assign(partitions)


async def _no_end(_: int) -> int | None:
    return None


async def _drain(app: BatchApp, lanes: Lanes, within_s: float) -> bool:
    failing = app.failed is not None and app.failed.done()
    if lanes.states() and not app.consumer.is_member:
        structlog.get_logger().warning("membership_lost", then="the next owners read again what was in hand")
        lanes.assign(())
        return False
    drained = await lanes.drain(0.0 if failing else within_s)
    if not drained and not failing:
        structlog.get_logger().warning("drain_cut", within_s=within_s, then="the next owner of the partitions goes on")
    return drained


async def _changelog_end(app: BatchApp, partition: int) -> int | None:
    producer = app.dead_letter_producer_started()  # whose connection is nearly always free
    return await producer.end(app.changelog, partition)


async def _source_ends(
    app: BatchApp, settings: Settings, partition: int, applied: Mapping[str, int]
) -> Mapping[str, int]:
    ends = await app.consumer.highwaters(*(TP(topic, partition) for topic in app.inputs))
    told = {tp.topic: end for tp, end in ends.items()}
    return await ends_beyond(told, partition, applied, reader(settings, "ends"))


async def _changelog_end_beyond(app: BatchApp, settings: Settings, partition: int, applied: int) -> int:
    ends = await app.consumer.highwaters(TP(app.changelog, partition))
    told = {tp.topic: end for tp, end in ends.items()}
    found = await ends_beyond(told, partition, {app.changelog: applied}, reader(settings, "ends"))
    return found[app.changelog]


async def _committed(app: BatchApp, partition: int) -> Mapping[str, int]:
    found = await app.consumer.dealt_with(TP(topic, partition) for topic in app.inputs)
    return {tp.topic: offset for tp, offset in found.items()}


def _is_placed(partitions: int, key: bytes, partition: int) -> bool:
    return is_placed(key, partition, partitions)


def _application(settings: Settings) -> BatchApp:
    app = BatchApp(
        settings.group,
        settings.broker,
        Limits(
            partitions=settings.partitions,
            fetch_bytes=settings.fetch_bytes,
            batches_in_flight=settings.batches_in_flight,
            request_bytes=settings.request_bytes,
            session_timeout_s=settings.session_timeout_s,
            rebalance_timeout_s=settings.rebalance_timeout_s,
            compression=None if settings.compression == "none" else settings.compression,
            standbys=settings.standbys,
        ),
        inputs=settings.inputs,
        changelog=catalogue.changelog(settings),
        start_at=settings.start if settings.start_ms is None else settings.start_ms,
        credentials=_credentials(settings),
        instance=settings.instance,
    )
    app.patience.renew = partial(renewed, settings=settings)
    return app


def _credentials(settings: Settings) -> Any:
    """Faust's own word for what `login_options` says to aiokafka."""
    options = login_options(settings)
    context: ssl.SSLContext | None = options.get("ssl_context")
    if "sasl_oauth_token_provider" in options:
        return faust.auth.OAuthCredentials(oauth_cb=options["sasl_oauth_token_provider"], ssl_context=context)
    if "sasl_mechanism" in options:
        return faust.auth.SASLCredentials(
            mechanism=options["sasl_mechanism"],
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            ssl_context=context,
        )
    return faust.auth.SSLCredentials(context) if context is not None else None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
