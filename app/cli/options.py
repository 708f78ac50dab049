"""The flags that every command with settings shares; a command takes `Options` and asks it for its `Settings`."""

from dataclasses import dataclass
from typing import Annotated, Final

from cyclopts import Group, Parameter

from app.log import set_up
from app.log_key import log_key
from app.settings import Loaded, Settings, load

_GROUP: Final = Group("Settings", help="Flags win over the environment, it over the file, that over the defaults.")


@Parameter(name="*", group=_GROUP)
@dataclass(frozen=True)
class Options:
    """Settings given on the command line; None leaves a setting to the other layers."""

    broker: str | None = None
    """Kafka brokers, host:port, several separated by commas [KANARYA_BROKER]."""
    group: str | None = None
    """Consumer group, and the name of the state [KANARYA_GROUP]."""
    topic_prefix: str | None = None
    """What every topic begins with [KANARYA_TOPIC_PREFIX]."""
    input_topics: str | None = None
    """Topics to read touchpoints from, separated by commas [KANARYA_INPUT_TOPICS]."""
    policy: str | None = None
    """TOML file with the numbers that decide who is at risk [KANARYA_POLICY]."""
    start: str | None = None
    """Where a new group begins: earliest, latest or a time [KANARYA_START]."""
    config: str | None = None
    """TOML file with settings [KANARYA_CONFIG]."""
    assignments: Annotated[tuple[str, ...], Parameter(name="--set", negative="", n_tokens=1)] = ()
    """Any other setting, as name=value; may be repeated. `kanarya settings` lists them."""

    def load(self) -> Loaded:
        """All layers together. Raises `SettingsError`."""
        named = ("broker", "group", "topic_prefix", "input_topics", "policy", "start", "config")
        return load({name: getattr(self, name) for name in named}, self.assignments)

    def settings(self) -> Settings:
        """The settings, with logging set up by them; the libraries stay quiet unless `log_level` is debug.

        A command says itself, in a sentence, what went wrong. Raises `SettingsError`.
        """
        settings = self.load().settings
        guests = "debug" if settings.log_level == "debug" else "critical"
        set_up(form=settings.log_format, level=settings.log_level, guests=guests, key=log_key(settings))
        return settings


DEFAULTS: Final = Options()
"""No flag given."""
