"""An alert as one line for a person: who, level, change, score, each reason with its points; never a customer's text.

`kanarya alerts` and `kanarya demo` print it.
"""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from app.cli.output import visible

_STYLE: Final = {"critical": "bold red", "at_risk": "yellow"}


def alert_line(alert: Mapping[str, Any]) -> Text:
    """The line, coloured by level; its time is the customer's own."""
    style = "green" if alert["change"] == "resolved" else _STYLE.get(alert["level"], "")
    reasons = ", ".join(f"{reason['rule']} {reason['points']:+d}" for reason in alert["reasons"])
    line = Text(f"{visible(alert['as_of'][:16].replace('T', ' '))}  {visible(alert['customer_id']):<14} ")
    line.append(visible(f"{alert['level']:<8} {alert['change']:<8} {alert['score']:>3}"), style)
    line.append(visible(f"  {reasons}"))
    return line


def show_alert(console: Console, alert: Mapping[str, Any]) -> None:
    """Print one alert as one line, however narrow the terminal."""
    console.print(alert_line(alert), soft_wrap=True, highlight=False)
