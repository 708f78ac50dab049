"""With what it happens: Kafka, Faust, the command line, the clock, the environment. Imports `agents` and `models`."""
