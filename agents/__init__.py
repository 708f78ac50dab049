"""When it happens: the loops over fetched batches, with every dependency an argument. Imports only `models`.

Reading order: `profiles` (the seven steps of a batch), `fold` (one batch turned into new states), `outbox`
and `views` (what leaves), `ports` (what the loops need from outside).
"""
