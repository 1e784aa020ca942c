"""Mastodon: the connector, and how its statuses are read."""
