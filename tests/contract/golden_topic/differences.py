"""Two results of one recorded topic, told apart in plain words: `results` made both."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

_EXAMPLES: Final = 3
Key = tuple[str, ...]


def differences(was: Sequence[str], now: Sequence[str]) -> list[str]:
    """What of `was` is not so in `now`; nothing if all is the same to the byte."""
    if list(was) == list(now):
        return []
    told = list(_head(_of(was, "head", 1), _of(now, "head", 1)))
    for sort, width, describe in (
        ("alert", 0, _alert), ("dead", 3, _rest), ("profile", 3, _profile), ("state", 3, _rest), ("meta", 2, _rest),
        ("left", 3, _rest), ("resumed", 0, _rest),
    ):  # fmt: skip
        old, new = (_of(lines, sort, width) for lines in (was, now))
        told += _sort(_NAMES[sort], old, new, describe)
    return told or ["the same, in another order"]


_NAMES: Final = {
    "alert": "alerts", "dead": "dead letters", "profile": "public profiles", "state": "stored profiles",
    "meta": "meta records", "left": "other changelog records",
    "resumed": "results that are others when an older release's changelog is gone on from",
}  # fmt: skip


def _of(lines: Sequence[str], sort: str, width: int) -> dict[Key, str]:
    """What a line is known by (its first `width` parts; of an alert its trigger and place) -> the rest of it."""
    found: dict[Key, str] = {}
    for line in lines:
        if not line.startswith(f"{sort}\t"):
            continue
        parts = line.split("\t")
        if sort == "alert":
            alert = json.loads(parts[2])
            found[parts[1], str(alert["trigger"]["offset"])] = parts[2]
        elif not width:
            found[line,] = ""
        else:
            found[tuple(parts[1:width])] = "\t".join(parts[width:])
    return found


def _head(was: dict[Key, str], now: dict[Key, str]) -> Iterator[str]:
    old, new = (json.loads(next(iter(head.values()), "{}")) for head in (was, now))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"{name}: {old.get(name)} -> {new.get(name)}"


def _sort(name: str, was: dict[Key, str], now: dict[Key, str], describe: Any) -> Iterator[str]:
    gone, come = [key for key in was if key not in now], [key for key in now if key not in was]
    changed = [key for key in was if key in now and was[key] != now[key]]
    if not gone and not come and not changed:
        return
    yield f"{name}: {len(was)} -> {len(now)}; {len(changed)} changed, {len(gone)} gone, {len(come)} new"
    fields = Counter(field for key in changed for field in describe(was[key], now[key]))
    kinds = Counter(field.partition(":")[0] for field in fields.elements())
    if kinds:
        yield f"  changed in: {', '.join(f'{field} {n}' for field, n in kinds.most_common())}"
    for key in changed[:_EXAMPLES]:
        yield f"  {' '.join(key)}: {'; '.join(describe(was[key], now[key]))}"
    for word, keys in (("gone", gone), ("new", come)):
        for key in keys[:_EXAMPLES]:
            yield f"  {word}: {' '.join(key)} {_said(was.get(key) or now.get(key) or '')}".rstrip()


def _said(value: str) -> str:
    """An alert by its summary, anything else as it is."""
    return str(json.loads(value).get("summary", value)) if value.startswith("{") else value


def _alert(was: str, now: str) -> list[str]:
    return _fields(json.loads(was), json.loads(now)) or ["bytes: the same values, written in another way"]


def _profile(was: str, now: str) -> list[str]:
    (old, old_digest), (new, new_digest) = was.split("\t"), now.split("\t")
    told = _fields(json.loads(old), json.loads(new))
    return told or ["elsewhere: in what is not told here in short; --dump shows it"] * (old_digest != new_digest)


def _rest(was: str, now: str) -> list[str]:
    old, new = (part.replace("\t", " ") for part in (was, now))
    return [f"value: {old} -> {new}"]


def _fields(was: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Each top field that differs, with its values where they are short."""
    told = []
    for name in [*was, *(name for name in now if name not in was)]:
        old, new = (json.dumps(each.get(name), ensure_ascii=False) for each in (was, now))
        if old != new:
            told.append(f"{name}: {old} -> {new}" if len(old) + len(new) < 120 else f"{name}: longer than is told here")
    return told
