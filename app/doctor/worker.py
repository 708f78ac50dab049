"""What the worker of this machine says of itself, where it keeps a status: partitions that the breaker holds."""

from app.doctor.finding import Finding
from app.health.status import StatusError, faults_now, now_ms, read
from app.settings import Settings


def check_holds(settings: Settings) -> list[Finding]:
    """A fault for each held partition; nothing without `health_file`, and of a worker that is gone."""
    if settings.health_file is None:
        return []
    try:
        told = read(settings.health_file)
    except StatusError:
        return []
    now = faults_now(told, now_ms())
    why = "nothing of that partition is read meanwhile; nothing is lost while its topic keeps the records"
    mend = "look at the records from that place on (docs/dead-letters.md), and mend their producer"
    return [Finding("worker", "fault", fault, why, mend) for fault in now if " is held, as " in fault]
