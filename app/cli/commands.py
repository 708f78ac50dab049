"""The tree of commands, and how each of them ends.

Commands are named by module and function and imported when they are called, so that a quick one stays quick.
"""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from cyclopts import App, CycloptsError, Parameter

from app.cli import output
from app.cli.failure import CALLED_WRONG, DONE, CommandError
from app.settings import SettingsError

_INTERRUPTED: Final = 130

_COMMANDS: Final = {
    "demo": ("app.cli.demo:demo", "Show it all on this machine: embedded broker, worker, simulated customers."),
    "broker": ("app.cli.broker:broker", "Run the embedded broker alone, for trying the other commands."),
    "worker": ("app.cli.worker:worker", "Read touchpoints, keep profiles, publish alerts, until told to stop."),
    "produce": ("app.cli.produce:produce", "Send touchpoints from a file to the input topic."),
    "alerts": ("app.cli.alerts:alerts", "Show alerts: who is at risk, how much, and why."),
    "profile": ("app.cli.profile:profile", "Show one customer as of now."),
    "profiles": ("app.cli.profiles:app", "All public profiles."),
    "dlq": ("app.cli.dlq.commands:app", "Records that were no touchpoints."),
    "topics": ("app.cli.topics:app", "Create and check the topics, and who may use them."),
    "doctor": ("app.cli.doctor:doctor", "Look at everything around the workers: what is wrong, why, and the mend."),
    "verify": ("app.cli.verify:verify", "Prove on a broker that nothing is lost or counted twice when things break."),
    "settings": ("app.cli.settings:settings", "Show every setting and where its value comes from."),
    "policy": ("app.cli.policy:policy", "Show the numbers that decide who is at risk."),
    "sentiment": ("app.cli.sentiment:sentiment", "Score texts as the worker does, and say why."),
    "schema": ("app.cli.schema:schema", "Print the JSON Schema of a public record, or all topics as AsyncAPI."),
}


def _app() -> App:
    app = App(
        name="kanarya",
        help="Listens to every customer touchpoint on Kafka and says who is at risk, and why.\n\n"
        "Exit codes: 0 done, 1 found something wrong, 2 called wrong, 130 interrupted by Ctrl-C.",
        version=lambda: version("kanarya"),
        help_format="plaintext",
        default_parameter=Parameter(negative="", show_default=False),
    )
    for name, (target, summary) in _COMMANDS.items():
        app.command(target, name=name, help=summary)
    return app


def run(tokens: Sequence[str]) -> int:
    """Run the command that the tokens name; returns the exit code."""
    try:
        code = _app()(tokens, exit_on_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError:
        return CALLED_WRONG  # cyclopts has said what
    except SettingsError as error:
        for fault in error.faults:
            output.error(fault)
        return CALLED_WRONG
    except CommandError as failure:
        output.error(str(failure))
        return failure.code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
        return DONE
    return code if isinstance(code, int) else DONE
