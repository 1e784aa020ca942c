"""The outside world: networks, customer records and models, behind the ports of the core."""
