"""Trustpilot: the connector, and how Trustpilot writes reviews."""
