"""The probe sentences: label and text by language and half, and the commit that brought a half in."""

import subprocess
from pathlib import Path
from typing import Final, Literal

Half = Literal["tuning", "held_out"]

_FOLDER: Final = Path(__file__).parents[1] / "probes"
_LABELS: Final = {"-": -1, "0": 0, "+": 1}


def probes(language: str, half: Half) -> tuple[list[str], list[int]]:
    """Texts and labels of one half."""
    rows = [line.split("\t", 1) for line in _path(language, half).read_text(encoding="utf-8").splitlines() if line]
    return [text for _, text in rows], [_LABELS[label] for label, _ in rows]


def commit(language: str) -> str:
    """The commit that added the held-out half, short, or `not committed`."""
    path = _path(language, "held_out")
    asked = ["git", "log", "--diff-filter=A", "--format=%h %cI", "--", str(path)]
    told = subprocess.run(asked, cwd=_FOLDER, capture_output=True, text=True, check=False).stdout.split("\n")
    return told[0] or "not committed"


def _path(language: str, half: Half) -> Path:
    return _FOLDER / f"{language}_{half}.tsv"
