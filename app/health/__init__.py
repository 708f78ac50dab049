"""Whether a worker lives and gets on, without HTTP: a file it touches, and what it wrote beside it.

`pulse` runs in the worker, `progress` judges each partition by its movement and not by its lag, `status` writes and
reads the document that `kanarya worker --status` shows, `alive` looks at the file's age for `kanarya worker --alive`.
"""
