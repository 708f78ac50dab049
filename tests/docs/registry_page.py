"""docs/registry.md out of `models.registry`: `python -m tests.docs.registry_page` writes it."""

from pathlib import Path

from models.registry import REGISTRY

PAGE = Path(__file__).parents[2] / "docs" / "registry.md"

HEAD = """\
# What is stored of a customer
Made from `models/registry.py` by `python -m tests.docs.registry_page`.

Every field in the state of a customer, the file that reads it, what comes of it, and how long it lives. Numbers are the policy's defaults. There is no text of the customer's among them: a text is scored and forgotten. A test fails when a stored field has no row here, when a row names no stored field, and when the reader does not name the field.

The changelog key is the customer id. Before each value stand its version, the owner's epoch, a deadline (unused yet) and the last applied offset of each input topic ([decisions/0008-state-bytes.md](decisions/0008-state-bytes.md)). A state lives until it is overwritten by a newer one of the same customer.
"""  # noqa: E501 - a paragraph of the page is a line


def page() -> str:
    """The whole page."""
    sections = []
    for struct, rows in REGISTRY.items():
        told = [f"| `{row.field}` | {row.purpose} | `{row.reader}` | {row.lives} |\n" for row in rows]
        sections.append(f"\n## {struct}\n| field | for | read by | lives |\n|---|---|---|---|\n{''.join(told)}")
    return HEAD + "".join(sections)


if __name__ == "__main__":
    PAGE.write_text(page())
