"""The parts of the picture, each as lines of a given width; `page` puts them together and cuts them to size."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from rich.text import Text

from app.dev.demo.view.bars import LETTERS, UNKNOWN, Reasons, legend, single, stacked
from app.dev.demo.view.scene import Scene, Seen, Told, WorkerSeen

_DAY_MS: Final = 86_400_000
_LEVEL: Final = {"critical": "bold red", "at_risk": "yellow"}
_SPANS: Final = ("1h", "24h", "7d", "30d")
_METRICS: Final = (("contacts", "n"), ("negatives", "n"), ("sentiment", "mean"), ("csat", "mean"), ("nps", "score"))
"""Window metric and the value shown of it."""
_NAMED: Final = 90
"""Cells of a line from which on its reasons have names; letters below."""
_ID: Final = 14
"""Cells for a customer id."""


def header(scene: Scene) -> list[Text]:
    """Stream, counts and worker."""
    return [_clock(scene), _counts(scene), _worker(scene.worker, scene.now_s)]


def _clock(scene: Scene) -> Text:
    text = Text("Kanarya", "bold yellow").append(" live demo")
    if not scene.round:
        return text.append("   waiting for the first customers", "dim")
    at = datetime.fromtimestamp(scene.clock_ms / 1000, UTC)
    day = (scene.clock_ms - scene.begin_ms) // _DAY_MS + 1
    text.append("   customers' time ").append(f"{at:%a %Y-%m-%d %H:%M} UTC", "bold")
    return text.append(f"   round {scene.round}, day {day}", "dim")


def _counts(scene: Scene) -> Text:
    text = Text("applied ").append(f"{scene.rate:3.0f}/s", "bold").append(f" {scene.applied:,}")
    for name, count in (("rejected", len(scene.rejected)), ("duplicates", scene.duplicates)):
        text.append(f"   {name} ").append(f"{count:,}", "bold")
    return text.append(f"   on the way {scene.waiting:,}", "yellow" if scene.waiting > 2 * scene.rate + 200 else "")


def _worker(worker: WorkerSeen, now_s: float) -> Text:
    since = f"{now_s - worker.since_s:.0f} s"
    text = Text("worker ")
    if worker.state == "killed":
        text.append("killed", "bold red").append(f" {since} ago; another starts")
    elif worker.state == "starting":
        text.append("starting", "yellow").append(f" {since}")
    else:
        text.append("running", "green").append(f" {since}, pid {worker.pid}")
    text.append(f"   restarts {worker.restarts}")
    if worker.back_after_s is not None and worker.killed_s is not None:
        text.append(f"   killed {now_s - worker.killed_s:.0f} s ago, back after {worker.back_after_s:.0f} s", "dim")
    elif worker.state == "running":
        text.append(f"   try: kill -9 {worker.pid}", "dim")
    return text


def at_risk(
    scene: Scene, width: int, height: int, beside: Sequence[Reasons] = (), *, unicode: bool
) -> tuple[str, list[Text]]:
    """Title and lines: a customer a line with a bar of the reasons, and what the letters mean, those `beside` too."""
    ranked = scene.ranked()
    shown, letters = _explained(ranked, width, height, beside)
    free = width - _ID - 15
    per_cell = 2 if free >= 75 else 4 if free >= 38 else 8
    title = f"At risk: {len(ranked):,}   a cell is {per_cell} points"
    if len(ranked) > len(shown):
        title += f"   {len(shown)} shown, and {len(ranked) - len(shown):,} more"
    if not shown:
        return "At risk: none yet", [Text("the first alert takes some ten seconds", "dim")]
    lines = []
    for customer_id, seen in shown:
        line = Text(f"{_fit(customer_id)} ")
        line.append(f"{seen.level:<8} {seen.score:>3}", _LEVEL.get(seen.level, "")).append("  ")
        lines.append(line.append_text(stacked(seen.reasons, per_cell, unicode=unicode)))
    lines += [Text()] * (height - len(letters) - len(lines))
    return title, lines + letters


def _explained(
    ranked: list[tuple[str, Seen]], width: int, height: int, beside: Sequence[Reasons]
) -> tuple[list[tuple[str, Seen]], list[Text]]:
    """The customers that are shown and the lines that explain their letters, a third of the lines at most."""
    if height < 2:
        return ranked[:1], []
    most = max(1, height // 3)
    rows = 0
    while True:
        rows += 1
        shown = ranked[: height - rows]
        letters = legend([*(seen.reasons for _, seen in shown), *beside], width)
        if len(letters) <= rows or rows == most:
            return shown, letters[:rows]


def focus(scene: Scene, width: int, *, unicode: bool) -> tuple[str, list[Text]]:
    """The reasons of the customer in focus, a bar each, and what the customer did last."""
    seen = scene.customers.get(scene.focus or "")
    if seen is None:
        return "In focus: nobody yet", []
    per_cell = 2 if width >= 68 else 3 if width >= 54 else 5
    lines = []
    for rule, points in seen.reasons:
        _, colour, _ = LETTERS.get(rule, UNKNOWN)
        bar = single(points, per_cell, unicode=unicode) if rule != "limit" else ""
        lines.append(Text(f"{rule:<20}{points:>+4} ").append(bar, colour))
    for at, kind, channel in seen.timeline:
        lines.append(Text(f"{_short(at)}  {kind} ({channel.replace('_', ' ')})", "dim"))
    return f"In focus: {scene.focus}, {seen.level} {seen.score}", lines


def windows(scene: Scene) -> tuple[str, list[Text]]:
    """Title and lines: the rolling windows of the customer in focus, at the time of their newest touchpoint."""
    seen = scene.customers.get(scene.focus or "")
    if seen is None:
        return "Windows", [Text("of the customer of the newest alert", "dim")]
    lines = [Text(f"{'':<10}" + "".join(f"{span:>11}" for span in _SPANS), "dim")]
    for metric, value in _METRICS:
        cells = "".join(f"{_cell(seen.windows.get(metric, {}).get(span), value):>11}" for span in _SPANS)
        lines.append(Text(f"{metric:<10}{cells}"))
    return f"Windows of {scene.focus} at {_short(seen.as_of)}", lines


def _cell(window: Mapping[str, Any] | None, value: str) -> str:
    """A count, or a value and how many it rests on."""
    if not window or not window["n"]:
        return "-"
    if value == "n":
        return str(window["n"])
    return f"{window[value]:.{0 if value == 'score' else 2}f} ({window['n']})"


def alerts(scene: Scene, width: int, height: int) -> tuple[str, list[Text]]:
    """Title and lines: the newest alerts, newest first."""
    newest = list(scene.alerts)[-height:][::-1]
    return f"Alerts: {scene.alert_count:,}", [_alert(told, width)[0] for told in newest]


def alert_letters(scene: Scene, width: int, height: int) -> list[Reasons]:
    """The reasons that `alerts` draws as letters, to be explained; none where there is room for names."""
    if width >= _NAMED or height < 1:
        return []
    return [_alert(told, width)[1] for told in list(scene.alerts)[-height:]]


def _alert(told: Told, width: int) -> tuple[Text, Reasons]:
    """An alert's line, and those of its reasons that found room in it, with the size of their points."""
    style = "green" if told.change == "resolved" else _LEVEL.get(told.level, "")
    line = Text(f"{_short(told.as_of)}  {_fit(told.customer_id)} ")
    line.append(f"{told.level:<8} {told.change:<8} ", style)
    line.append("       " if told.before is None else f"{told.before:>3} to ").append(f"{told.score:>3}", style)
    line.append(" ")
    drawn: list[tuple[str, int]] = []
    for rule, points in told.reasons:
        reason = f" {rule} {points:+d}"
        if width < _NAMED:
            reason = f" {LETTERS[rule][0]}{points:+d}" if rule in LETTERS else ""
        if line.cell_len + len(reason) > width:
            break
        line.append(reason, "dim")
        if reason:
            drawn.append((rule, abs(points)))
    return line, drawn


def _fit(customer_id: str) -> str:
    return f"{customer_id:<{_ID}}"[:_ID]


def _short(at: str) -> str:
    """Month, day and minute of an RFC 3339 time."""
    return at[5:16].replace("T", " ")
