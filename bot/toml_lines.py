"""Where in a TOML file a setting stands: the line that an error message names."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any


def line_of(text: str, path: Sequence[str | int], value: object = None) -> int:
    """The line (from 1) of the setting at `path`, or of the nearest table around it that is there.

    `value` finds its own line within a setting of several lines. The parser tells no positions, so ever longer beginnings
    of the file are read until the setting is in them.
    """
    found = _beginnings(text)
    depth = _depth(found(len(text.split("\n")))[1], path)
    wanted, lines = path[:depth], text.split("\n")
    if not wanted:
        return 1
    last: int = bisect_left(range(len(lines) + 1), depth, key=lambda n: _depth(found(n)[1], wanted))
    first = found(last - 1)[0] + 1
    said = [n for n in range(first, last + 1) if isinstance(value, str | int | float) and str(value) in lines[n - 1]]
    return said[0] if said else first


def unfinished_line(text: str) -> int:
    """The line (from 1) of the statement that the file ends in the middle of."""
    return _beginnings(text)(len(text.split("\n")))[0] + 1


def _beginnings(text: str) -> Callable[[int], tuple[int, dict[str, Any]]]:
    """The longest beginning of at most `n` lines that is whole, as (its length in lines, what it says)."""
    lines = text.split("\n")

    @cache
    def whole(n: int) -> dict[str, Any] | None:
        try:
            return tomllib.loads("\n".join(lines[:n]))
        except tomllib.TOMLDecodeError:
            return None

    def found(n: int) -> tuple[int, dict[str, Any]]:
        for length in range(n, 0, -1):
            said = whole(length)
            if said is not None:
                return length, said
        return 0, {}

    return found


def _depth(data: Any, path: Sequence[str | int]) -> int:
    """How many steps of the path are there."""
    for depth, step in enumerate(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)
