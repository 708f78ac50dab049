"""One fault after the other, each from empty topics to a result: `kanarya verify` calls `verify`."""

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from aiokafka.errors import KafkaError

from app.dev.apache_kafka import ApacheKafkaError
from app.dev.children import ChildError
from app.settings import Settings
from app.verify.broker import Broker, Kind, opened
from app.verify.fault import Fault
from app.verify.plan import SetName, Size, plan
from app.verify.play import Show, play
from app.verify.result import Result
from app.verify.rig import Rig
from app.verify.worker import RefusedError, VerifyError

_CANNOT_GO_ON: Final = (VerifyError, KafkaError, ChildError, ApacheKafkaError)


@dataclass(frozen=True)
class Choice:
    """What to run."""

    faults: Sequence[Fault]
    set: SetName
    seed: int
    kind: Kind
    given: Settings | None = None
    """How to reach the user's cluster."""
    events: int | None = None
    """In place of the set's number."""
    per_second: int | None = None
    out: Path | None = None
    """Where the workers' logs are left."""

    def size(self, fault: Fault) -> Size:
        """Of a run of this fault."""
        size = fault.short if self.set == "short" else fault.long
        return replace(size, events=self.events or size.events, per_second=self.per_second or size.per_second)


async def verify(choice: Choice, show: Show, on_result: Callable[[Result], None]) -> list[Result]:
    """Run each fault; a run that cannot go on is a result too. Raises what keeps a broker from starting."""
    results = []
    async with AsyncExitStack() as stack:
        shared: Broker | None = None
        for fault in choice.faults:
            own = "own_broker" in fault.needs
            if not own and shared is None:
                shared = await stack.enter_async_context(opened(choice.kind, choice.given))
            result = await _one(choice, fault, None if own else shared, show)
            results.append(result)
            on_result(result)
    return results


async def _one(choice: Choice, fault: Fault, shared: Broker | None, show: Show) -> Result:
    began_s = time.monotonic()
    schedule = plan(fault.name, choice.seed, choice.size(fault))
    size = schedule.size
    result = Result(fault.name, fault.rows, choice.seed, "", choice.set, size.events, size.per_second)
    try:
        async with AsyncExitStack() as stack:
            broker = shared
            if broker is None:
                broker = await stack.enter_async_context(opened(choice.kind, choice.given, fault.kafka))
            result.broker = broker.version
            rig = await stack.enter_async_context(Rig(broker, uuid4().hex[:10], fault.settings))
            if choice.out is not None:
                stack.callback(_keep_logs, rig, choice.out / "logs" / fault.name)
            await play(rig, fault, schedule, result, show)
    except RefusedError:
        raise
    except _CANNOT_GO_ON as error:
        result.faults.append(str(error) or type(error).__name__)
    except ExceptionGroup as group:
        expected, others = group.split(_CANNOT_GO_ON)
        if expected is None or others is not None:
            raise
        result.faults += [str(error) or type(error).__name__ for error in expected.exceptions]
    result.took_s = time.monotonic() - began_s
    return result


def _keep_logs(rig: Rig, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for worker in rig.started:
        shutil.copyfile(worker.child.log, folder / worker.child.log.name)
