"""Fakes that subclass the ports: real behaviour in memory."""
