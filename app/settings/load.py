"""From flags, environment and file to one `Settings`, or to one error that lists everything wrong.

`app.cli` calls `load` first of all; `kanarya settings` shows its `Loaded.sources`.
"""

import difflib
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import TomlConfigSettingsSource

from app.settings.describe import allowed, default, environment_name, written
from app.settings.fields import PREFIX, Settings
from app.settings.login import login_faults
from app.settings.store import store_faults

RESERVED: Final = f"{PREFIX}TEST_"
"""Names of the test suite (`KANARYA_TEST_BROKER`); no setting begins so."""

Layers = Sequence[tuple[str, Mapping[str, Any]]]
"""Where values may come from, the first wins."""

_SECRET: Final = frozenset({"sasl_password", "sasl_client_secret", "ssl_key_password", "log_key"})


class SettingsError(Exception):
    """Settings that cannot be used; `faults` has one sentence for each, with its value and its mend."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Loaded:
    """The settings, and where each value comes from: `flag`, `environment`, `file` or `default`."""

    settings: Settings
    sources: Mapping[str, str]


def load(flags: Mapping[str, object] | None = None, assignments: Iterable[str] = ()) -> Loaded:
    """Layer `flags` and `assignments` (`key=value`) over environment, file and defaults.

    A flag of None counts as not given. Raises `SettingsError` with all faults at once.
    """
    given, faults = _assigned(assignments)
    given |= {name: value for name, value in (flags or {}).items() if value is not None}
    faults += _unknown_environment()
    environment = _environment()
    path = given.get("config") or environment.get("config")
    layers: Layers = [("flag", given), ("environment", environment)]
    try:
        layers = [*layers, ("file", _file(path))]
        settings = Settings(**given)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([*faults, f"config = {path}: is no TOML ({error}); correct the file"]) from error
    except OSError as error:
        raise SettingsError(
            [*faults, f"config = {path}: cannot be read ({error.strerror}); name a file that can"]
        ) from error
    except ValidationError as error:
        raise SettingsError([*faults, *_faults(error, layers)]) from error
    faults += login_faults(settings) + store_faults(settings)
    if settings.log_key is not None and settings.log_key_file is not None:
        faults.append("log_key and log_key_file are both set: keep one of them")
    if faults:
        raise SettingsError(faults)
    return Loaded(settings, {name: _layer(name, layers)[0] for name in Settings.model_fields})


def without_secret(assignment: str) -> str:
    """`key=value` to be shown again: of a secret only its name, as in `sasl_password=...`."""
    name, _, value = assignment.partition("=")
    return f"{name}=..." if value and _plain(name) in _SECRET else assignment


def _plain(name: str) -> str:
    return name.strip().replace("-", "_")


def _assigned(assignments: Iterable[str]) -> tuple[dict[str, Any], list[str]]:
    given: dict[str, Any] = {}
    faults = []
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if equals:
            given[_plain(name)] = value.strip()
        else:
            faults.append(f"--set {assignment}: needs the form name=value")
    return given, faults


def _environment() -> dict[str, str]:
    names = {environment_name(name): name for name in Settings.model_fields}
    return {names[key.upper()]: value for key, value in os.environ.items() if value and key.upper() in names}


def _unknown_environment() -> list[str]:
    known = {environment_name(name) for name in Settings.model_fields}
    return [
        f"{name} (environment): is no setting; {_mend(name, environment_name)}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and not name.startswith(RESERVED) and name not in known
    ]


def _file(path: str | None) -> Mapping[str, Any]:
    return TomlConfigSettingsSource(Settings, path).toml_data if path else {}


def _layer(name: str, layers: Layers) -> tuple[str, Any]:
    """The first layer that sets the name, and its value."""
    return next(((layer, values[name]) for layer, values in layers if name in values), ("default", None))


def _faults(error: ValidationError, layers: Layers) -> list[str]:
    faults: dict[str, str] = {}
    for each in error.errors():
        name = str(each["loc"][0])
        layer, value = _layer(name, layers)
        if each["type"] == "extra_forbidden":
            fault = f"{name} ({layer}): is no setting; {_mend(name, str)}"
        else:
            shown = "(hidden)" if name in _SECRET else written(value)
            usual = f"; left out it is {default(name)}" if default(name) else ""
            why = f"{each['ctx']['error']}; " if each["type"] == "value_error" else ""
            where = environment_name(name) if layer == "environment" else name
            fault = f"{where} = {shown} ({layer}): {why}must be {allowed(name)}{usual}"
        faults.setdefault(name, fault)
    return list(faults.values())


def _mend(name: str, spelled: Callable[[str], str]) -> str:
    """A guess at what was meant, spelled as its layer spells names."""
    close = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), list(Settings.model_fields), n=1)
    return f"did you mean {spelled(close[0])}?" if close else "remove it, or see `kanarya settings` for all of them"
