"""How often the page may be asked for."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 10_000


class Rate:
    """At most `many` in `seconds`, for each key; they fill up evenly. What has not been heard of for longest is forgotten."""

    def __init__(self, many: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._many = float(many)
        self._per_second = many / seconds
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def takes(self, key: str) -> bool:
        """Is there room for one more?"""
        now = self._clock()
        left, at = self._left.pop(key, (self._many, now))
        left = min(self._many, left + (now - at) * self._per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > _KEPT:
            self._left.popitem(last=False)
        return allowed
