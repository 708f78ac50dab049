"""What is going on in each case that is not over, from the kept lists.

`profile` calls `open_cases`.
"""

from typing import Any

from app.verify.reference.facts import KEPT, Lists, case_of, newest_of_each
from app.verify.reference.touchpoints import Touch, rfc3339


def last_promises(touches: list[Touch]) -> list[Touch]:
    """The newest touchpoint of each case that promised something, of the newest cases."""
    promises = [touch for touch in touches if touch["case_id"] is not None and touch["promised_ms"]]
    return newest_of_each(promises, case_of)[-KEPT:]


def of_case(touches: list[Touch], case_id: str) -> list[Touch]:
    """Those of one case."""
    return [touch for touch in touches if touch["case_id"] == case_id]


def open_cases(touches: list[Touch], facts: Lists, at_ms: int) -> list[dict[str, Any]]:
    """The newest event of every kept case that is not over, newest first, and what else is kept of the case."""
    told = []
    for event in reversed(facts["cases"]):
        if event["kind"] in ("case_resolved", "case_closed"):
            continue
        case_id = event["case_id"]
        beginnings = of_case(facts["openings"], case_id) + of_case(facts["complaints"], case_id)[:1]
        contacts = of_case(facts["contacts"], case_id)
        promises = of_case(last_promises(touches), case_id)
        promised_ms = promises[0]["promised_ms"] if promises else None
        told.append(
            {
                "case_id": case_id,
                "kind": event["kind"],
                "at": rfc3339(event["at_ms"]),
                "opened_at": rfc3339(beginnings[0]["at_ms"]) if beginnings else None,
                "contacts": len(contacts),
                "channels": sorted({contact["channel"] for contact in contacts}),
                "issue": contacts[-1]["issue"] if contacts else None,
                "promised_at": rfc3339(promised_ms),
                "promise_late": promised_ms is not None and at_ms > promised_ms,
            }
        )
    return told
