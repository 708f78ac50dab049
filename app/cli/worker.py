"""`kanarya worker`: the worker itself, until a signal or an error ends it."""

from app.cli.options import DEFAULTS, Options
from app.log import set_up


def worker(*, options: Options = DEFAULTS) -> int:
    """Read touchpoints, keep profiles, publish alerts, until SIGTERM or Ctrl-C; it then finishes what it began.

    Run as many as there are partitions; each takes its share. Exit 1 when an error stopped it, said in its log.
    """
    from app.worker import run

    settings = options.load().settings
    set_up(form=settings.log_format, level=settings.log_level, key=settings.log_key_bytes)
    return run(settings)
