"""A count with its noun, as a person says it: the commands, the demo and the doctor build their sentences with it."""


def counted(count: int, noun: str, plural: str | None = None, *, form: str = "") -> str:
    """`1 record`, `2 records`, `0 records`.

    Args:
        count: of 0 or more.
        noun: for one of them.
        plural: for any other count; the noun with an s unless given.
        form: of the number, as `format` takes it: `,` parts thousands.
    """
    return f"{count:{form}} {noun if count == 1 else plural or f'{noun}s'}"
