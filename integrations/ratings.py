"""Ratings and counts as APIs write them. Pure."""

from __future__ import annotations

import math


def stars(said: object, best: int = 5) -> float | None:
    """A number of stars, as number or text; None for what is none, or is not within 1 and `best`."""
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        return None
    try:
        number = float(said)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 1 <= number <= best else None


def count(said: object) -> int | None:
    """A whole number, as number or as digits; None for anything else."""
    if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) < 20:
        return int(said)
    return said if type(said) is int else None
