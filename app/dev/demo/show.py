"""Prints the closing figures of a demo; `app.cli.demo` calls it (alerts are printed by `app.cli.alert_line`)."""

from rich.console import Console

from app.counted import counted
from app.dev.demo.summary import Summary


def show_summary(console: Console, summary: Summary) -> None:
    """Print the figures for a person."""
    latency = summary.event_to_alert_ms
    verdict = "nothing lost, nothing counted twice" if summary.exact else "NOT EXACT"
    console.print(
        f"\n{counted(summary.produced, 'record', form=',')} fed, the worker killed and restarted"
        f" {'once' if summary.restarts == 1 else f'{summary.restarts} times'}: {verdict}\n"
        f"  applied {summary.applied:,}  rejected {summary.rejected:,}  duplicates {summary.duplicates:,}"
        f"  replayed {summary.replayed:,}\n"
        f"  profiles {summary.profiles:,}  alerts {summary.alerts:,}"
        f"  lost {summary.lost:,}  counted twice {summary.counted_twice:,}\n"
        f"  {summary.events_per_second:,.0f} events/s; event to alert p50 {_ms(latency.p50)}, p99 {_ms(latency.p99)}",
        soft_wrap=True,
        highlight=False,
    )


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value} ms"
