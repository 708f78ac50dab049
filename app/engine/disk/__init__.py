"""The disk store: states on this machine's disk, for more customers than memory holds.

`app.topology` makes `store.DiskStore` instead of the memory store when the setting `store` says `disk`. The changelog
stays the truth: what stands here is a copy that may be behind it and is never ahead of it, and that is dropped and read
anew whenever it cannot be trusted.
"""
