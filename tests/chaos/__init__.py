"""Baton is killed again and again while five networks talk to it and staff answer. `make chaos`: KILLS, EVENTS, SEED, DB."""
