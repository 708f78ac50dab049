"""The policy from its TOML file, for the worker and the commands; `models.policy` says what may stand in it."""

import tomllib
from pathlib import Path

from app.settings import SettingsError
from models.policy import Policy
from models.policy_mapping import from_mapping
from models.policy_mistakes import PolicyError


def read_policy(path: Path | None) -> Policy:
    """The policy in the file, or the shipped one without a file.

    Raises `SettingsError` that names the file, and of each mistake the key, its value and what is allowed.
    """
    if path is None:
        return Policy()
    try:
        return from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))
    except PolicyError as error:
        raise SettingsError([f"policy = {path}: {fault}" for fault in error.faults]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"policy = {path}: is no TOML ({error}); correct the file"]) from error
    except OSError as error:
        raise SettingsError([f"policy = {path}: cannot be read ({error.strerror}); name a file that can"]) from error
