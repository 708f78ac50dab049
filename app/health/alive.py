"""Whether a worker lives, by the age of the file it touches and nothing else: what a container asks before a restart.

`app.health.pulse` touches the file, `kanarya worker --alive` judges it. A worker that waits for its broker, joins its
group or recovers touches on, as a restart would only delay it.
"""

from pathlib import Path
from typing import Final

ALIVE_S: Final = 30.0
"""A worker touches every second; one that has not for so long stands still or is gone."""


def not_alive(health_file: Path, now_s: float) -> str | None:
    """Why the worker of this file should be restarted, None while it lives.

    `now_s`: the wall clock, epoch seconds, as the file's time is.
    """
    try:
        age_s = now_s - health_file.stat().st_mtime
    except FileNotFoundError:
        return f"there is no {health_file}: no worker runs with this KANARYA_HEALTH_FILE; start it, or look at its log"
    except OSError as error:
        return f"{health_file}: cannot be looked at ({error.strerror}); ask as a user who may see its folder"
    if age_s > ALIVE_S:
        return (
            f"{health_file} was touched {age_s:.0f} s ago: its worker stands still or is gone; restart it, keep its log"
        )
    return None
