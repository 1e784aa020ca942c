"""Baton with every network that an API must be applied for, and every listening tool, at once: pretended servers over HTTP."""
