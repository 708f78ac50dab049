"""What `kanarya produce` says when it is through, beside its counts: about the map."""

from collections.abc import Sequence
from typing import Any, Final

from app.produce.mapping import Mapper

_MOST: Final = 20


def about_map(mapper: Mapper | None, columns: Sequence[str]) -> dict[str, Any]:
    """For `--json`: `not_found` paths and `unused_columns` of a map; nothing without one."""
    if mapper is None:
        return {}
    not_found = [each._asdict() for each in mapper.paths.not_found(columns)]
    return {"not_found": not_found, "unused_columns": mapper.paths.unused(columns)}


def map_sentences(told: dict[str, Any]) -> list[str]:
    """The same for a person."""
    sentences = []
    for each in told.get("not_found", [])[:_MOST]:
        meant = f"; did you mean {each['did_you_mean']}?" if each["did_you_mean"] else ""
        sentences.append(f"map: {each['field']} = {each['path']}: no record has {each['name']}{meant}")
    if unused := told.get("unused_columns"):
        more = f", and {len(unused) - _MOST} more" if len(unused) > _MOST else ""
        sentences.append(f"map: these columns are not used: {', '.join(unused[:_MOST])}{more}")
    return sentences
