"""What comes of a recorded topic, as lines that can be kept, compared and read.

`taken` writes an `Outcome` of `replay` down; `differences` tells two results apart in plain words. One line each::

    head     {what was counted, policy_version, scorer}
    alert    partition  value as published
    dead     partition  offset  reason  detail
    profile  partition  customer  {what it says in short}  digest of the public profile
    state    partition  customer  digest of the stored value, epoch apart
    meta     partition  {input topic: [small id, generation, highest applied offset]}
"""

import json
import lzma
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from models.codec import META_KEY, decode_meta, is_profile_key
from models.dead_letter import parse_dead_letter
from models.policy import Policy
from tests.contract.golden_topic.replay import Outcome

Lines = list[str]
_EPOCH: Final = slice(1, 5)
"""Where it stands in a value: each owner of a partition writes its own."""


def taken(outcome: Outcome, policy: Policy, scorer: str) -> Lines:
    """The lines, by sort and partition; alerts and dead letters in their order."""
    counted = {name: count for name, count in msgspec.structs.asdict(outcome.books).items() if name not in _NOT_TOLD}
    lines = [_line("head", _json(counted | {"policy_version": policy.version, "scorer": scorer}))]
    for partition, alerts in outcome.alerts.items():
        lines += [_line("alert", partition, alert.decode()) for alert in alerts]
    for partition, letters in outcome.dead.items():
        told = [parse_dead_letter(letter.headers) for letter in letters]
        lines += [_line("dead", partition, each.offset, each.reason, each.detail) for each in told]
    for (partition, customer), profile in sorted(outcome.profiles.items()):
        lines.append(_line("profile", partition, customer.decode(), _json(_short(profile)), _digest(profile)))
    for partition in outcome.partitions:
        for key, value in outcome.store.scan(partition, b""):
            if is_profile_key(key):
                lines.append(_line("state", partition, key[1:].decode(), _digest(_without_epoch(value))))
            elif key == META_KEY:
                lines.append(_line("meta", partition, _json(decode_meta(value).topics)))
            else:
                lines.append(_line("left", partition, key.hex(), _digest(_without_epoch(value))))
    return lines


_NOT_TOLD: Final = ("batches", "profiles_written", "views_published", "keys_sampled", "keys_misplaced")
"""They tell how the log was cut, not what came of it."""


def _short(profile: bytes) -> dict[str, Any]:
    shown = json.loads(profile)
    risk = shown["risk"]
    reasons = {reason["rule"]: reason["points"] for reason in risk["reasons"]}
    counts = {name: shown[name] for name in ("touchpoints", "duplicates", "stage")}
    return counts | {"score": risk["score"], "level": risk["level"], "reasons": reasons}


def _without_epoch(value: bytes) -> bytes:
    return value[: _EPOCH.start] + value[_EPOCH.stop :]


def _digest(value: bytes) -> str:
    return blake2b(value, digest_size=6).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _line(*parts: object) -> str:
    return "\t".join(str(part) for part in parts)


def load(path: Path) -> Lines:
    """Recorded results; none if there is no file yet."""
    return lzma.decompress(path.read_bytes()).decode().split("\n")[:-1] if path.exists() else []


def save(path: Path, lines: Sequence[str]) -> None:
    path.write_bytes(lzma.compress(("\n".join(lines) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME))
