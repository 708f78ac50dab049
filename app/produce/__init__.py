"""From a file to the input topic: `kanarya produce`, and `kanarya demo --input`.

Reading order: `lines` (plain or gzip JSON lines, numbered), `mapping` (a foreign record becomes a touchpoint, by
MAP.toml), `records` (a line becomes a Kafka record, or a bad line with its reason), `send` (to Kafka).
"""
