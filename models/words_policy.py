"""Policy of the reasons that come from what the customer's words tell beside their feeling.

`models.policy.Policy` holds a section of each; `models.risk.reasons` reads them.
"""

from models.policy_section import Days, Points
from models.policy_section import Section as _Section


class HumanWanted(_Section, frozen=True):
    """The customer's words ask for a person instead of a machine."""

    points: Points = 6
    """A wish that a desk can grant at once; once counts, however often."""
    half_life_days: Days = 14
    """As a long wait: forgotten when somebody has answered."""


class LegalThreat(_Section, frozen=True):
    """The customer's words name a lawyer, a court, an authority."""

    points: Points = 15
    """Who says so has mostly decided; with one bad experience it stands at 55, five below an alert."""
    half_life_days: Days = 30
    """A month, as letters take."""


class Competitor(_Section, frozen=True):
    """The customer's words name another company, or complain of the price."""

    points: Points = 8
    """Comparing is not leaving."""
    half_life_days: Days = 30
    """A month, as offers last."""


class Cancellation(_Section, frozen=True):
    """The customer's words speak of cancelling."""

    points: Points = 10
    """More than a payment that failed: it is the customer's own word."""
    half_life_days: Days = 30
    """A month, as notice periods run."""
