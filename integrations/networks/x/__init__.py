"""X: the connector, and how its posts are read."""
