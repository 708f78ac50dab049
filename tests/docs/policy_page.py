"""docs/policy.md out of `models.policy`: every number with its default, its range and the reason beside it.

`python -m tests.docs.policy_page` writes the page; `test_policy_page` fails when it is not what this makes.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import inspect as types

from models import policy, profile_policy, words_policy
from models.segment_fields import FIELDS, MOST, SPENT, SegmentField

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"

HEAD = """\
# Policy
Made from `models/policy.py` by `python -m tests.docs.policy_page`.

The numbers that decide who is at risk, and what a profile keeps and shows. `KANARYA_POLICY` (`--policy`) names a TOML file with those that should differ; what it leaves out keeps its default. A key it does not know, a wrong type or a value out of range is refused at the start, with the key, the value and what is allowed. `kanarya policy` shows the numbers in force, in the form of such a file:

```toml policy
version = "spring"

[levels]
at_risk = 55

[long_wait]
wait_s = 300
```

`version` stands in every alert and profile as `policy_version`. Where the numbers are not the shipped ones, `+` and eight hex digits of their SHA-256 follow it, so that no change goes unseen.

Points are whole, a share is a share of a scale, days and hours are those of the customer's clock. What each number does is told in [windows-and-risk.md](windows-and-risk.md).

The levels must rise in the order `watch`, `at_risk_exit`, `at_risk`, `critical_exit`, `critical` (equal ones are allowed); `answers.dissatisfied` must be below `answers.satisfied`, and the short half-life of `sentiment_fall` below the long one. `identifiers.phone_region` must be a country of ISO 3166.
"""  # noqa: E501 - a paragraph of the page is a line


SEGMENTS = """
## segments
Named groups of customers: a customer is in a segment while all of its `when` holds. There are none unless the file says so, and then they cost nothing. At most 16 segments of at most 8 conditions; a name is small letters, digits, `-` and `_`.

```toml policy
[[segments]]
name = "regulars"
when = [
  { field = "orders", is = ">=", value = 10 },
  { field = "stage", is = "!=", value = "lapsed" },
]
```

`is` is one of `=`, `!=`, `<`, `<=`, `>`, `>=`; words are compared by `=` and `!=` only. A value that a customer does not have meets no condition, `!=` neither. Memberships step with the customer's touchpoints, at their `as_of`: `tenure_days` grows by itself, but nobody comes in by it before their next touchpoint. A changed rule changes `policy_version`, and each customer is placed anew at their next touchpoint. [profile.md](profile.md#segments) tells how a profile shows them.
"""  # noqa: E501


def page() -> str:
    """The whole page."""
    classes = {
        node.name: node
        for module in (policy, profile_policy, words_policy)
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    }
    return HEAD + "".join(_section(section, classes) for section in _fields(policy.Policy)) + _segments()


def _section(section: types.Field, classes: dict[str, ast.ClassDef]) -> str:
    if not isinstance(section.type, types.StructType):
        return ""  # the version; and the segments, which are told at the end
    kind = section.type.cls
    reasons = dict(_reasons(classes[kind.__name__]))
    rows = [
        f"| `{field.name}` | {_shown(getattr(kind(), field.name))} | {_range(field.type)} | {reasons[field.name]} |\n"
        for field in _fields(kind)
    ]
    intro = f"\n## {section.name}\n{inspect.cleandoc(kind.__doc__ or '')}\n\n"
    return f"{intro}| key | default | allowed | why |\n|---|---|---|---|\n{''.join(rows)}"


def _segments() -> str:
    """How to write segments, and what their conditions may speak of."""
    fields = [
        f"| `{name}` | {', '.join(field.choices) or _span(field)} | {field.meaning} |\n"
        for name, field in [*FIELDS.items(), ("spent.EUR", SPENT)]
    ]
    return f"{SEGMENTS}\n| field | values | meaning |\n|---|---|---|\n{''.join(fields)}"


def _span(field: SegmentField) -> str:
    if field.high < MOST:
        return f"number, {field.low:g} to {field.high:g}"
    return "number from 0" if field.low == 0 else "number"


def _fields(kind: type[msgspec.Struct]) -> tuple[types.Field, ...]:
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    return info.fields


def _reasons(section: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Field -> the text under it; a field without one fails here."""
    for field, below in zip(section.body, [*section.body[1:], ast.Pass()], strict=True):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(field.target, ast.Name)
            assert isinstance(below, ast.Expr), f"{section.name}.{field.target.id} has no reason beside it"
            assert isinstance(below.value, ast.Constant)
            yield field.target.id, inspect.cleandoc(str(below.value.value)).replace("\n", " ")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _range(kind: types.Type) -> str:
    if isinstance(kind, types.VarTupleType):
        return f"a list, each {_range(kind.item_type)}"
    if isinstance(kind, types.StrType):
        return f"text, `{kind.pattern}`"
    assert isinstance(kind, types.IntType | types.FloatType)
    low = f"above {kind.gt:g}" if kind.gt is not None else f"from {kind.ge:g}"
    whole = "whole, " if isinstance(kind, types.IntType) else ""
    return f"{whole}{low} to {kind.le:g}"


if __name__ == "__main__":
    PAGE.write_text(page())
