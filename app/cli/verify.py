"""`kanarya verify`: break things under load, and prove by arithmetic that nothing was lost or counted twice."""

import asyncio
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Annotated, Any, Final

import orjson
from aiokafka.errors import KafkaError
from cyclopts import Parameter
from cyclopts.validators import Number

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, FOUND_WRONG, CommandError, on_kafka, why
from app.cli.verify_progress import Progress
from app.dev.apache_kafka import ApacheKafkaError, lacking
from app.dev.broker import BrokerError
from app.log import set_up
from app.settings import Settings, load, without_secret
from app.topics import existing_partitions
from app.verify import table
from app.verify.broker import Kind
from app.verify.fault import Fault, described, lacks
from app.verify.faults import registry
from app.verify.plan import SetName
from app.verify.result import Result, as_dict, not_run
from app.verify.run import Choice
from app.verify.run import verify as run_verify
from app.verify.worker import VerifyError

_SEEDS: Final = 1_000_000
_TERMINATED: Final = 128 + signal.SIGTERM
_INTERRUPTED: Final = 128 + signal.SIGINT


def verify(
    *,
    fault: Annotated[tuple[str, ...], Parameter(negative="", n_tokens=1)] = (),
    size: SetName = "short",
    seed: int | None = None,
    events: Annotated[int | None, Parameter(validator=Number(gte=1000))] = None,
    rate: Annotated[int | None, Parameter(validator=Number(gte=10, lte=50_000))] = None,
    kafka: bool = False,
    broker: str | None = None,
    config: str | None = None,
    assignments: Annotated[tuple[str, ...], Parameter(name="--set", negative="", n_tokens=1)] = (),
    json: bool = False,
    out: Path | None = None,
    list_faults: Annotated[bool, Parameter(name="--list")] = False,
) -> int:
    """Kill, stop and disturb workers under load, then compare all that came out with a slow reference.

    Without --kafka and --broker it runs on an embedded broker, and nothing needs to be installed. On a cluster of
    yours it makes topics and a group under a random name that begins with verify-, and deletes them afterwards, also
    after Ctrl-C; it never touches others. Exit 1 if anything was lost, counted twice, missing or too much.

    Args:
        fault: Only this one; may be repeated. --list names them.
        size: short takes some minutes, long an hour or more.
        seed: Repeats a schedule: the same touchpoints, and the same hits over them. Random unless given.
        events: Records of each run, in place of what its size says.
        rate: Records fed a second, in place of what its size says.
        kafka: Run on an Apache Kafka that is started for it; needs Java 17 and Maven.
        broker: Run on your cluster, host:port, several separated by commas.
        config: TOML file with the settings to reach the cluster.
        assignments: A setting to reach the cluster, as name=value; may be repeated.
        json: One JSON document, of --list too.
        out: Folder for that document and the workers' logs.
        list_faults: List the faults and end.
    """
    if list_faults:
        faults = list(registry().values())
        if json:
            output.json_document(list(map(described, faults)))
        else:
            output.columns([(each.name, f"row {', '.join(map(str, each.rows))}", each.meaning) for each in faults])
        return DONE
    set_up(guests="critical", level="error")
    kind, given = _where(kafka, broker, config, assignments)
    faults = _chosen(fault, kind, size)
    if out is not None:
        _make(out)
    seed = SystemRandom().randrange(_SEEDS) if seed is None else seed
    choice = Choice(faults, size, seed, kind, given, events, rate, out)
    repeat = _repeat(choice, fault, broker, config, assignments)
    if not json:
        output.line(f"seed {seed}; the same again: {repeat}")
        sys.stdout.flush()
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    results: list[Result] = []
    asked = [each.name for each in faults]

    def keep(result: Result) -> None:
        """After each fault, so that a run that is broken off leaves what it has found."""
        results.append(result)
        if out is not None:
            document = orjson.dumps(as_dict(results, asked, repeat, at), option=orjson.OPT_INDENT_2)
            (out / f"{at}-{size}-{kind}.json").write_bytes(document + b"\n")

    with Progress() as progress:
        code = _run(choice, progress.show, keep)
    if json:
        output.json_document(as_dict(results, asked, repeat, at))
    elif results:
        _tell(results)
    if code:
        output.error(f"interrupted; without a result: {', '.join(not_run(results, asked)) or 'none'}")
    return code or (DONE if all(each.passed for each in results) else FOUND_WRONG)


def _where(
    kafka: bool, broker: str | None, config: str | None, assignments: tuple[str, ...]
) -> tuple[Kind, Settings | None]:
    """Which broker, and how to reach it if it is the user's."""
    if broker is None:
        if config or assignments:
            raise CommandError("--config and --set say how to reach a cluster: name it with --broker", CALLED_WRONG)
        if kafka and (missing := lacking()):
            raise CommandError(f"--kafka needs Java 17 and Maven: {missing}", CALLED_WRONG)
        return ("kafka" if kafka else "embedded"), None
    if kafka:
        raise CommandError("--kafka starts a broker, --broker names one: give one of the two", CALLED_WRONG)
    settings = load({"broker": broker, "config": config}, assignments).settings
    on_kafka(settings, existing_partitions(settings))  # whether it answers and lets us in
    return "given", settings


def _chosen(names: Sequence[str], kind: Kind, size: SetName) -> list[Fault]:
    """The faults named, else all of the set that this broker can take."""
    known = registry()
    for name in names:
        if name not in known:
            raise CommandError(f"--fault {name}: there is no such fault; --list names them", CALLED_WRONG)
        if lacking_here := lacks(known[name], kind):
            raise CommandError(f"--fault {name}: {lacking_here}", CALLED_WRONG)
    if names:
        return [known[name] for name in names]
    left_out = {each.name: said for each in known.values() if (said := lacks(each, kind) or _too_long(each, size))}
    for name, said in left_out.items():
        output.error(f"left out: {name} {said}")
    return [each for each in known.values() if each.name not in left_out]


def _too_long(fault: Fault, size: SetName) -> str | None:
    """Why a fault is not in the set, None when it is."""
    if size == "short" and not fault.in_short_set:
        return f"takes longer than the others: run it with --fault {fault.name}, or with --size long"
    return None


def _repeat(
    choice: Choice, names: Sequence[str], broker: str | None, config: str | None, assignments: tuple[str, ...]
) -> str:
    """The command that strikes over the same records again: what was given, and the seed; of a secret only its name."""
    words = ["kanarya", "verify", *(word for name in names for word in ("--fault", name))]
    words += ["--size", choice.set] if choice.set != "short" else []
    words += ["--seed", str(choice.seed)]
    words += ["--events", str(choice.events)] if choice.events else []
    words += ["--rate", str(choice.per_second)] if choice.per_second else []
    words += ["--kafka"] if choice.kind == "kafka" else []
    words += ["--broker", broker] if broker else []
    words += ["--config", config] if config else []
    words += [word for each in assignments for word in ("--set", without_secret(each))]
    return shlex.join(words)


def _run(choice: Choice, show: Callable[[str, str, int, int], None], on_result: Callable[[Result], None]) -> int:
    """Run to the end or to a signal, which lets everything be cleaned up; the exit code that the signal asks for."""

    async def run() -> None:
        doing: asyncio.Task[Any] | None = asyncio.current_task()
        assert doing is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, doing.cancel)
        await run_verify(choice, show, on_result)

    try:
        asyncio.run(run())
    except asyncio.CancelledError:
        return _TERMINATED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (BrokerError, ApacheKafkaError, VerifyError) as error:
        raise CommandError(str(error)) from error
    except KafkaError as error:
        raise CommandError(why(choice.given or Settings(), error)) from error
    return 0


def _make(out: Path) -> None:
    """Make the folder before the time is spent."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"--out {out}: cannot be made ({error.strerror}); name a folder that can", CALLED_WRONG
        ) from error


def _tell(results: Sequence[Result]) -> None:
    """The table, and what is wrong under it."""
    output.columns(table.rows(results))
    for result in results:
        for said in (*result.faults, *result.slow):
            output.line(f"{result.fault}: {said}")
