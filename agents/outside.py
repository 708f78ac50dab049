"""What lanes reach the outside with: `app.topology` fills it in, `agents.lanes` hands it to each lane."""

from collections import Counter, defaultdict

import msgspec

from agents.breaker import BreakerLimits
from agents.ports import Changelog, Committed, Publisher, Say, SourceEnds, Store
from agents.right_of_way import RightOfWay
from agents.views import Timing
from models.epoch_fence import EpochFence


class Outside(msgspec.Struct, frozen=True):
    """What lanes reach the outside with."""

    topics: tuple[str, ...]
    """Input topics."""
    store: Store
    changelog: Changelog
    alerts: Publisher
    dead_letters: Publisher
    views: Publisher
    source_ends: SourceEnds
    timing: Timing
    say: Say
    warn: Say
    group_bytes: int
    """Most bytes of one customer's state and alerts, which must fit into one RecordBatch."""
    right_of_way: RightOfWay = msgspec.field(default_factory=RightOfWay)
    fences: defaultdict[int, EpochFence] = msgspec.field(default_factory=lambda: defaultdict(EpochFence))
    """By partition number, as the recovery has left them."""
    fenced_s: float = 60.0
    """How long a fenced worker waits for the rebalance that takes the partition from it."""
    rejections: Counter[str] = msgspec.field(default_factory=Counter)
    """Dead letters by reason since the start, of all lanes: a line that stands for many tells all of them."""
    breaker: BreakerLimits | None = None
    """When a topic partition is held; None for never."""
    committed: Committed | None = None
    """What the group's commits say is written; None where there is no group."""
