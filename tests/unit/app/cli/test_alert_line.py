"""An alert for a person: one line, no text of a customer."""

import io

from rich.console import Console

from app.cli.alert_line import show_alert


def test_an_alert_is_one_line_with_who_level_change_score_and_points_and_no_text() -> None:
    stream = io.StringIO()
    alert = {
        "customer_id": "cus-7-00042",
        "level": "critical",
        "change": "raised",
        "score": 84,
        "as_of": "2026-11-02T09:30:00.123Z",
        "summary": "secret",
        "reasons": [
            {"rule": "negative_experience", "points": 70, "text": "secret", "evidence": []},
            {"rule": "recovered", "points": -6, "text": "secret", "evidence": []},
        ],
    }

    show_alert(Console(file=stream, width=40), alert)

    assert (
        stream.getvalue()
        == "2026-11-02 09:30  cus-7-00042    critical raised    84  negative_experience +70, recovered -6\n"
    )
