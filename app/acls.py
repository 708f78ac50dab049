"""Who must be allowed what on the broker: least privilege per role, derived from `app.catalogue` and the settings.

`kanarya topics acls` prints it. What a part of Kanarya does to a topic stands in `_TOPICS`, once.
"""

import shlex
from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

import msgspec

from app import catalogue
from app.settings import Settings

Role = Literal["worker", "producer", "reader", "operator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
MEANING: Final[Mapping[Role, str]] = {
    "worker": "kanarya worker",
    "producer": "whoever sends touchpoints, and kanarya produce",
    "reader": "whoever acts on alerts: kanarya alerts (a consumer group of your own needs Read on that group too)",
    "operator": "kanarya topics, doctor, dlq, profile and profiles",
}
CLUSTER: Final = "kafka-cluster"
"""Kafka's own name of the one cluster resource."""

_MAKE: Final = ("Create", "Describe", "DescribeConfigs")
_READ: Final = ("Describe", "Read")
_WRITE: Final = ("Describe", "Write")


class Grant(msgspec.Struct, frozen=True):
    """One resource and all that a role may do with it."""

    role: Role
    resource: Literal["topic", "group", "cluster"]
    name: str
    operations: tuple[str, ...]
    """By `kafka-acls.sh`'s names, ascending."""


def grants(settings: Settings) -> list[Grant]:
    """All grants, role by role; what is not in it is not needed."""
    found: list[Grant] = []
    for role in ROLES:
        found += [
            Grant(role, "topic", spec.name, operations)
            for spec in catalogue.catalogue(settings)
            if (operations := _topic(settings, role, spec.name))
        ]
        if role in {"worker", "operator"}:  # a generation commits where a topic begins
            found.append(Grant(role, "group", settings.group, _READ))
        if role == "operator":
            found.append(Grant(role, "cluster", CLUSTER, ("Describe",)))  # the doctor asks for the broker's time
    return found


def _topic(settings: Settings, role: Role, name: str) -> tuple[str, ...]:
    """What a role does with one topic of the catalogue."""
    changelog, alerts = catalogue.changelog(settings), catalogue.alerts(settings)
    written = {catalogue.dead_letters(settings), alerts, catalogue.profiles(settings)}
    if role == "producer":
        return _WRITE if name in settings.inputs else ()
    if role == "reader":
        return _READ if name == alerts else ()
    if role == "worker":
        if name in {changelog, catalogue.profiles(settings)}:  # it looks what somebody else wrote there
            return _all(_READ, _WRITE)
        if name in settings.inputs:
            return _READ
        return _WRITE if name in written else ("Describe",)  # a worker refuses to start without any of the topics
    if name in {changelog, *settings.inputs}:  # a generation writes to the one, a redrive to the other
        return _all(_MAKE, _READ, _WRITE)
    return _all(_MAKE, _READ) if name in written else _MAKE


def _all(*operations: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({each for some in operations for each in some}))


def principal_of(role: Role, principal: str | None) -> str:
    """Whom a role's grants are for: the one named, else a user named after the role."""
    return principal or f"User:kanarya-{role}"


def commands(settings: Settings, role: Role, principal: str) -> list[str]:
    """`kafka-acls.sh` lines, one for each set of operations. Running them again changes nothing."""
    by_operations: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for grant in grants(settings):
        if grant.role == role:
            by_operations.setdefault((grant.resource, grant.operations), []).append(grant.name)
    lines = []
    for (resource, operations), names in by_operations.items():
        words = ["kafka-acls.sh", "--bootstrap-server", settings.broker, "--add", "--allow-principal", principal]
        words += [word for operation in operations for word in ("--operation", operation)]
        words += (
            ["--cluster"] if resource == "cluster" else [word for name in names for word in (f"--{resource}", name)]
        )
        lines.append(shlex.join(words))
    return lines
