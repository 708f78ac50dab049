"""How a client of Kafka shows who it is, and how it knows the broker: TLS, SASL, tokens, and secrets from files.

`app.kafka.client_options` asks `options` for every client, `app.topology` asks `faust` for the worker's, and `knock`
finds out why a broker does not let a client in. Nothing here ever shows a secret.
"""
