"""Sortable ids: milliseconds since 1970 and random bits, so that later ones sort after earlier ones."""

from __future__ import annotations

import secrets
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, as in the ULID specification: no I, L, O, U."""

_BITS = 80
"""How many of the 128 are random."""


class _Sequence:
    """The ids of one process. Within a millisecond, or when the clock was set back, each follows the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        fresh = (time.time_ns() // 1_000_000) << _BITS | secrets.randbits(_BITS)
        with self._lock:
            # The step is random too, so that ids of two processes do not meet. A carry only counts as a later millisecond.
            self._last = fresh if fresh >> _BITS > self._last >> _BITS else self._last + 1 + secrets.randbits(64)
            return self._last


_sequence = _Sequence()


def new_id() -> str:
    """A new id of 26 characters (a ULID), greater than all that this process made before."""
    return _written(_sequence.next())


def id_at(milliseconds: int, bits: int) -> str:
    """The id of a moment since 1970 with these random bits, of which there are 80: for a past that is brought."""
    return _written(milliseconds << _BITS | bits)


def _written(value: int) -> str:
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
