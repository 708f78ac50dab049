"""Would they recommend us: the newest NPS answer about the relationship, and the newest about one transaction.

`models.profile.observe` calls `recommend` for each NPS answer; `models.relationship` shows them. They are kept beside
the answers, since a question asked once a quarter would be pushed out of those by sixteen others.
"""

from models.newest import keep_newest
from models.relation import Recommendation
from models.state import Profile
from models.touchpoint import Touchpoint


def recommend(profile: Profile, touchpoint: Touchpoint) -> None:
    """Keep an NPS answer if it is the newest of its sort.

    It is transactional when it names a case, an order, a product or an issue: what a survey after an event carries.
    """
    order = touchpoint.order
    about = touchpoint.case_id or touchpoint.product or touchpoint.issue or (order is not None and order.id)
    answer = Recommendation(
        touchpoint.at_ms, touchpoint.source, touchpoint.id, touchpoint.answer_millionths // 100_000, bool(about)
    )
    keep_newest(profile.recommendations, answer, _sort, 2)


def _sort(answer: Recommendation) -> bool:
    return answer.transactional
