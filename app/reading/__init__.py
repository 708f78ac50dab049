"""Looking at topics without disturbing a worker: no group, no commits. The reading commands of `app.cli` call it."""
