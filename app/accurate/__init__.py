"""The optional scorer `accurate`: a small language model for the texts in which the rules find nothing.

Installed with `kanarya[accurate]` and chosen by `KANARYA_SCORER=accurate`. `app.scorer` calls it within its time
budget; reading order: `scorer`, then `benchmarks/accurate_head.py`, which made `data/head.txt`.
"""
