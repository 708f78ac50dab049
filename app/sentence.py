"""One sentence for a person: what is wrong, and the mend, made together and told together or apart.

`app.login` and `app.kafka` make them; errors carry them, commands print them, `kanarya doctor` tells both halves.
"""


class Sentence(str):
    """`what: mend` as text, with both halves at hand."""

    __slots__ = ("mend", "what")

    what: str
    mend: str

    def __new__(cls, what: str, mend: str) -> "Sentence":
        """`what` is found wrong; `mend` names the very setting or command."""
        told = super().__new__(cls, f"{what}{'; ' if ': ' in what else ': '}{mend}")
        told.what, told.mend = what, mend
        return told
