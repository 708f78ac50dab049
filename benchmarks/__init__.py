"""How fast: `python -m benchmarks` compares a plain loop, stock Faust and Kanarya on one topic of one broker.

Reading order: `data` (what is on the topic), `kafka` (the broker, and putting it there), then the adapters, each of
which shows `LABEL`, `most_events` and `run`: `plain`, `stock_faust`, `kanarya_worker`. `recovery` and `latency` go on
with Kanarya's worker, `stages` times its functions alone, `report` prints and keeps the figures.
"""
