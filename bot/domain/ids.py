"""Sortable ids: milliseconds since 1970 and random bits, so that later ones sort after earlier ones."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, as in the ULID specification: no I, L, O, U."""


def new_id() -> str:
    """A new id of 26 characters (a ULID)."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
