"""What each setting is, for errors, `kanarya settings` and `docs/settings.md`; derived from `Settings` alone."""

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from app.settings.fields import PREFIX, Allowed, Settings


def environment_name(name: str) -> str:
    """`fetch_bytes` -> `KANARYA_FETCH_BYTES`."""
    return PREFIX + name.upper()


def allowed(name: str) -> str:
    """The values the setting takes, in words: `a whole number from 1 to 64`."""
    field = Settings.model_fields[name]
    plain, metadata = _unwrapped(field)
    for each in metadata:
        if isinstance(each, Allowed):
            return each.text
    if get_origin(plain) is Literal:
        return "one of " + ", ".join(get_args(plain))
    if plain in {int, float}:
        return ("a whole number" if plain is int else "a number") + _range(metadata)
    return "a path" if plain is not str and isinstance(plain, type) and hasattr(plain, "exists") else "text"


def default(name: str) -> str:
    """The default as a person would write it, empty for none."""
    return written(Settings.model_fields[name].default)


def written(value: object) -> str:
    """A value as a person would write it into the environment; secrets stay hidden, none is empty."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def reference() -> str:
    """`docs/settings.md`, generated; a test holds the checked-in page against it."""
    lines = [
        "# Settings",
        "",
        "Made by `kanarya settings --reference-page`. A setting is given on the command line (`--set name=value`;",
        "six have a flag of their own), in the environment, or in the TOML file that `KANARYA_CONFIG` or `--config`",
        "names; the first wins. An unknown name is an error. `kanarya settings` shows every value in force and",
        "where it comes from.",
        "",
        "| setting | environment | default | allowed | meaning |",
        "|---|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        shown = f"`{default(name)}`" if default(name) else ""
        lines.append(f"| `{name}` | `{environment_name(name)}` | {shown} | {allowed(name)} | {_line(field)} |")
    return "\n".join(lines) + "\n"


def _unwrapped(field: FieldInfo) -> tuple[Any, list[Any]]:
    """The type without `| None` and without its annotations, and those annotations."""
    metadata = list(field.metadata)
    plain: Any = field.annotation
    while True:
        if get_origin(plain) in {Union, types.UnionType}:
            plain = next(each for each in get_args(plain) if each is not type(None))
        elif get_origin(plain) is Annotated:
            plain, *more = get_args(plain)
            metadata += more
        else:
            return plain, [inner for each in metadata for inner in (each.metadata if _is_field(each) else [each])]


def _is_field(metadata: object) -> bool:
    return isinstance(metadata, FieldInfo)


def _range(metadata: list[Any]) -> str:
    low = next((f"from {each.ge:.12g}" for each in metadata if isinstance(each, Ge)), "")
    above = next((f"above {each.gt:g}" for each in metadata if isinstance(each, Gt)), "")
    high = next((f"to {each.le:.12g}" for each in metadata if isinstance(each, Le)), "")
    return "".join(f" {part}" for part in (low, above, high) if part)


def _line(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())
