"""Measures Baton against what is least possible: `python -m tests.benchmarks`; see docs/benchmarks.md."""
