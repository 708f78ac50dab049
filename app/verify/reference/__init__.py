"""A slow second opinion on everything the product computes from touchpoints.

`app.verify.reference.replay.replay` takes whole partitions of records and recomputes, after every touchpoint
and from the full list of what happened, the profile, the risk and the alerts of every customer. It is
written from the specification alone: plain dicts, plain lists, no state carried on but the episode and the
ring of ids, and not one line shared with the product. Read in this order: `touchpoints`, `ring`, `facts`,
`decay`, `risk`, `windows`, `stage`, `orders`, `cases`, `relation`, `episodes`, `care`, `identifiers`, `profile`,
`replay`; `segments` goes over the profiles that `replay` gives.

`app.verify.verdict` holds every run of `kanarya verify` against it; the tests, which call it the oracle, hold the fold
against it over streams and stories.

An *applied touchpoint* is the dict made by `touchpoints.read`; every list of them that this package hands
around is in log order unless the name says otherwise.
"""
