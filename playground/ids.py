"""Slack's identifiers and times: `ts` strings that only grow, ids of views, files and the like."""

from __future__ import annotations

import random
import string
import time

_LETTERS = string.ascii_uppercase + string.digits


def new_id(prefix: str) -> str:
    """An id in Slack's form: a letter for the kind and ten letters or digits. It is a name, not a secret."""
    return prefix + "".join(random.choices(_LETTERS, k=10))


def as_ts(microseconds: int) -> str:
    """Microseconds since 1970 as Slack writes them: `1700000000.000001`."""
    return f"{microseconds // 1_000_000:010d}.{microseconds % 1_000_000:06d}"


def as_microseconds(ts: str) -> int:
    """The reverse of `as_ts`; raises `ValueError` for what is not a `ts`."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


class TsClock:
    """Hands out `ts` values that are unique and strictly increasing, also after a restart."""

    def __init__(self, last: str | None) -> None:
        self._last = as_microseconds(last) if last else 0

    def next(self) -> str:
        """The time now, or one microsecond after the last one given."""
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return as_ts(self._last)
