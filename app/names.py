"""Legal names of topics and groups; `app.settings` validates with it, so a wrong name never reaches a broker."""

import re
from typing import Final

TOPIC_LENGTH: Final = 249
"""Kafka's own limit, in characters."""

_LEGAL = re.compile(r"[a-zA-Z0-9._-]+")


_WRITTEN: Final = ("touchpoints-dlt", "alerts", "profiles", "windows")


def written_topics(prefix: str, group: str) -> frozenset[str]:
    """The topics that workers write; none of them may be read as touchpoints."""
    return frozenset({*(prefix + name for name in _WRITTEN), f"{group}-profiles-changelog"})


def topic_fault(name: str) -> str | None:
    """What is wrong with a topic's name, as the end of a sentence, or None."""
    if not _LEGAL.fullmatch(name) or name in {".", ".."}:
        return "may hold letters, digits, '.', '_' and '-' only"
    if len(name) > TOPIC_LENGTH:
        return f"may be at most {TOPIC_LENGTH} characters long"
    if "." in name and "_" in name:
        return "may not hold both '.' and '_', which Kafka's metric names cannot tell apart"
    return None
