"""What is wrong with a policy file, in the words of the person who wrote it, from what msgspec says.

`models.policy_mapping` calls `explained` for each mistake; a text of msgspec's reads ``Expected `int` - at `$.a.b` ``.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

import msgspec

from models.policy import Policy
from models.profile_policy import Comparison, Condition, Segment

_TYPES: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


class PolicyError(ValueError):
    """A policy that cannot be used.

    Attributes:
        key: dotted path in the file, such as `levels.at_risk`.
        value: what stands there, None when missing.
        allowed: what may stand there, in words.
        faults: a sentence for this mistake and one for each other in the same file.
    """

    def __init__(self, key: str, value: object, allowed: str) -> None:
        self.key = key
        self.value = value
        self.allowed = allowed
        shown = "" if isinstance(value, Mapping) else f" = {json.dumps(value, ensure_ascii=False, default=str)}"
        self.faults: tuple[str, ...] = (f"{key}{shown}: {allowed}",)
        super().__init__(f"policy: {self.faults[0]}")


def explained(message: str, mapping: Mapping[str, Any]) -> PolicyError:
    """The key, its value and what is allowed, from a message of msgspec's."""
    what, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    if what.startswith("Object contains unknown field"):
        return _unknown(key, what.split("`")[1], mapping)
    if what.startswith("Object missing required field"):
        return PolicyError(key, at(mapping, key), f"lacks `{what.split('`')[1]}`")
    if what.startswith("Invalid enum value"):
        return PolicyError(key, at(mapping, key), f"expected one of {', '.join(get_args(Comparison))}")
    return PolicyError(key or "(file)", at(mapping, key), _expected(what))


def _expected(what: str) -> str:
    """An expectation without the names of types; what stands there is shown anyhow."""
    kinds = re.compile(r"`([a-z]+(?: \| [a-z]+)*)`")
    words = re.sub(r", got `.*?`$", "", what)
    words = kinds.sub(lambda kind: " or ".join(_TYPES.get(each, each) for each in kind[1].split(" | ")), words)
    return words[:1].lower() + words[1:]


def _unknown(place: str, name: str, mapping: Mapping[str, Any]) -> PolicyError:
    key = f"{place}.{name}" if place else name
    value = at(mapping, key)
    close = difflib.get_close_matches(name, _known(place), n=1)
    sort = "table" if isinstance(value, Mapping) else "key"
    mend = f"did you mean {close[0]}?" if close else "`kanarya policy` lists them all"
    return PolicyError(key, value, f"no such {sort}; {mend}")


def _known(place: str) -> Iterable[str]:
    """The keys that may stand at a place of the file."""
    if place.startswith("segments["):
        part = Condition if ".when[" in place else Segment
        return [field.encode_name for field in msgspec.structs.fields(part)]
    known = msgspec.to_builtins(Policy())
    for part_name in filter(None, place.split(".")):
        known = known[part_name]
    return list(known)


def at(mapping: Mapping[str, Any], key: str) -> object:
    """The value under a dotted key, None when there is none; `a[1]` is the second of a list."""
    value: object = mapping
    for part in key.replace("[", ".[").split("."):
        if part.startswith("[") and isinstance(value, list) and part[1:-1].isdigit():
            value = value[int(part[1:-1])] if int(part[1:-1]) < len(value) else None
        elif not part.startswith("["):
            value = value.get(part) if isinstance(value, Mapping) else None
    return value
