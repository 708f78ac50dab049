"""The demo: a whole Kanarya on one machine, with an end on request and a proof of what came out.

`app.cli.demo` calls `live` or `once`. Reading order: `stage` (broker, topics, worker), `source` (the records), `feed`
(onto the topic), `tail` (alerts as they are published), `follow` (profiles and dead letters), `view` (what a person
sees), `reader` (what came out, read with no code of the worker), `summary` and `show` (what it says), `live` and `once`
(the two plays).
"""
