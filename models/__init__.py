"""What things are and how they change: the pure core.

Reading order: `touchpoint` (what arrives), `state` (what is kept), `profile.observe` (the story of one
touchpoint), then `facts`, `windows`, `decay`, `risk`, `episode` in the order the story calls them.
Nothing in this package reads a clock, a socket, an environment variable, or is `async`.
"""
