"""Touchpoints as producers have written them since the first version, in each envelope: they read the same for ever."""

import json
from pathlib import Path

import msgspec
import pytest

from models.envelope import decode
from models.touchpoint import Touchpoint

GOLDEN = sorted((Path(__file__).parent / "golden" / "touchpoints").glob("*.json"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_record_reads_as_it_always_did(path: Path) -> None:
    golden = json.loads(path.read_text())
    record = golden["record"]
    headers = [(name, told.encode()) for name, told in record["headers"].items()]

    told = decode(record["key"].encode(), json.dumps(record["value"]).encode(), headers, record["timestamp_ms"])

    assert isinstance(told, Touchpoint), told
    blank = Touchpoint()
    changed = {name for name in Touchpoint.__struct_fields__ if getattr(told, name) != getattr(blank, name)}
    assert {name: msgspec.to_builtins(getattr(told, name)) for name in changed} == golden["touchpoint"]


def test_there_is_a_golden_record_for_each_envelope() -> None:
    written = {path.stem for path in GOLDEN}

    assert written >= {"plain", "cloud_event_binary", "cloud_event_structured", "cloud_event_base64"}
