"""The faults of `kanarya verify`, one file each. `registry` finds them: nothing else is to be changed for a new one.

A file gives `FAULTS`, a tuple of `app.verify.fault.Fault`. Its heart is::

    async def strike(rig: Rig, schedule: Schedule) -> None:
        for place in schedule.hits:
            await rig.reached(place)             # so many touchpoints have been fed
            await rig.workers[0].kill()
            rig.hit("SIGKILL")                   # recovery times are measured from here
            await rig.start_worker()

`strike` is called when the impact phase begins. The feed goes on meanwhile, up to the next place of `schedule.hits`
that nobody has waited for, or to the end of the impact phase: there it waits for a fault that takes long.
`rig.feed.hold()` stops it too and `rig.feed.go_on()` lets it go on. When `strike` returns, workers must run (or start)
that can finish the rest; it need not wait until they have. What a fault opens (a proxy, a folder) it closes itself;
processes end with the rig.

What a `Rig` offers (`app.verify.rig`):

settings           of this run: `broker`, `topic_prefix` and `group` are its own
broker             `connection`, `kind`; with `needs={"own_broker"}` also `child`, a process to signal; `restart()`
                   starts it again on the same port and data (a real Kafka only)
workers            the running `Worker`s, oldest first; `worker.kill() stop() freeze() thaw() ready() serves() says()
                   tells() status() lines()`
start_worker(**s)  a new worker process; `s` are settings of its own, `under=[...]` a command to run it under,
                   `environ={...}` variables, `command=[...]` that of another release
reached(place)     waits for the feed; caught_up() for the commits of everything fed so far
hit(what)          notes a hit that is over now; `began_s` says when one that lasted began (`time.monotonic()`)
watch.next_applied()  waits until some partition's states have moved on, where there is work to do
figures            a dict; what a fault puts in is told with the result

What a `Fault` may ask for beside that: another mix of the stream (`mix`) or other records (`stream`), settings of all
workers, a Kafka with other properties or behind a bad network (`kafka`), bounds (`expect`), a look at more than the
verdict's counts (`judge`), and no verdict at all where workers must refuse to go on (`exact=False`). One that takes
long even in its short form stays out of the short set (`in_short_set`). How long a hit lasts, where that is a matter of
time, stands in its `Size`.

A worker that ends by itself fails the run, unless `worker.may_end` is set. All choices come from `schedule.rng(...)`.
Waits are for events: for the feed, a log line, a status, a commit; never for a guess of seconds.
"""

import importlib
import pkgutil
from functools import cache

from app.verify.fault import Fault


@cache
def registry() -> dict[str, Fault]:
    """Name -> fault, by the first row of the matrix and name."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    faults: list[Fault] = [fault for module in modules for fault in module.FAULTS]
    faults.sort(key=lambda fault: (fault.rows, fault.name))
    named = {fault.name: fault for fault in faults}
    if len(named) != len(faults):
        raise ValueError(f"two faults have one name: {[fault.name for fault in faults]}")
    return named
