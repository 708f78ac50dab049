"""What a customer was promised in their cases: the newest promise of each.

`models.orders` calls `promise` for a touchpoint that names a case and says `order.promised_at`; the open cases of the
views read it.
"""

from models.newest import keep_newest
from models.policy import Policy
from models.relation import Promise
from models.state import Profile
from models.touchpoint import Touchpoint


def promise(profile: Profile, touchpoint: Touchpoint, promised_ms: int, policy: Policy) -> None:
    """Keep a promise made in the touchpoint's case; of one case the newest, of the cases as many as facts of a list."""
    made = Promise(touchpoint.at_ms, touchpoint.source, touchpoint.id, touchpoint.case_id or "", promised_ms)
    keep_newest(profile.promises, made, _case_id, policy.kept.facts)


def _case_id(made: Promise) -> str:
    return made.case_id
