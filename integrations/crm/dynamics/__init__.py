"""Dynamics 365: the connector, and how its rows are read."""
