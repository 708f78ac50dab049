"""`kanarya verify`: faults under load, and a proof by arithmetic that nothing was lost or counted twice.

Reading order: `plan` (seed in, when each fault strikes out), `generate` (the touchpoints of a run), `fault` (what a
fault is) and `faults/` (one file each), `broker` (where it runs), `feed` (puts the touchpoints on the topic), `worker`
(a tested process), `rig` (all of these together: what a fault acts on), `run` and `play` (one fault from empty topics
to a result), `watch` and `recovery` (how long a fault was felt), `outcome` (what lies on the topics at the end),
`reference/` (a slow second opinion on what must lie there), `verdict`, `books` and `comparison`, `result` and
`table` (what is told). `app.cli.verify` calls `run.verify`.

The verdict reads topics by plain consumers and shares no code with the worker; the reference shares none with
anything. The one number taken from the product is the sentiment of a text, which has tests of its own.
"""
