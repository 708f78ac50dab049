"""From a Kafka record to a touchpoint: `decode` is the one way in.

`agents.fold` calls it for each record it has not applied yet. Reading order: `shapes` (which of the three
envelopes it is, and the quick path of the plain one), `cloud_events` (the other two), `checks` (the rules
that every touchpoint obeys), `instants` and `answers` (two fields with rules of their own).
`models.rejection` words what is wrong.
"""

from models.envelope.shapes import decode

__all__ = ["decode"]
