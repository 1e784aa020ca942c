"""Pretended CRMs: stateful servers on loopback, written from the vendors' documentation. They refuse what the vendor refuses."""
