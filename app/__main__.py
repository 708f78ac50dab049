"""The command `kanarya`: chooses the core, hands the arguments to `app.cli.commands` and ends with its exit code."""

import os
import signal
import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line; exits 0 done, 1 found wrong, 2 called wrong, 130 interrupted by Ctrl-C."""
    if sys.argv[1:2] == ["worker"]:
        _leave_when_told()
    try:
        from app.core.choice import choose

        choose()  # before anything else is imported
        from app.cli.commands import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # while it imports: taking half-imported libraries down again can crash the interpreter
        os._exit(_INTERRUPTED)


def _leave_when_told() -> None:
    """A worker that is told to stop ends with 0, also in the second that its imports take; `app.worker` drains later.

    At once, as nothing has begun yet: an exception could be swallowed by whatever is being imported.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))


if __name__ == "__main__":
    main()
