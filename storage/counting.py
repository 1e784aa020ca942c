"""Sums over what a grouped query gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from storage.engine import Row


def counted(groups: Sequence[Row], column: int) -> dict[str, int]:
    """How many there are of each value of a column, the most first; the count is the last column. Nulls are left out."""
    found: Counter[str] = Counter()
    for row in groups:
        if row[column] is not None:
            found[row[column]] += row[-1]
    return dict(found.most_common())
