"""Every private name of Faust, mode and aiokafka that `app.engine` leans on, with the shape it relies on.

A red test here after an upgrade names what moved, before a worker meets it.
"""

import ast
import inspect
from pathlib import Path
from typing import Any

import aiokafka
import faust
import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer import fetcher as aiokafka_fetcher
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance, GroupCoordinator
from aiokafka.consumer.subscription_state import Assignment, Subscription, SubscriptionState, TopicPartitionState
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.protocol.group import HeartbeatRequest
from faust.assignor.partition_assignor import PartitionAssignor
from faust.serializers.schemas import Schema
from faust.stores.base import SerializedStore, Store
from faust.streams import Stream
from faust.tables.base import Collection
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport import consumer as faust_consumer
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import ConsumerMessage
from mode import Service

from app.engine.application import BatchApp
from app.engine.consumer import Consumer
from app.engine.consumer_thread import ConsumerThread
from app.engine.producer import Producer
from app.engine.schema import RawSchema
from app.engine.store import StoreAdapter
from app.engine.table import ProfileTable
from app.engine.transport import Transport

OVERRIDES = [
    (Consumer, driver.Consumer, "_new_consumer_thread getmany force_commit perform_seek seek_wait"),
    (Consumer, driver.Consumer, "on_partitions_revoked verify_event_path"),
    (ConsumerThread, driver.AIOKafkaConsumerThread, "__post_init__ on_start on_thread_stop set_shutdown"),
    (ConsumerThread, driver.AIOKafkaConsumerThread, "_create_worker_consumer _fetch_records _commit"),
    (Producer, driver.Producer, "_settings_extra _new_producer"),
    (Transport, driver.Transport, "Consumer Producer"),
    (RawSchema, Schema, "compile"),
    (StoreAdapter, Store, "persisted_offset set_persisted_offset on_rebalance apply_changelog_batch reset_state"),
    (StoreAdapter, Store, "backup_partition restore_backup"),
    (StoreAdapter, SerializedStore, "_clear"),
    (ProfileTable, Collection, "_new_store on_start on_rebalance on_recovery_completed"),
    (ProfileTable, faust.Table, "apply_changelog_batch"),
    (BatchApp, faust.App, "_new_transport _new_producer_transport _create_directories on_init_dependencies"),
    (BatchApp, faust.App, "_on_partitions_assigned _on_partitions_revoked _consumer_wait_empty"),
    (BatchApp, Service, "_crash"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "name"),
    [(ours, theirs, name) for ours, theirs, names in OVERRIDES for name in names.split()],
    ids=lambda value: value if isinstance(value, str) else value.__qualname__,
)
def test_what_we_override_exists_and_is_called_as_before(ours: type, theirs: type, name: str) -> None:
    mine, base = getattr(ours, name), getattr(theirs, name)
    assert mine is not base
    if inspect.isfunction(base):
        assert inspect.iscoroutinefunction(mine) == inspect.iscoroutinefunction(base)
        assert _passable(mine) >= _passable(base)


def _passable(function: Any) -> set[str]:
    """Names of parameters; all names when it takes any."""
    parameters = inspect.signature(function).parameters
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        return _Everything()
    return set(parameters)


class _Everything(set[str]):
    def __ge__(self, other: Any) -> bool:
        return True


USED = [
    (faust_consumer.Consumer, "_get_active_partitions _is_changelog_tp _read_offset flow_active"),
    (faust_consumer.ThreadDelegateConsumer, "_getmany _commit highwater highwaters assignment"),
    (driver.AIOKafkaConsumerThread, "_ensure_consumer call_thread"),
    (driver.Producer, "_ensure_producer"),
    (faust.App, "rebalancing consumer_generation_id tables assignor producer consumer topics _new_producer fail"),
    (faust.App, "flow_control conf topic agent"),
    (PartitionAssignor, "assigned_standbys"),
    (Stream, "noack"),
    (TableManager, "changelog_topics recovery add"),
    (Recovery, "active_highwaters active_offsets active_tps active_remaining_total in_recovery"),
    (Recovery, "standby_highwaters standby_offsets standby_tps"),
    (Collection, "changelog_topic data add_runtime_dependency"),
    (faust.Topic, "topics"),
    (aiokafka.AIOKafkaConsumer, "committed seek commit beginning_offsets end_offsets offsets_for_times"),
    (aiokafka.AIOKafkaConsumer, "_client _fetch_max_wait_ms _fetch_min_bytes _isolation_level _subscription"),
    (aiokafka.AIOKafkaConsumer, "assign getmany position _fetcher _coordinator"),
    (aiokafka_fetcher.Fetcher, "_records _pending_tasks"),
    (aiokafka_fetcher.FetchResult, "_partition_records"),
    (aiokafka_fetcher.PartitionRecords, "_records _records_iterator _tp _check_crcs _isolation_level"),
    (aiokafka_fetcher.PartitionRecords, "_consume_aborted_up_to _contains_abort_marker _aborted_producers"),
    (GroupCoordinator, "generation _send_req reset_generation request_rejoin fetch_committed_offsets"),
    (GroupCoordinator, "close coordinator_id _coordination_task"),
    (HeartbeatRequest, "_group _generation_id _member_id"),
    (driver.AIOKafkaConsumerThread, "_consumer"),
    (SubscriptionState, "subscription"),
    (Subscription, "assignment"),
    (Assignment, "state_value"),
    (aiokafka.AIOKafkaProducer, "create_batch send_batch send client partitions_for"),
    (AIOKafkaClient, "_get_conn _conns cluster bootstrap fetch_all_metadata force_metadata_update get_random_node"),
    (AIOKafkaClient, "send close"),
    (TopicPartitionState, "has_valid_position _position"),
    (BatchBuilder, "append close record_count"),
]


@pytest.mark.parametrize(
    ("owner", "name"),
    [(owner, name) for owner, names in USED for name in names.split() if name != "fail"],
    ids=lambda value: value if isinstance(value, str) else value.__qualname__,
)
def test_what_we_use_exists(owner: type, name: str) -> None:
    assert hasattr(owner, name) or _is_set_in(owner, name), f"{owner.__qualname__}.{name} is gone"


def test_every_private_name_that_the_engine_takes_from_others_is_held_here() -> None:
    ours: set[str] = set()
    taken: set[str] = set()
    for path in (Path(__file__).parents[2] / "app/engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                ours.add(node.name)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                ours.add(node.target.id)
            elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                is_own = (
                    isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"
                )
                (ours if is_own else taken).add(node.attr)
    lists = [*(names for _, _, names in OVERRIDES), *(names for _, names in USED)]
    held = {name for names in lists for name in names.split()}

    assert {name for name in taken - ours if not name.startswith("__")} <= held


def _is_set_in(owner: type, name: str) -> bool:
    """Whether a method of the class or its bases assigns `self.name`, or annotates it."""
    for base in owner.__mro__[:-1]:
        if name in getattr(base, "__annotations__", {}):
            return True
        for node in ast.walk(ast.parse(inspect.getsource(inspect.getmodule(base) or base))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == name:
                return True
    return False


@pytest.mark.parametrize(
    ("function", "fragment"),
    [
        (faust_consumer.Consumer._drain_messages, "r_offset is None or offset >= r_offset"),
        (faust_consumer.Consumer._drain_messages, "if gap > 1 and r_offset:"),
        (faust_consumer.Consumer.commit, "self.force_commit"),
        (faust_consumer.Consumer.on_stop, "commit_and_end_transactions"),
        (faust_consumer.Consumer.on_partitions_revoked, "self._on_partitions_revoked"),
        (driver.AIOKafkaConsumerThread._create_worker_consumer, "fetch_max_wait_ms="),
        (driver.AIOKafkaConsumerThread.on_thread_stop, "await self._consumer.stop()"),
        (aiokafka.AIOKafkaConsumer.stop, "await self._fetcher.close() await self._client.close()"),
        (driver.AIOKafkaConsumerThread._fetch_records, "fetcher.fetched_records("),
        (driver.AIOKafkaConsumerThread.commit, "self.call_thread(self._commit, offsets)"),
        (driver.ConsumerRebalanceListener.on_partitions_revoked, "thread.app.on_rebalance_start()"),
        (faust.App._on_partitions_revoked, "self._consumer_wait_empty"),
        (faust.App._stop_consumer, "self._consumer_wait_empty"),
        (faust.App._on_partitions_revoked, "self.flow_control.clear"),
        (Recovery.on_recovery_completed, "table.on_recovery_completed"),
        (Recovery.on_recovery_completed, "consumer.perform_seek()"),
        (Recovery._slurp_changelogs.fun, "table.apply_changelog_batch(buf)"),
        (Recovery._seek_offsets, "consumer.seek_wait"),
        (Recovery._build_highwaters, "tp: value - 1 if value is not None else -1"),
        (faust.Table.apply_changelog_batch, "self.data.apply_changelog_batch"),
        (aiokafka_fetcher.Fetcher.fetched_records, "if partitions and tp not in partitions"),
        (aiokafka_fetcher.Fetcher._proc_fetch_request, "self._records[tp] = FetchResult("),
        (aiokafka_fetcher.FetchResult.getall, "for msg in self._partition_records:"),
        (aiokafka_fetcher.PartitionRecords.__next__, "next(self._records_iterator)"),
        (GroupCoordinator._do_heartbeat, "await self._send_req(request)"),
        (GroupCoordinator._maybe_leave_group, "self._group_instance_id is None"),
        (CoordinatorGroupRebalance.perform_group_join, "self._coordinator._send_req(request)"),
        (GroupCoordinator.reset_generation, "self.generation = OffsetCommitRequest.DEFAULT_GENERATION_ID"),
        (GroupCoordinator._do_heartbeat, "is Errors.UnknownMemberIdError: log.warning("),
        (AIOKafkaClient.send, "self.ready(node_id"),
        (AIOKafkaClient.ready, "self._get_conn(node_id"),
        (AIOKafkaClient._metadata_update, "self._get_conn(node_id)"),
        (Service.crash, "self._crash(reason)"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__qualname__,
)
def test_the_code_around_us_still_does_what_we_build_on(function: Any, fragment: str) -> None:
    assert fragment in " ".join(inspect.getsource(inspect.unwrap(function)).split())


def test_a_seek_happens_after_the_partitions_are_ready_and_before_fetching_goes_on() -> None:
    """`Consumer.getmany` fetches changelogs only while `rebalancing`; the seek lies inside."""
    source = inspect.getsource(Recovery.on_recovery_completed)
    order = ["table.on_recovery_completed(", "consumer.perform_seek()", "flow_control.resume()", "on_rebalance_end()"]
    assert [source.index(name) for name in order] == sorted(source.index(name) for name in order)


def test_a_message_of_a_whole_batch_can_be_made() -> None:
    tp = faust.types.TP("t", 3)
    message = ConsumerMessage("t", 3, 41, 0.0, 1, None, None, "batch", None, None, None, tp, generation_id=5)

    assert (message.tp, message.offset, message.value, message.generation_id) == (tp, 41, "batch", 5)


async def test_a_raw_event_carries_the_batch_untouched() -> None:
    value = object()

    class App:
        def create_event(self, *args: Any) -> tuple[Any, ...]:
            return args

    message = ConsumerMessage("t", 0, 0, 0.0, 1, None, None, value, None, None, None, None, generation_id=0)

    assert await RawSchema().compile(App())(message) == (None, value, None, message)


def test_the_batch_builder_takes_the_first_record_whatever_its_size() -> None:
    builder = BatchBuilder(1000, 0)

    assert builder.append(timestamp=1, key=b"k", value=bytes(5000)) is not None
    assert builder.append(timestamp=1, key=b"k", value=bytes(5000)) is None
    assert builder.record_count() == 1


@pytest.mark.parametrize("name", ["fetch_max_wait_ms", "isolation_level"])
def test_a_consumer_reads_what_we_set_at_the_start(name: str) -> None:
    assert f"{name}=self._{name}" in inspect.getsource(aiokafka.AIOKafkaConsumer.start)


def test_the_producers_send_to_the_partition_that_murmur2_names() -> None:
    assert "DefaultPartitioner" in inspect.getsource(driver.Producer.__post_init__)
