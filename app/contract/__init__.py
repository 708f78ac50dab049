"""What others build on, as documents made from the types and the topic catalogue; `kanarya schema` prints them.

Reading order: `examples` (records that stand in all of them), `json_schemas`, `asyncapi` (topics, keys, headers,
messages), `events_page` (docs/events.md, out of `events.template.md`).
"""
