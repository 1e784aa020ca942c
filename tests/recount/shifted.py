"""Is a shift more than noise? The two tests and the correction as docs/measures.md words them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import sqrt
from statistics import NormalDist
from typing import Any

from tests.recount.lives import Life

LEVEL, FEWEST = 0.05, 10


def table(
    now: Sequence[Life], before: Sequence[Life], share: float, key: Callable[[Life], str | None]
) -> list[dict[str, Any]]:
    """A row for each network or topic, the most heard first."""
    names = {name for life in (*now, *before) if (name := key(life)) is not None}
    rows, volumes, moods = [], [], []
    for name in names:
        here, there = ([life for life in some if key(life) == name] for some in (now, before))
        row, volume, mood = _row(name, here, there, share)
        rows.append(row)
        volumes.append(volume)
        moods.append(mood)
    for row, volume, mood in zip(rows, holm(volumes), holm(moods), strict=True):
        row |= {"volume_shifted": volume, "mood_shifted": mood}
    return sorted(rows, key=lambda row: (-row["heard"], row["name"]))


def _row(
    name: str, here: Sequence[Life], there: Sequence[Life], share: float
) -> tuple[dict[str, Any], float | None, float | None]:
    moods, moods_before = (Counter(life.mood for life in some if life.mood) for some in (here, there))
    sure, sure_before = moods.total(), moods_before.total()
    row = {
        "name": name,
        "heard": len(here),
        "sure": sure,
        "negative": round(moods["negative"] / sure, 4) if sure else None,
        "positive": round(moods["positive"] / sure, 4) if sure else None,
        "usual": round(len(there) * share, 4) if share else None,
        "usual_negative": round(moods_before["negative"] / sure_before, 4) if sure_before else None,
    }
    mood = proportions(moods["negative"], sure, moods_before["negative"], sure_before)
    return row, _rates(len(here), len(there), share), mood


def _rates(n: int, m: int, share: float) -> float | None:
    if not share:
        return None
    p = share / (1 + share)
    if (n + m) * p < FEWEST or (n + m) * (1 - p) < FEWEST:
        return None
    return _chance(max(abs(n - (n + m) * p) - 0.5, 0) / sqrt((n + m) * p * (1 - p)))


def proportions(a: int, n: int, b: int, m: int) -> float | None:
    if not n or not m:
        return None
    pooled = (a + b) / (n + m)
    if any(count * part < FEWEST for count in (n, m) for part in (pooled, 1 - pooled)):
        return None
    return _chance(abs(a / n - b / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)))


def _chance(z: float) -> float:
    return 2 * (1 - NormalDist().cdf(z))


def holm(chances: Sequence[float | None]) -> list[bool | None]:
    known = sorted(chance for chance in chances if chance is not None)
    bound = -1.0
    for at, chance in enumerate(known):
        if chance > LEVEL / (len(known) - at):
            break
        bound = chance
    return [None if chance is None else chance <= bound for chance in chances]
