"""How often the app may call: token buckets, per channel for messages and per method for the rest."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from playground.refusal import Refused

MESSAGE_BURST = 3
UPDATES_A_MINUTE = 50
UPDATE_BURST = 10
_OTHER_A_SECOND = 50.0
_OTHER_BURST = 600
_UNLIMITED = frozenset({"api.test", "auth.test", "apps.connections.open"})
_PER_CHANNEL = frozenset({"chat.postMessage", "chat.postEphemeral"})


@dataclass
class Bucket:
    """Holds up to `size` calls and refills by `a_second`. The clock is passed in."""

    size: float
    a_second: float
    level: float
    filled: float

    @classmethod
    def full(cls, size: float, a_second: float, now: float) -> Bucket:
        """A bucket that was not used yet."""
        return cls(size, a_second, size, now)

    def take(self, now: float) -> float:
        """Takes one call and answers 0, or answers in how many seconds there will be one."""
        self.level = min(self.size, self.level + (now - self.filled) * self.a_second)
        self.filled = now
        # A hair under one whole call is one: sums of fractions do not come out even.
        if self.level >= 1 - 1e-9:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.a_second


class Rates:
    """Refuses with 429 what comes too often. `rate` is messages a second for one channel."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def check(self, method: str, channel: str) -> None:
        """Counts one call; raises `ratelimited` with the seconds to wait."""
        if method in _UNLIMITED:
            return
        key = (method, channel if method in _PER_CHANNEL else "")
        now = self._now()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = self._bucket_for(method, now)
        wait = bucket.take(now)
        if wait > 0:
            raise Refused("ratelimited", status=429, retry_after=max(1, math.ceil(wait)))

    def _bucket_for(self, method: str, now: float) -> Bucket:
        if method in _PER_CHANNEL:
            return Bucket.full(MESSAGE_BURST, self._rate, now)
        if method == "chat.update":
            return Bucket.full(max(UPDATE_BURST * self._rate, 1), UPDATES_A_MINUTE * self._rate / 60, now)
        scale = max(self._rate, 1)
        return Bucket.full(_OTHER_BURST * scale, _OTHER_A_SECOND * scale, now)
