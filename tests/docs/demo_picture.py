"""The picture of the live view in docs/demo.md and the golden ones of the tests, out of one fixed scene.

`python -m tests.docs.demo_picture` writes them; `test_demo_picture` and the view's tests fail when they differ.
"""

import re
from pathlib import Path

from tests.scenes import drawn, scene

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "demo.md"
GOLDEN = ROOT / "tests/unit/app/dev/demo/view/golden"
SIZES = (80, 24), (120, 40)
_BLOCK = re.compile(r"(?<=```text\n)Kanarya live demo.*?(?=```)", re.DOTALL)


def with_picture(page: str) -> str:
    """The page with the picture as it is now; raises `ValueError` where it has no place for one."""
    text, count = _BLOCK.subn(lambda _: drawn(scene(), 100, 30), page)
    if count != 1:
        raise ValueError("docs/demo.md: wants one block ```text that begins with `Kanarya live demo`")
    return text


if __name__ == "__main__":
    for width, height in SIZES:
        (GOLDEN / f"{width}x{height}.txt").write_text(drawn(scene(), width, height))
    PAGE.write_text(with_picture(PAGE.read_text()))
