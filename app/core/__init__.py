"""The compiled core: the same `models` and `agents`, a part of them as machine code.

`make compile` runs `app.core.build`; `app.__main__` asks `app.core.choice` which core to run, before anything of the
two packages is imported. Python is the source of truth and the core wherever nothing was built.
"""
