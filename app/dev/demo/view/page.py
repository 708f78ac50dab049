"""The picture: a scene and a size in cells to something rich can draw. `screen` shows it, the tests read it.

What does not fit is left out, the least telling part first: below 100 columns the reasons in focus, below 24 rows the
windows, below 14 the alerts, below 8 the frames.
"""

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from app.dev.demo.view import panels
from app.dev.demo.view.scene import Scene

WIDE: Final = 100
_HEADER: Final = 3
_WINDOWS: Final = 8
"""Rows of the framed windows: spans, five metrics, frame."""


def page(scene: Scene, width: int, height: int, *, unicode: bool = True) -> RenderableType:
    """A picture of exactly `height` rows of at most `width` cells.

    Args:
        unicode: whether blocks and frames may be drawn; plain ASCII otherwise.
    """
    inner = width - 4
    head = panels.header(scene)
    left = height - _HEADER
    if left < 5:
        _, lines = panels.at_risk(scene, width, max(1, left), unicode=unicode)
        return _cut([*head, *lines][:height])
    parts: list[RenderableType] = [_cut(head)]
    middle = 0 if height < 24 else _WINDOWS + (2 if height >= 34 else 0)
    below = 0 if height < 14 else max(5, (left - middle) // 2 - (height < 30))
    above = left - middle - below
    letters = panels.alert_letters(scene, inner, below - 2)
    title, lines = panels.at_risk(scene, inner, above - 2, letters, unicode=unicode)
    parts.append(_framed(title, lines, above, unicode=unicode))
    if middle:
        parts.append(_middle(scene, width, middle, unicode=unicode))
    if below:
        parts.append(_framed(*panels.alerts(scene, inner, below - 2), below, unicode=unicode))
    return Group(*parts)


def _middle(scene: Scene, width: int, height: int, *, unicode: bool) -> RenderableType:
    """The windows, and beside them the reasons where there is room."""
    windows = _framed(*panels.windows(scene), height, unicode=unicode)
    if width < WIDE:
        return windows
    beside = width - 60
    reasons = _framed(*panels.focus(scene, beside - 4, unicode=unicode), height, unicode=unicode)
    both = Table.grid()
    both.add_column(width=beside)
    both.add_column(width=60)
    both.add_row(reasons, windows)
    return both


def _framed(title: str, lines: Sequence[Text], height: int, *, unicode: bool) -> Panel:
    """Lines in a frame of a height, borders included."""
    style = box.ROUNDED if unicode else box.ASCII
    return Panel(_cut(lines[: height - 2]), box=style, title=Text(title), title_align="left", height=height)


def _cut(lines: Sequence[Text]) -> Group:
    """Lines that end at the edge instead of going on in the next row."""
    for line in lines:
        line.no_wrap, line.overflow = True, "crop"
    return Group(*lines)
