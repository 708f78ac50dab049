"""`kanarya broker`: the embedded broker alone, for trying the other commands by hand without Kafka and Docker."""

import signal
import sys
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from app.cli import output
from app.cli.failure import DONE, CommandError
from app.dev.broker import BrokerError, EmbeddedBroker


def broker(*, port: Annotated[int, Parameter(validator=Number(gte=1, lte=65535))] = 9092) -> int:
    """Run the embedded broker on this machine until Ctrl-C. For trying only: all it holds is gone when it ends.

    It listens on 127.0.0.1 alone, asks for no login, and is not Kafka: never put data on it that you need.

    Args:
        port: Where it listens; the other commands look at 9092 unless KANARYA_BROKER says otherwise.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with EmbeddedBroker(port=port) as embedded:
            output.line(f"export KANARYA_BROKER={embedded.address}")
            output.line("For trying only: everything is in memory and gone when this ends. Ctrl-C ends it.")
            sys.stdout.flush()
            embedded.child.wait()
            raise CommandError(f"the embedded broker ended by itself: {embedded.child.last_lines()}")
    except BrokerError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        return DONE
