"""Risk: how likely a customer is to leave, as points whose reasons sum to the score.

`models.episode` asks for the score after every touchpoint; the views show the reasons. `reasons` holds one
function per reason, `assess` adds them up. Risk is a function of the kept lists and a time, never of
stored points, so it does not depend on the order of arrival.
"""

from models.risk.assess import Risk, assess, most_points, scores_without
from models.risk.reasons import Reason

__all__ = ["Reason", "Risk", "assess", "most_points", "scores_without"]
