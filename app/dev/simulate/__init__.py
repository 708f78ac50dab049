"""Simulated customers: seeded stories in, Kafka records and what a correct run must make of them out.

Reading order: `record` (what goes on the topic), `phrases` and `customer` (how one customer's touchpoints are written
down), `stories`, `grievances` and `everyday` (what happens to them), `cast` (to how many), `stream` (all customers in
time order), `faults` and `bad` (what goes wrong on the way), `manifest` (what must come out). `app.dev.demo` feeds it;
tests and benchmarks use it.
Nothing here reads a clock: everything follows from the seed, the number of records and the end of the story time.
"""
