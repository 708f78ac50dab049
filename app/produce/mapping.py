"""MAP.toml: how foreign records become touchpoints. `docs/produce-map.md` is its reference, with examples.

`kanarya produce --map` and `kanarya demo --map` read one with `read_map` and call `Mapper.touchpoint` per record.
"""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

from app.produce.paths import Paths
from app.produce.rule import Misfit, Rule, Written
from models.touchpoint import Touchpoint

REQUIRED: Final = ("id", "customer_id", "time", "channel", "kind")
"""Fields that every touchpoint from a file needs; its customer is the record's key."""

Rules = dict[str, "Rule | Rules"]
"""Field -> its rule, or the rules of an object's fields."""


class MapError(Exception):
    """A map that cannot be used; `faults` has one sentence for each thing that is wrong in it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class MisfitError(Exception):
    """A record that the map does not fit; the message names the touchpoint's field, never a value."""


class Mapper:
    """A map, checked and compiled."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Check a map that is parsed already. Raises `MapError`."""
        faults = [f"{name}: is required; give it a path or a constant" for name in REQUIRED if name not in document]
        self._rules = _rules(document, Touchpoint, "", faults)
        if faults:
            raise MapError(faults)
        self.paths = Paths(_paths(self._rules, ""))
        """What the records had of the names that the map reads."""

    def touchpoint(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The touchpoint of a record, as its JSON object. Raises `MisfitError`."""
        self.paths.see(record)
        return _object(self._rules, record, "")[0]


def read_map(path: Path) -> Mapper:
    """Read and check a map. Raises `MapError` with everything that is wrong, and `OSError`."""
    try:
        return Mapper(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MapError([f"{path}: is no TOML ({error})"]) from error
    except MapError as error:
        raise MapError(f"{path}: {fault}" for fault in error.faults) from None


def _paths(rules: Rules, within: str) -> Iterator[tuple[str, str]]:
    """Each field with its path."""
    for name, rule in rules.items():
        if not isinstance(rule, Rule):
            yield from _paths(rule, f"{within}{name}.")
        elif rule.written.path is not None:
            yield f"{within}{name}", rule.written.path


def _object(rules: Rules, record: Mapping[str, Any], within: str) -> tuple[dict[str, Any], bool]:
    """The object, and whether anything in it came from the record: constants alone make no object."""
    result: dict[str, Any] = {}
    from_record = False
    for name, rule in rules.items():
        if isinstance(rule, Rule):
            value = rule.value(record)
            if isinstance(value, Misfit):
                raise MisfitError(f"{within}{name}: expected {value.expected}")
            reads = rule.reads and value is not None
        else:
            value, reads = _object(rule, record, f"{within}{name}.")
            value = value if reads else None
        if value is not None:
            result[name] = value
        from_record = from_record or reads
    return result, from_record


def _rules(document: Mapping[str, Any], kind: type[msgspec.Struct] | None, within: str, faults: list[str]) -> Rules:
    """The rules for the fields of a Struct, or, without one, for any names; what is wrong is added to `faults`."""
    known = hints(kind) if kind else dict.fromkeys(document)
    rules: Rules = {}
    for name, written in document.items():
        place = f"{within}{name}"
        if name not in known:
            close = difflib.get_close_matches(name, list(known), n=1)
            faults.append(f"{place}: is no field of a touchpoint" + (f"; did you mean {close[0]}?" if close else ""))
        elif isinstance(written, dict) and _holds_fields(known[name]) and not written.keys() & {"path", "constant"}:
            rules[name] = _rules(written, struct_in(known[name]), f"{place}.", faults)
        else:
            try:
                rules[name] = _rule(written)
            except ValueError as error:  # msgspec's own errors are ValueErrors too
                what, _, key = str(error).partition(" - at `$.")
                faults.append(f"{place}{'.' if key else ''}{key.rstrip('`')}: {what[:1].lower()}{what[1:]}")
    return rules


def _rule(written: Any) -> Rule:
    if not isinstance(written, str | dict):
        raise ValueError("must be a JMESPath expression in quotes, or a table with path or constant")
    return Rule(msgspec.convert({"path": written} if isinstance(written, str) else written, Written))


@cache
def hints(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Field -> type, for the fields that producers write."""
    types = get_type_hints(kind, include_extras=True)
    written = [field.name for field in msgspec.structs.fields(kind) if field.name == field.encode_name]
    return {name: types[name] for name in written if name != "specversion"}


def _holds_fields(hint: Any) -> bool:
    return struct_in(hint) is not None or any(get_origin(each) is dict for each in (hint, *get_args(hint)))


def struct_in(hint: Any) -> type[msgspec.Struct] | None:
    """The Struct that a field holds, None for a plain field or a free object."""
    options = [each for each in (hint, *get_args(hint)) if isinstance(each, type)]
    return next((each for each in options if issubclass(each, msgspec.Struct)), None)
