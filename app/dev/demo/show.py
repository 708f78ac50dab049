"""Prints alerts and the closing figures of a demo: one line an alert, never a text that a customer wrote."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from app.dev.demo.summary import Summary

_STYLE: Final = {"critical": "bold red", "at_risk": "yellow"}


def alert_line(alert: Mapping[str, Any]) -> Text:
    """Who, level, change, score, and each reason with its points; the time is the customer's own."""
    style = "green" if alert["change"] == "resolved" else _STYLE.get(alert["level"], "")
    reasons = ", ".join(f"{reason['rule']} {reason['points']:+d}" for reason in alert["reasons"])
    line = Text(f"{alert['as_of'][:16].replace('T', ' ')}  {alert['customer_id']:<14} ")
    line.append(f"{alert['level']:<8} {alert['change']:<8} {alert['score']:>3}", style)
    line.append(f"  {reasons}")
    return line


def show_alert(console: Console, alert: Mapping[str, Any]) -> None:
    """Print one alert as one line, however narrow the terminal."""
    console.print(alert_line(alert), soft_wrap=True, highlight=False)


def show_summary(console: Console, summary: Summary) -> None:
    """Print the figures for a person."""
    latency = summary.event_to_alert_ms
    verdict = "nothing lost, nothing counted twice" if summary.exact else "NOT EXACT"
    console.print(
        f"\n{summary.produced:,} records fed, the worker killed and restarted {summary.restarts} time(s): {verdict}\n"
        f"  applied {summary.applied:,}  rejected {summary.rejected:,}  duplicates {summary.duplicates:,}"
        f"  replayed {summary.replayed:,}\n"
        f"  profiles {summary.profiles:,}  alerts {summary.alerts:,}"
        f"  lost {summary.lost:,}  counted twice {summary.counted_twice:,}\n"
        f"  {summary.events_per_second:,.0f} events/s; event to alert p50 {latency.p50} ms, p99 {latency.p99} ms",
        soft_wrap=True,
        highlight=False,
    )
