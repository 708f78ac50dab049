"""A policy out of a parsed TOML file, or what is wrong with it: key, value, what is allowed.

`app.policy_file` reads the file and calls `from_mapping`; the numbers themselves stand in `models.policy`.
"""

import hashlib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NoReturn

import msgspec
import phonenumbers

from models.policy import Policy
from models.policy_mistakes import PolicyError, explained
from models.profile_policy import Condition
from models.segment_fields import FIELDS, field_of


def from_mapping(mapping: Mapping[str, Any]) -> Policy:
    """Turn a parsed TOML document into a policy; left-out keys keep their default.

    A policy whose numbers differ from the shipped ones gets `+` and 8 hex digits of their SHA-256
    behind its version, so that a changed number is visible in every alert.

    Raises:
        PolicyError: unknown key, wrong type, value out of range, or levels out of order; the first mistake, with the
            others of keys, types and ranges in its `faults`.
    """
    try:
        policy = msgspec.convert(dict(mapping), Policy)
    except msgspec.ValidationError as error:
        _refuse(explained(str(error), mapping), mapping)
    _check_order(policy)
    _check_segments(policy)
    numbers = _numbers(policy)
    if numbers != _numbers(Policy()):
        digest = hashlib.sha256(numbers).hexdigest()[:8]
        policy = msgspec.structs.replace(policy, version=f"{policy.version}+{digest}")
    return policy


def _refuse(first: PolicyError, mapping: Mapping[str, Any]) -> NoReturn:
    """Raise the first mistake with all others that show once it is left out, each part of the file at most once."""
    rest, error = mapping, first
    while (shorter := _without(rest, error.key)) != rest:
        rest = shorter
        try:
            msgspec.convert(dict(rest), Policy)
        except msgspec.ValidationError as next_one:
            error = explained(str(next_one), rest)
            first.faults += error.faults
        else:
            break
    raise first


def _without(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A copy without what stands under a dotted key; a list goes as a whole."""
    name, _, inner = key.partition("[")[0].partition(".")
    part = mapping.get(name)
    rest = {other: value for other, value in mapping.items() if other != name}
    return rest | {name: _without(part, inner)} if inner and isinstance(part, Mapping) else rest


def _numbers(policy: Policy) -> bytes:
    """All numbers in one spelling: 45 in the code and 45.0 out of a file are the same."""
    plain = msgspec.to_builtins(msgspec.structs.replace(policy, version="-"))
    return msgspec.json.encode(msgspec.convert(plain, Policy))


def _check_order(policy: Policy) -> None:
    """Refuse levels that could open and close an episode at the same score."""
    levels = policy.levels
    rising = ("watch", "at_risk_exit", "at_risk", "critical_exit", "critical")
    for lower, higher in pairwise(rising):
        if getattr(levels, lower) > getattr(levels, higher):
            allowed = f"must not be above levels.{higher} = {getattr(levels, higher)}"
            raise PolicyError(f"levels.{lower}", getattr(levels, lower), allowed)
    if policy.answers.dissatisfied >= policy.answers.satisfied:
        allowed = f"must be below answers.satisfied = {policy.answers.satisfied}"
        raise PolicyError("answers.dissatisfied", policy.answers.dissatisfied, allowed)
    if not levels.remind_days:
        raise PolicyError("levels.remind_days", [], "needs at least one number of days")
    if policy.sentiment_fall.short_half_life_days >= policy.sentiment_fall.long_half_life_days:
        allowed = f"must be below sentiment_fall.long_half_life_days = {policy.sentiment_fall.long_half_life_days}"
        raise PolicyError("sentiment_fall.short_half_life_days", policy.sentiment_fall.short_half_life_days, allowed)
    region = policy.identifiers.phone_region
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        raise PolicyError("identifiers.phone_region", region, "must be a country of ISO 3166, such as TR, or empty")


def _check_segments(policy: Policy) -> None:
    """Refuse conditions on fields there are not, and ones that no value of the field can meet or fail."""
    names = [segment.name for segment in policy.segments]
    for place, segment in enumerate(policy.segments):
        if segment.name in names[:place]:
            raise PolicyError(f"segments[{place}].name", segment.name, "stands there twice; each segment has its own")
        for number, condition in enumerate(segment.when):
            _check_condition(condition, f"segments[{place}].when[{number}]")


def _check_condition(condition: Condition, key: str) -> None:
    field = field_of(condition.field)
    if field is None:
        allowed = f"no such field; there are {', '.join([*FIELDS, 'spent.EUR'])} (or another currency)"
        raise PolicyError(f"{key}.field", condition.field, allowed)
    value = condition.value
    if field.choices:
        if value not in field.choices:
            raise PolicyError(f"{key}.value", value, f"{condition.field} is one of {', '.join(field.choices)}")
        if condition.comparison not in {"=", "!="}:
            raise PolicyError(f"{key}.is", condition.comparison, f"{condition.field} is compared by = or !=")
    elif isinstance(value, str) or not field.low <= value <= field.high:
        allowed = f"{condition.field} is a number from {field.low:g} to {field.high:g}"
        raise PolicyError(f"{key}.value", value, allowed)
