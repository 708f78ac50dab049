"""The demo: a whole Kanarya on one machine, with an end on request and a proof of what came out.

`app.cli.demo` calls `live` or `once`. Reading order: `stage` (broker, topics, worker), `source` (the records), `feed`
(onto the topic), `tail` (alerts as they are published), `show` (on the screen), `reader` (what came out, read with no
code of the worker), `summary` (what it says), `live` and `once` (the two plays).
"""
