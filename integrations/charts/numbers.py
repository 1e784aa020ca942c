"""Numbers as a picture takes them, and how its axis and bars name them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_MOST = 1e15
_LEAST = 1e-9
_SHORT = ((1e12, "T"), (1e9, "G"), (1e6, "M"))


def drawable(values: Sequence[float | None], count: int) -> list[float]:
    """So many values, gaps as NaN: nothing is drawn for what is missing or no number. What is beyond 10^15 stands at it."""
    padded = [*values[:count], *[None] * (count - len(values))]
    return [_clamped(value) for value in padded]


def _clamped(value: float | None) -> float:
    if value is None or not math.isfinite(value):
        return math.nan
    return 0.0 if abs(value) < _LEAST else max(-_MOST, min(_MOST, float(value)))


def finite(values: Iterable[float]) -> list[float]:
    """Those that are numbers."""
    return [value for value in values if math.isfinite(value)]


def named(value: float) -> str:
    """`1 200`, `0.25`, `3.4 M`: short, thousands apart by a thin space, a true minus."""
    for size, letter in _SHORT:
        if abs(value) >= size:
            return f"{_plain(value / size)}\u202f{letter}"
    return _plain(value)


def _plain(value: float) -> str:
    rounded = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if "e" in rounded:
        return rounded.replace("-", "−")
    sign, digits = ("−", rounded[1:]) if rounded.startswith("-") else ("", rounded)
    whole, dot, rest = digits.partition(".")
    return f"{sign}{int(whole):,}".replace(",", "\u202f") + dot + rest


def shown_places(count: int, most: int) -> list[int]:
    """Which of so many labels are shown: evenly apart, the newest among them."""
    step = max(1, math.ceil(count / most))
    return list(range(count - 1, -1, -step))[::-1]


def apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places moved so that each is at least so far from the next, in their order, within `low` and `high` where that fits."""
    order = sorted(range(len(places)), key=lambda at: (places[at], at))
    moved = list(places)
    for before, at in zip([None, *order], order, strict=False):
        floor = low if before is None else moved[before] + least
        moved[at] = max(moved[at], floor)
    ceiling = high
    for at in reversed(order):
        moved[at] = min(moved[at], ceiling)
        ceiling = moved[at] - least
    return moved
