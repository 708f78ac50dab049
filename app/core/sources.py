"""Which modules are compiled, and the name under which their build is kept.

`app.core.build` and `app.core.choice` both ask here. The name is a hash of every source that a build can depend on:
so a build of other sources has another name, and is not found.
"""

import sys
import sysconfig
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
"""The folder of the packages `app`, `agents`, `models`."""
GROUP: Final = "kanarya_core"
"""All modules are compiled into one library, so that they call each other directly."""
_BUILDS: Final = Path("app", "core", "built")
_HASHED: Final = ("models/**/*.py", "agents/**/*.py", "app/core/*.py", "app/core/*.h")

MODULES: Final = (
    "agents.customer",
    "agents.fold",
    "models.alert",
    "models.appreciation",
    "models.big_numbers",
    "models.calm",
    "models.cases",
    "models.channel_use",
    "models.codec",
    "models.decay",
    "models.effort",
    "models.envelope.answers",
    "models.envelope.checks",
    "models.envelope.instants",
    "models.envelope.json_text",
    "models.envelope.shapes",
    "models.episode",
    "models.facts",
    "models.identifiers",
    "models.instant",
    "models.interests",
    "models.newest",
    "models.order_view",
    "models.orders",
    "models.profile",
    "models.promises",
    "models.public_profile",
    "models.recommendations",
    "models.references",
    "models.relationship",
    "models.risk.assess",
    "models.risk.reasons",
    "models.segments",
    "models.sentiment.english",
    "models.sentiment.english_text",
    "models.sentiment.language",
    "models.sentiment.mail",
    "models.sentiment.rules",
    "models.spells",
    "models.stage",
    "models.state_envelope",
    "models.statements",
    "models.windows",
)
"""What a touchpoint and a public profile pass through, without the modules that hold msgspec Structs: those have to
stay Python classes."""


def builds(root: Path = ROOT) -> Path:
    """The folder that holds builds for the packages in `root`."""
    return root / _BUILDS


def build_name(root: Path = ROOT) -> str:
    """Name of the build that fits the sources in `root` and this Python."""
    told = sha256()
    for pattern in _HASHED:
        for path in sorted(root.glob(pattern)):
            content = path.read_bytes()
            told.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            told.update(content)
    return f"{told.hexdigest()[:24]}.{sysconfig.get_config_var('SOABI') or sys.implementation.cache_tag}"
