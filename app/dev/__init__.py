"""What a developer's machine needs and a server never does: an embedded broker, simulated customers, the demo."""
