"""Policy: every number that decides who is at risk, with its reason under it, in one frozen value.

`models.policy_mapping` makes one out of a parsed TOML file; `models.profile.observe` and `models.risk` take it
as an argument. The default `Policy()` is the shipped one. It speaks of days and hours, as the person who
edits it does. docs/policy.md is made from the text below.
"""

from typing import Annotated, Final

from msgspec import Meta

from models.policy_section import Days, Points
from models.policy_section import Section as _Section
from models.profile_policy import Appreciation, OrderLists, Products, Segments
from models.words_policy import Cancellation, Competitor, HumanWanted, LegalThreat

DAY_MS: Final = 86_400_000
HOUR_MS: Final = 3_600_000

Hours = Annotated[float, Meta(ge=0, le=8760)]
Share = Annotated[float, Meta(ge=-1, le=1)]


class Kept(_Section, frozen=True):
    """How much of a customer is remembered, in facts per list."""

    facts: Annotated[int, Meta(ge=4, le=64)] = 16
    """Longest memory of one kind of fact: at H = 45 d the 17th newest rarely moves a point. As many cases keep their
    newest promise, and as many spells of activity are kept; beyond that a late touchpoint that joins a forgotten spell
    to a kept one finds only the kept one, so `stage` and `stage_entered_at` may then depend on the order of arrival."""
    signals: Annotated[int, Meta(ge=1, le=64)] = 4
    """Of words for a person, the law, others, an end: their points stop at what one fresh fact gives."""
    timeline: Annotated[int, Meta(ge=1, le=50)] = 10
    """What a service person reads before the greeting ends."""
    statements: Annotated[int, Meta(ge=4, le=64)] = 16
    """Names of preferences, and purposes of consents: more than a preference page asks for."""
    identifiers: Annotated[int, Meta(ge=1, le=16)] = 4
    """Of one kind, and 8 times as many in all: a private and a business number, each with the one before it."""


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
    """Reached on the eleventh day; what is older than that is not more open."""
    forget_days: Days = 30
    """A complaint without a case ends at some time; after a month the customer has."""


class RepeatContact(_Section, frozen=True):
    """Several contacts on several channels about one thing: the signal to escalate."""

    points: Points = 20
    """Half a bad experience: asking again is a burden, and not yet anger."""
    contacts: Annotated[int, Meta(ge=2, le=16)] = 3
    """Two are a question and its answer."""
    channels: Annotated[int, Meta(ge=1, le=14)] = 2
    """On one channel it is a conversation; whoever changes the channel has given up on the first."""
    window_days: Days = 7
    """The field's first-contact-resolution window."""
    half_life_days: Days = 14
    """Twice the window: two quiet weeks halve it."""


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
    """On top of the experience itself: one low answer stands at 52, watched and not alerted."""
    half_life_days: Days = 30
    """An answer about one transaction; a month later another one matters more."""


class Effort(_Section, frozen=True):
    """The newest effort answer, if dissatisfied."""

    points: Points = 8
    """Less than dissatisfied: hard, and perhaps solved all the same."""
    half_life_days: Days = 30
    """As of a dissatisfied answer."""


class SentimentFall(_Section, frozen=True):
    """Recent feeling against the customer's own baseline."""

    points: Points = 15
    """As much as a third bad experience; a mood alone is never an alert."""
    short_half_life_days: Days = 14
    """What 'recently' means: two weeks."""
    long_half_life_days: Days = 90
    """What 'usually' means: a quarter."""
    full_fall: Annotated[float, Meta(gt=0, le=2)] = 0.5
    """A fall of half the scale's positive part earns all points."""
    least_n: Annotated[int, Meta(ge=1, le=1000)] = 3
    """Below three texts a baseline is a guess."""


class LongWait(_Section, frozen=True):
    """Waits in the queue, and calls given up."""

    points_each: Points = 5
    """A nuisance by itself."""
    limit: Points = 10
    """Two of them; a third wait tells nothing new."""
    wait_s: Annotated[float, Meta(gt=0, le=86_400)] = 600
    """Ten minutes in a queue."""
    half_life_days: Days = 14
    """Forgotten sooner than a bad answer."""


class MoneyTrouble(_Section, frozen=True):
    """A failed payment, a cancellation, a refund, an ended subscription."""

    points: Points = 8
    """A hint, often without a word from the customer; once counts, however often."""
    half_life_days: Days = 30
    """A month, as bills come."""


class Recovered(_Section, frozen=True):
    """Satisfied soon after a case was resolved: the repair worked."""

    points: Points = 12
    """Takes back a low answer (12), never a bad experience (40)."""
    within_days: Days = 14
    """Who is content later than that is so for another reason."""
    half_life_days: Days = 30
    """As of the dissatisfied answer it makes up for."""


class NewOrder(_Section, frozen=True):
    """Who buys again has not left."""

    points: Points = 8
    """A sign of trust, too small to hide a bad experience."""
    half_life_days: Days = 30
    """A month later it is an old order."""


class Levels(_Section, frozen=True):
    """Where an episode opens and closes; the gaps keep it from flapping."""

    watch: Points = 40
    """One fresh bad experience; shown in the profile, never published."""
    at_risk: Points = 60
    """One bad experience is not enough: it takes 20 points from elsewhere, or a second one."""
    critical: Points = 80
    """Two fresh bad experiences and a low answer stand at 82."""
    critical_exit: Points = 65
    """15 below critical: a score that wavers changes nothing."""
    at_risk_exit: Points = 45
    """15 below at_risk, and above what one fresh bad experience gives."""
    reopen_hours: Hours = 24
    """Back within a day is the same trouble."""
    remind_days: tuple[Annotated[float, Meta(gt=0, le=3650)], ...] = (3, 6, 12, 24, 48)
    """Days of the customer's clock between reminders in a row; the last one repeats."""


class Stages(_Section, frozen=True):
    """The customer's journey."""

    lapsed_days: Days = 180
    """Half a year without a word from the customer."""
    new_days: Days = 30
    """The first month decides whether a customer stays."""
    won_back_days: Days = 30
    """A second beginning, watched as long as the first."""


class Channels(_Section, frozen=True):
    """Which channel a customer prefers, where nothing is stated."""

    half_life_days: Days = 90
    """A quarter: long enough for those who rarely come, short enough to see that they changed."""


class EffortIndex(_Section, frozen=True):
    """What it takes the customer to be helped: 0, nothing, to 100."""

    repeat: Points = 5
    """Coming again about the same thing within `repeat_contact.window_days`."""
    switch: Points = 5
    """Another channel within one case, on top of coming again: all is told from the start."""
    transfer: Points = 10
    """Handed on to the next desk."""
    reopen: Points = 15
    """What was called solved was not."""
    long_wait: Points = 5
    """As in the risk."""
    hard: Points = 20
    """The customer's own word for it, of the newest effort answer; weighs most."""
    half_life_days: Days = 30
    """A month later half of it is forgotten."""


class Interests(_Section, frozen=True):
    """What a customer cares for."""

    half_life_days: Days = 30
    """Who has not looked for a month has half lost interest."""


class Identifiers(_Section, frozen=True):
    """How identifiers are brought to one form."""

    phone_region: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""
    """Whose telephone numbers may come without `+`, such as TR. Without it such a number stays as it came: a guess
    would be another person's number."""


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
    human_wanted: HumanWanted = HumanWanted()
    legal_threat: LegalThreat = LegalThreat()
    competitor: Competitor = Competitor()
    cancellation: Cancellation = Cancellation()
    recovered: Recovered = Recovered()
    new_order: NewOrder = NewOrder()
    levels: Levels = Levels()
    stages: Stages = Stages()
    orders: OrderLists = OrderLists()
    products: Products = Products()
    appreciation: Appreciation = Appreciation()
    channels: Channels = Channels()
    effort_index: EffortIndex = EffortIndex()
    interests: Interests = Interests()
    identifiers: Identifiers = Identifiers()
    segments: Segments = ()
