"""What `kanarya produce` says when it is through, beside its counts: about the map, and about mending bad lines."""

from collections.abc import Sequence
from pathlib import Path
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


def about_bad(bad: int, kept: Path | None, *, sent: int | None) -> str | None:
    """How to mend the bad lines without sending the others again; None where there is nothing to say.

    Args:
        sent: the records that are sent; None for a dry run, after which a file may be mended as it is.
    """
    if not bad:
        return None
    these = "it" if bad == 1 else "them"
    if kept and sent is None:
        return f"{bad} bad, kept in {kept}: mend {these} there and send both files, or mend {these} in the file itself"
    if kept:
        return f"{bad} bad, kept in {kept}: mend {these} there and send that file"
    if not sent:
        return None
    return (
        "put the bad lines, mended, into a file of their own and send that (--bad FILE keeps them so): sending the "
        "whole file again may count records twice (docs/guarantees.md)"
    )
