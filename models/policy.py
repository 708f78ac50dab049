"""Policy: every number that decides who is at risk, in one frozen, validated value.

`app.policy_file` reads it from TOML and calls `from_mapping`; `models.profile.observe` and
`models.risk` take it as an argument. The default `Policy()` is the shipped one. It
speaks of days and hours, as the person who edits it does.
"""

import hashlib
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000

Points = Annotated[int, Meta(ge=0, le=100)]
"""Whole points: a score is a sum of whole points, and so is the most it can reach."""
Days = Annotated[float, Meta(gt=0, le=3650)]
Hours = Annotated[float, Meta(ge=0, le=8760)]
Share = Annotated[float, Meta(ge=-1, le=1)]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the policy file; a key it does not know is refused."""


class Kept(_Section, frozen=True):
    """How much of a customer is remembered, in facts per list."""

    facts: Annotated[int, Meta(ge=4, le=64)] = 16
    """Longest memory of one kind of fact: at H = 45 d the 17th newest rarely moves a point."""
    timeline: Annotated[int, Meta(ge=1, le=50)] = 10
    """What a service person reads before the greeting ends."""


class Answers(_Section, frozen=True):
    """When a customer's own answer counts as a feeling, in shares of its scale."""

    satisfied: Annotated[float, Meta(ge=0, le=1)] = 0.75
    """4-5 of 5, 8-10 of 10: the field's top-2 box."""
    dissatisfied: Annotated[float, Meta(ge=0, le=1)] = 0.25
    """1-2 of 5, the mirror image."""
    agrees: Annotated[float, Meta(ge=0, le=1)] = 0.666_667
    """5-7 of 7 on the effort question: 'somewhat agree' and better."""
    negative_sentiment: Share = -0.4
    """A text this bad or worse is a negative experience; half of service complaints score below it."""


class NegativeExperience(_Section, frozen=True):
    """45 % spend elsewhere after one bad experience, 47 % never come back after more than one."""

    first: Points = 40
    """One is worth watching (the watch level)."""
    second: Points = 30
    """With a second the customer stands at 70, at risk by this alone."""
    third: Points = 15
    """A third adds less: the decision has mostly fallen."""
    half_life_days: Days = 45
    """A quarter later a bad day weighs a fourth."""


class OpenComplaint(_Section, frozen=True):
    """A complaint nobody has closed grows louder each day."""

    after_hours: Hours = 24
    """A day is what most customers grant."""
    base: Points = 19
    """20 points with the first full day."""
    limit: Points = 30
    forget_days: Days = 30
    """A complaint without a case ends at some time; after a month the customer has."""


class RepeatContact(_Section, frozen=True):
    """Several contacts on several channels about one thing: the signal to escalate."""

    points: Points = 20
    contacts: Annotated[int, Meta(ge=2, le=16)] = 3
    channels: Annotated[int, Meta(ge=1, le=14)] = 2
    window_days: Days = 7
    """The field's first-contact-resolution window."""
    half_life_days: Days = 14


class Nps(_Section, frozen=True):
    """The newest recommendation answer."""

    very_low: Points = 20
    """0-3 of 10."""
    low: Points = 15
    """4-6 of 10."""
    promoter: Points = 10
    """Taken off for a 9 or 10."""
    half_life_days: Days = 90
    """Relationship answers are asked once a quarter."""


class Satisfaction(_Section, frozen=True):
    """The newest csat or rating answer, if dissatisfied."""

    points: Points = 12
    half_life_days: Days = 30


class Effort(_Section, frozen=True):
    """The newest effort answer, if dissatisfied."""

    points: Points = 8
    half_life_days: Days = 30


class SentimentFall(_Section, frozen=True):
    """Recent feeling against the customer's own baseline."""

    points: Points = 15
    short_half_life_days: Days = 14
    long_half_life_days: Days = 90
    full_fall: Annotated[float, Meta(gt=0, le=2)] = 0.5
    """A fall of half the scale's positive part earns all points."""
    least_n: Annotated[int, Meta(ge=1, le=1000)] = 3
    """Below three texts a baseline is a guess."""


class LongWait(_Section, frozen=True):
    """Waits in the queue, and calls given up."""

    points_each: Points = 5
    limit: Points = 10
    wait_s: Annotated[float, Meta(gt=0, le=86_400)] = 600
    """Ten minutes in a queue."""
    half_life_days: Days = 14


class MoneyTrouble(_Section, frozen=True):
    """A failed payment, a cancellation, a refund, an ended subscription."""

    points: Points = 8
    half_life_days: Days = 30


class Recovered(_Section, frozen=True):
    """Satisfied soon after a case was resolved: the repair worked."""

    points: Points = 12
    within_days: Days = 14
    half_life_days: Days = 30


class NewOrder(_Section, frozen=True):
    """Who buys again has not left."""

    points: Points = 8
    half_life_days: Days = 30


class Levels(_Section, frozen=True):
    """Where an episode opens and closes; the gaps keep it from flapping."""

    watch: Points = 40
    at_risk: Points = 60
    critical: Points = 80
    critical_exit: Points = 65
    at_risk_exit: Points = 45
    reopen_hours: Hours = 24
    """Back within a day is the same trouble."""
    remind_days: tuple[Days, ...] = (3, 6, 12, 24, 48)
    """Days of the customer's clock between reminders in a row; the last one repeats."""


class Stages(_Section, frozen=True):
    """The customer's journey."""

    lapsed_days: Days = 180
    new_days: Days = 30
    won_back_days: Days = 30


class Policy(_Section, frozen=True, eq=False):
    """All of it. `version` names it in every alert and profile; changed numbers add a hash to it."""

    version: Annotated[str, Meta(min_length=1, max_length=64)] = "1"
    kept: Kept = Kept()
    answers: Answers = Answers()
    negative_experience: NegativeExperience = NegativeExperience()
    open_complaint: OpenComplaint = OpenComplaint()
    repeat_contact: RepeatContact = RepeatContact()
    nps: Nps = Nps()
    satisfaction: Satisfaction = Satisfaction()
    effort: Effort = Effort()
    sentiment_fall: SentimentFall = SentimentFall()
    long_wait: LongWait = LongWait()
    money_trouble: MoneyTrouble = MoneyTrouble()
    recovered: Recovered = Recovered()
    new_order: NewOrder = NewOrder()
    levels: Levels = Levels()
    stages: Stages = Stages()


class PolicyError(ValueError):
    """A policy that cannot be used.

    Attributes:
        key: dotted path in the file, such as `levels.at_risk`.
        value: what stands there, None when missing.
        allowed: what may stand there, in words.
    """

    def __init__(self, key: str, value: object, allowed: str) -> None:
        super().__init__(f"policy key {key!r} is {value!r}: {allowed}")
        self.key = key
        self.value = value
        self.allowed = allowed


def from_mapping(mapping: Mapping[str, Any]) -> Policy:
    """Turn a parsed TOML document into a policy; left-out keys keep their default.

    A policy whose numbers differ from the shipped ones gets `+` and 8 hex digits of their SHA-256
    behind its version, so that a changed number is visible in every alert.

    Raises:
        PolicyError: unknown key, wrong type, value out of range, or levels out of order.
    """
    try:
        policy = msgspec.convert(dict(mapping), Policy)
    except msgspec.ValidationError as error:
        raise _explain(str(error), mapping) from None
    _check_order(policy)
    numbers = _numbers(policy)
    if numbers != _numbers(Policy()):
        digest = hashlib.sha256(numbers).hexdigest()[:8]
        policy = msgspec.structs.replace(policy, version=f"{policy.version}+{digest}")
    return policy


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


def _explain(message: str, mapping: Mapping[str, Any]) -> PolicyError:
    """Name the key, its value and what is allowed, from msgspec's message `Expected ... - at `$.a.b``."""
    what, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    if what.startswith("Object contains unknown field"):
        unknown = what.split("`")[1]
        key = f"{key}.{unknown}" if key else unknown
        known = _at(mapping, key)
        return PolicyError(key, known, "no such key; `kanarya policy` lists them all")
    return PolicyError(key or "(file)", _at(mapping, key), what[:1].lower() + what[1:])


def _at(mapping: Mapping[str, Any], key: str) -> object:
    """The value under a dotted key, None when there is none."""
    value: object = mapping
    for part in key.split("."):
        value = value.get(part.split("[")[0]) if isinstance(value, Mapping) else None
    return value
