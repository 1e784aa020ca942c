"""Zendesk: the connector, and how its records are read."""
