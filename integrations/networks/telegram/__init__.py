"""Telegram: the connector, and how its messages are read."""
