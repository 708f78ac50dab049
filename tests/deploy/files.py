"""What stands in deploy/, read as the tools read it: the Dockerfile by its instructions, the compose file as YAML."""

import json
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML

ROOT: Final = Path(__file__).parents[2]
DEPLOY: Final = ROOT / "deploy"
UNIT: Final = DEPLOY / "kanarya-worker@.service"


class Instruction(NamedTuple):
    """One instruction of the Dockerfile and the stage it belongs to."""

    stage: int
    word: str
    rest: str

    @property
    def form(self) -> list[str]:
        """The words of an exec form."""
        words: list[str] = json.loads(self.rest)
        return words


def dockerfile() -> list[Instruction]:
    """Every instruction in order; comments are gone, continued lines are one."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    found: list[Instruction] = []
    stage = -1
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        stage += word == "FROM"
        if word:
            found.append(Instruction(stage, word, rest))
    return found


def pairs(instruction: Instruction) -> dict[str, str]:
    """Names and values of an ENV, LABEL or ARG."""
    return {name: value.strip('"') for name, value in re.findall(r'([\w.]+)=("[^"]*"|\S+)', instruction.rest)}


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    """A compose file, its anchors and merges resolved."""
    loaded: dict[str, Any] = YAML(typ="safe").load(DEPLOY / name)
    return loaded


def services() -> dict[str, dict[str, Any]]:
    """The services of the compose file by name."""
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the image of this project."""
    return {name: service for name, service in services().items() if service["image"].startswith("kanarya:")}


def seconds(duration: str) -> float:
    """A duration as compose and Dockerfile write it: `30s`, `1m30s`."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s)", duration)
    assert "".join(number + unit for number, unit in parts) == duration
    return sum(float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit] for number, unit in parts)


def unit() -> dict[str, list[str]]:
    """Every key of the systemd unit with its values; sections are left out, as no key is in two."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found
