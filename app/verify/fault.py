"""What a fault is; `faults/__init__.py` says how to write one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from app.dev.apache_kafka import ApacheKafka
from app.dev.simulate.record import Record
from app.verify import skewed_clock
from app.verify.generate import Mix
from app.verify.plan import Schedule, Size

if TYPE_CHECKING:
    from app.verify.broker import Kind
    from app.verify.rig import Rig
    from app.verify.verdict import Verdict

Need = Literal["own_broker", "real_kafka", "libfaketime"]
"""`own_broker`: a broker process of this fault alone, that it may kill. `real_kafka`: not the embedded one.
`libfaketime`: a library on this machine that gives a process another clock."""
Strike: TypeAlias = Callable[["Rig", Schedule], Awaitable[None]]
Stream: TypeAlias = Callable[[Schedule, list[Record]], list[Record]]
Judge: TypeAlias = Callable[["Rig", "Verdict"], list[str]]


@dataclass(frozen=True)
class Expect:
    """What must hold beside the verdict's own rules; None where there is no bound."""

    applied_within_s: float | None = None
    """From a hit to the first newly applied touchpoint, on the slowest partition."""
    caught_up_within_s: float | None = None
    """From a hit to less than a second of traffic not yet applied."""
    waited_within_s: float | None = None
    """From a record's acknowledgement to its durable state, at worst."""
    stopped_within_s: float | None = None
    """From SIGTERM to the end of the process."""
    applied_p99_s: float | None = None
    """From a record's acknowledgement to its state in the changelog, over the steady phase."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The most that a figure of the fault's own may be, by its name."""
    alerts: bool = True
    """The stream must lead to alerts; without any a run proves little."""


@dataclass(frozen=True)
class Fault:
    """One fault: what it does to a rig under load, how large its runs are, what to expect."""

    name: str
    """As in `--fault NAME`."""
    rows: tuple[int, ...]
    """Of the matrix in docs/verify.md."""
    meaning: str
    """What happens, in a sentence."""
    strike: Strike
    short: Size
    long: Size
    needs: frozenset[Need] = frozenset()
    workers: int = 1
    """Running when the steady phase begins."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Of the workers, over those of the rig."""
    mix: Mix = Mix()  # noqa: RUF009 - frozen
    expect: Expect = Expect()
    stream: Stream | None = None
    """Changes the records before they are fed: takes the schedule and the records, gives what is fed instead."""
    kafka: Callable[[], ApacheKafka] = ApacheKafka
    """Makes the real Kafka of a fault that needs one of its own, for other properties or listeners."""
    in_short_set: bool = True
    """False where even the short run takes long: it is tried when named, and in the long set."""
    exact: bool = True
    """False where the fault must end with workers that refuse to go on: nothing is drained and compared then, and
    `strike` itself raises `VerifyError` where a worker did not refuse as it must."""
    judge: Judge | None = None
    """Looks at more than the verdict does, after it; returns what is wrong, in sentences."""


def described(fault: Fault) -> dict[str, Any]:
    """A fault as `kanarya verify --list --json` shows it."""
    return {
        "name": fault.name,
        "rows": list(fault.rows),
        "meaning": fault.meaning,
        "needs": sorted(fault.needs),
        "workers": fault.workers,
        "in_short_set": fault.in_short_set,
        "exact": fault.exact,
        "short": asdict(fault.short),
        "long": asdict(fault.long),
    }


def lacks(fault: Fault, kind: "Kind") -> str | None:
    """Why a fault cannot be tried on a broker of this kind, None when it can."""
    if kind == "given" and "own_broker" in fault.needs:
        return "harms its broker, and yours is left alone: run it with --kafka"
    if kind == "embedded" and "real_kafka" in fault.needs:
        return f"needs a real Kafka: run it with --kafka{'' if 'own_broker' in fault.needs else ' or --broker'}"
    if "libfaketime" in fault.needs and skewed_clock.library() is None:
        return f"needs libfaketime: {skewed_clock.MEND}"
    return None
