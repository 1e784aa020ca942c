"""Oracle Fusion: the connector, and how its records are read."""
