"""What a worker stops with when a state cannot be read; `agents.lanes` and `agents.profiles` say where it met it."""

from agents.ports import Stop
from models.codec import StateError


def unreadable(error: StateError, topic: str, partition: int, offset: int | None = None) -> Stop:
    """The error with its place, and with the mend for bytes that no release can read."""
    return Stop(
        topic, partition, offset,
        f"a state in the changelog is unreadable: {error}; if no newer release wrote it, it is damaged:"
        " restore the changelog topic, or begin anew with another KANARYA_GROUP",
    )  # fmt: skip
