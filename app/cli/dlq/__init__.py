"""`kanarya dlq`, a file for each of its commands: look (`show`), count (`stats`), send back (`redrive`)."""
