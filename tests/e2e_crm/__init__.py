"""Baton and a company's customer record as it really runs: found, read, written once, whatever stops in between."""
