"""The topics: there, as wide as they must be, kept as long, taking records as large."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.catalogue import TopicSpec, catalogue
from app.counted import counted
from app.doctor.finding import Finding, age
from app.settings import Settings
from app.topics import Finding as Compared
from app.topics import check, own_settings

_SHOWN: Final = ("cleanup.policy", "retention.ms", "min.compaction.lag.ms", "max.message.bytes")
_WHY: Final = {
    "missing": "a worker refuses to start without it",
    "differs": "what is kept, or where a customer lives, would not be what the other topics promise",
}


async def check_topics(settings: Settings) -> list[Finding]:
    """One finding for each topic of the catalogue, and one if the broker hides their settings."""
    specs = catalogue(settings)
    found = await check(settings, specs)
    configs = await own_settings(settings, specs)
    told = [
        Finding("topic", "fault", f"{each.topic} {each.fault}", _WHY.get(each.state, ""), mend)
        if each.fault
        else Finding("topic", "ok", _described(spec, configs[spec.name]), details={"settings": configs[spec.name]})
        for spec, each, mend in zip(specs, found, mends(found, settings), strict=True)
    ]
    hidden = [name for name, config in configs.items() if not config]
    if hidden:
        told.append(
            Finding(
                "limits", "warn", f"the broker does not tell the settings of {', '.join(hidden)}",
                "their cleanup.policy, retention and sizes are not compared",
                "where the broker holds clients to ACLs: `kanarya topics acls --role operator`",
            )
        )  # fmt: skip
    return told


def mends(found: Sequence[Compared], settings: Settings) -> list[str]:
    """The mend of each; where no topic of the prefix is there, first the setting that may be wrong."""
    prefix = settings.topic_prefix
    if any(each.state != "missing" for each in found if each.topic.startswith(prefix)):
        return [each.mend for each in found]
    first = f"set KANARYA_TOPIC_PREFIX (--topic-prefix), now {prefix!r}, if the topics have another; else "
    return [f"{first}{each.mend}" if each.state == "missing" else each.mend for each in found]


def _described(spec: TopicSpec, config: Mapping[str, str]) -> str:
    shown = [counted(spec.partitions, "partition")]
    for name in _SHOWN:
        if name not in config or (name == "min.compaction.lag.ms" and spec.configs["cleanup.policy"] != "compact"):
            continue
        if name == "retention.ms" and "delete" not in config.get("cleanup.policy", ""):
            continue
        shown.append(f"{name.removesuffix('.ms')} {_value(name, config[name])}")
    return f"{spec.name}: {', '.join(shown)}"


def _value(name: str, value: str) -> str:
    if not name.endswith(".ms"):
        return value
    return "for ever" if int(value) < 0 else age(int(value) / 1000)
