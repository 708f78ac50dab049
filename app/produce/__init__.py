"""From a file to the input topic: `kanarya produce`, and `kanarya demo --input`.

Reading order: `source` (opens JSON lines or CSV, plain or gzip), `lines` and `table` (their numbered lines and rows),
`mapping` and `rule` (a foreign record becomes a touchpoint, by MAP.toml; `paths` knows which names no record had),
`cells` (so does a row whose columns are called as the fields are), `records` (a line becomes a Kafka record, or a bad
line with its reason), `send` (to Kafka; `ahead` reads the file meanwhile, `resume` keeps how far it is sent), `tally`
(what became of the lines), `bad_file` (keeps the bad ones to be mended).
"""
