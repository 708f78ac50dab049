"""The settings: where Kafka is, what the topics are called, how much is done at once.

A command calls `load`, which layers flags over the environment over a TOML file over the defaults and returns one
frozen `Settings`; `SettingsError` lists everything that is wrong at once. What decides who is at risk is not here:
that is the policy (`app.policy_file`).
"""

from app.settings.fields import Settings
from app.settings.load import Loaded, SettingsError, load, without_secret

__all__ = ["Loaded", "Settings", "SettingsError", "load", "without_secret"]
