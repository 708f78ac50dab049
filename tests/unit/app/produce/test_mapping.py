"""MAP.toml: each kind of rule, and what is said about one that cannot work."""

import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.produce.mapping import MapError, Mapper, MisfitError, read_map

ROOT = Path(__file__).parents[4]
RECORD = {
    "no": 17,
    "who": {"id": "c-1", "mail": "a@b.c"},
    "when": "24.12.2025 18:30",
    "via": "E-Mail",
    "urgent": True,
    "stars": 4,
    "handled_ms": "1500",
    "lines": [{"sku": "p1", "n": 2}, {"sku": "p2", "n": 1}],
}
BASE = """
id = "to_string(no)"
customer_id = "who.id"
time = { path = "when", format = "%d.%m.%Y %H:%M" }
channel = { path = "via", table = { "E-Mail" = "email" }, otherwise = "other" }
kind = { constant = "message" }
"""


def mapped(rules: str, record: dict[str, Any] = RECORD) -> dict[str, Any]:
    """What the rules make of a record, on top of the required fields."""
    return Mapper(tomllib.loads(BASE + rules)).touchpoint(record)


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(MapError) as raised:
        Mapper(tomllib.loads(text))
    return raised.value.faults


def test_paths_constants_tables_and_times_make_a_touchpoint() -> None:
    assert mapped("") == {
        "id": "17",
        "customer_id": "c-1",
        "time": 1_766_601_000_000,  # 2025-12-24T18:30Z
        "channel": "email",
        "kind": "message",
    }


def test_a_value_outside_the_table_takes_the_otherwise() -> None:
    assert mapped("", RECORD | {"via": "Fax"})["channel"] == "other"


def test_a_value_outside_a_table_without_otherwise_is_a_misfit_that_repeats_no_value() -> None:
    with pytest.raises(MisfitError) as raised:
        mapped('issue = { path = "via", table = { post = "x" } }')

    assert str(raised.value) == "issue: expected a value that stands in the table, which has no `otherwise`"


def test_true_and_numbers_are_looked_up_as_they_are_written() -> None:
    rules = """
issue = { path = "urgent", table = { true = "fire", false = "calm" } }
product = { path = "stars", table = { 4 = "good" } }
"""
    assert (mapped(rules)["issue"], mapped(rules)["product"]) == ("fire", "good")


def test_a_scale_multiplies_numbers_and_texts_of_numbers() -> None:
    assert mapped('duration_s = { path = "handled_ms", scale = 0.001 }')["duration_s"] == 1.5


def test_a_scale_of_no_number_is_a_misfit() -> None:
    with pytest.raises(MisfitError, match="duration_s: expected a number to scale"):
        mapped('duration_s = { path = "via", scale = 0.001 }')


@pytest.mark.parametrize(
    ("rule", "found", "at_ms"),
    [
        ('format = "iso8601"', "2026-01-01", 1_767_225_600_000),
        ('format = "iso8601"', "2026-01-01T02:00:00.0019+02:00", 1_767_225_600_001),
        ('format = "iso8601", zone = "Europe/Istanbul"', "2026-01-01T03:00", 1_767_225_600_000),
        ('format = "iso8601", zone = "Europe/Istanbul"', "2026-01-01T00:00Z", 1_767_225_600_000),
        ('format = "epoch_s"', 1_767_225_600.5, 1_767_225_600_500),
        ('format = "epoch_ms"', "1767225600000", 1_767_225_600_000),
        ('format = "%Y-%m-%d"', "2026-01-01", 1_767_225_600_000),
        ('format = "%Y-%m-%d %z"', "2026-01-01 +0200", 1_767_218_400_000),
    ],
)
def test_times_become_epoch_milliseconds(rule: str, found: object, at_ms: int) -> None:
    text = BASE.replace('time = { path = "when", format = "%d.%m.%Y %H:%M" }', f'time = {{ path = "when", {rule} }}')

    assert Mapper(tomllib.loads(text)).touchpoint(RECORD | {"when": found})["time"] == at_ms


def test_a_time_in_another_form_is_a_misfit_that_names_the_form() -> None:
    with pytest.raises(MisfitError, match=r"time: expected a time in the form %d\.%m\.%Y %H:%M"):
        mapped("", RECORD | {"when": "2025-12-24"})


def test_a_path_that_finds_nothing_leaves_the_field_out_or_takes_the_default() -> None:
    touchpoint = mapped('text = "body"\nlanguage = { path = "lang", default = "tr" }')

    assert "text" not in touchpoint
    assert touchpoint["language"] == "tr"


def test_objects_are_built_field_by_field() -> None:
    rules = """
[score]
metric = { constant = "rating" }
value = "stars"
min = { constant = 1 }
max = { constant = 5 }
"""
    assert mapped(rules)["score"] == {"metric": "rating", "value": 4, "min": 1, "max": 5}


def test_an_object_of_constants_alone_is_left_out() -> None:
    """A record without a rating has no score, whatever the scale is."""
    assert "score" not in mapped('[score]\nmetric = { constant = "rating" }\nvalue = "rating"\n')


def test_free_objects_take_any_names() -> None:
    assert mapped('[ids]\nemail = "who.mail"\n')["ids"] == {"email": "a@b.c"}


def test_an_expression_can_build_lists() -> None:
    items = mapped('[order]\nitems = "lines[].{product: sku, quantity: n}"\n')["order"]["items"]

    assert items == [{"product": "p1", "quantity": 2}, {"product": "p2", "quantity": 1}]


def test_a_function_that_does_not_take_the_value_is_a_misfit() -> None:
    with pytest.raises(MisfitError, match="issue: expected what the path's functions take"):
        mapped("issue = \"join(',', no)\"")


def test_everything_that_is_wrong_in_a_map_is_told_at_once() -> None:
    faults = faults_of("""
id = "a..b"
tiem = "when"
channel = { path = "via", tabel = {} }
kind = { constant = "x", scale = 2 }
text = { path = "x", zone = "Mars/Base", format = "%Y" }
language = 3
issue = { path = "x", otherwise = "y" }
product = { path = "x", zone = "UTC" }
location = { path = "x", format = "soon" }
wait_s = { path = "x", scale = "much" }
[score]
vlaue = "stars"
""")

    assert {fault.split(":")[0] for fault in faults} == {
        "customer_id", "time", "id", "tiem", "channel", "kind", "text", "language", "issue", "product", "location",
        "wait_s.scale", "score.vlaue",
    }  # fmt: skip
    assert "tiem: is no field of a touchpoint; did you mean time?" in faults
    assert "score.vlaue: is no field of a touchpoint; did you mean value?" in faults


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("id = \n")
    with pytest.raises(MapError, match=r"map\.toml: is no TOML"):
        read_map(path)


def test_the_faults_of_a_file_name_it(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('id = "x"\n')
    with pytest.raises(MapError) as raised:
        read_map(path)

    assert all(fault.startswith(f"{path}: ") for fault in raised.value.faults)


def test_the_example_of_film_reviews_fits_its_records() -> None:
    record = {
        "review_id": "8331333", "customer": "11abb65249e5", "product": "61431", "rating": 9, "date": "2014-01-01",
        "text": "1편보다 좀 많이 잔인하다",
    }  # fmt: skip

    assert read_map(ROOT / "docs/examples/film_reviews.toml").touchpoint(record) == {
        "id": "8331333",
        "customer_id": "11abb65249e5",
        "time": 1_388_534_400_000,
        "kind": "review",
        "channel": "review",
        "language": "ko",
        "product": "61431",
        "text": "1편보다 좀 많이 잔인하다",
        "score": {"metric": "rating", "value": 9, "min": 1, "max": 10},
    }


def test_the_map_of_the_documentation_works() -> None:
    page = (ROOT / "docs/produce-map.md").read_text()
    record = {
        "ticket": {"number": 7}, "requester": {"id": "c-1", "mail": "a@b.c"}, "created": "24.12.2025 18:30",
        "via": "call", "body": "hello", "handled_ms": 90_000, "rating": {"stars": 2},
    }  # fmt: skip

    assert Mapper(tomllib.loads(page.split("```toml map")[1].split("```")[0])).touchpoint(record) == {
        "id": "7",
        "customer_id": "c-1",
        "time": 1_766_590_200_000,
        "channel": "phone",
        "kind": "message",
        "text": "hello",
        "duration_s": 90.0,
        "score": {"metric": "csat", "value": 2},
        "ids": {"email": "a@b.c"},
    }


@pytest.mark.parametrize(
    ("path", "digest"),
    [
        ("no", sha256(b"17").hexdigest()[:32]),
        ("[no, via]", sha256(b'[17,"E-Mail"]').hexdigest()[:32]),
    ],
)
def test_a_digest_makes_an_id_where_the_record_has_none(path: str, digest: str) -> None:
    text = BASE.replace('id = "to_string(no)"', f'id = {{ path = "{path}", digest = true }}')
    assert text != BASE
    mapper = Mapper(tomllib.loads(text))

    assert mapper.touchpoint(RECORD)["id"] == digest
    assert mapper.touchpoint(dict(reversed(RECORD.items())))["id"] == digest


def test_the_digest_of_a_whole_record_does_not_go_by_the_order_of_its_members() -> None:
    mapper = Mapper(tomllib.loads(BASE.replace('id = "to_string(no)"', 'id = { path = "@", digest = true }')))

    told = mapper.touchpoint(RECORD)["id"]
    assert told == mapper.touchpoint(dict(reversed(RECORD.items())))["id"]
    assert told != mapper.touchpoint(RECORD | {"no": 8})["id"]


@pytest.mark.parametrize("rule", ['{ constant = "x", digest = true }', '{ path = "x", digest = true, scale = 2 }'])
def test_a_digest_stands_with_a_path_only(rule: str) -> None:
    assert any(fault.startswith("issue: ") for fault in faults_of(f"issue = {rule}"))
