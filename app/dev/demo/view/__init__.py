"""What a person sees of the demo without an end: a live view on a terminal, plain lines elsewhere.

`app.dev.demo.live` tells a `Watcher` what it reads from the output topics. Reading order: `scene` (what is known, and
how each record changes it), `bars` and `panels` (parts of the picture), `page` (the picture of a scene at a size),
`writer` (text to a terminal that may have stopped reading), `screen` and `lines` (the two watchers). Only `scene` and
what it is told decide what is drawn: no clock, no text of a touchpoint.
"""
