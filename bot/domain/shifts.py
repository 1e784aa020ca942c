"""Whether this window differs from the four weeks before by more than noise: volume and mood, by network and by topic.

Volume: of n conversations now and m in the weeks before, n would be binomial among n + m with the window's share of the
whole time, if people had gone on writing at one rate (the conditional test of two Poisson rates). Mood: the shares of
negative ones among those of which triage is sure are compared by the z test of two proportions, pooled. Both are two-sided
at `LEVEL` over all rows of a table together: Holm's correction takes the number of rows into account. Where less is
expected than `FEWEST`, nothing is said. Writing is more bursty than Poisson: one storm is told as a shift, and that is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from typing import NamedTuple

LEVEL = 0.05
"""The chance of telling any shift in a table in which nothing shifted."""

FEWEST = 10
"""What each count that is compared must be expected to be at least."""

REFERENCE_WEEKS = 4
"""With how many weeks before the window it is compared."""


class Count(NamedTuple):
    """How many conversations on a network, about a topic, were meant so; None where triage is not sure."""

    network: str
    topic: str | None
    mood: str | None
    many: int


@dataclass(frozen=True, slots=True)
class Row:
    """One network or topic. `usual` is how many a window of this length had before, on average; None: nothing to compare.

    `negative` is the share of negative ones among `sure` ones, those whose mood is known; None without any.
    `volume_shifted`, `mood_shifted`: is the shift more than noise? None where there is too little to tell.
    """

    name: str
    heard: int
    sure: int
    negative: float | None
    positive: float | None
    usual: float | None = None
    usual_negative: float | None = None
    volume_shifted: bool | None = None
    mood_shifted: bool | None = None


@dataclass(frozen=True, slots=True)
class Shifts:
    """Mood and volume of a window beside what is usual, the most heard first."""

    overall: Row
    networks: tuple[Row, ...]
    topics: tuple[Row, ...]


def shifts(now: Sequence[Count], before: Sequence[Count], share: float) -> Shifts:
    """Compare a window with the time before; `share` is the window's length in parts of that time, 0 where there was none."""
    whole = _table([("", each.mood, each.many) for each in now], [("", each.mood, each.many) for each in before], share)
    return Shifts(
        overall=whole[0] if whole else Row("", 0, 0, None, None),
        networks=_table(
            [(each.network, each.mood, each.many) for each in now],
            [(each.network, each.mood, each.many) for each in before],
            share,
        ),
        topics=_table(
            [(each.topic, each.mood, each.many) for each in now if each.topic is not None],
            [(each.topic, each.mood, each.many) for each in before if each.topic is not None],
            share,
        ),
    )


_Moods = Mapping[str | None, int]


def _table(
    now: Iterable[tuple[str, str | None, int]], before: Iterable[tuple[str, str | None, int]], share: float
) -> tuple[Row, ...]:
    moods, moods_before = _by_name(now), _by_name(before)
    rows: list[Row] = []
    volume: list[float | None] = []
    mood: list[float | None] = []
    for name in moods.keys() | moods_before.keys():
        here, there = moods.get(name, Counter()), moods_before.get(name, Counter())
        rows.append(_row(name, here, there, share))
        volume.append(volume_p(sum(here.values()), sum(there.values()), share))
        mood.append(mood_p(here["negative"], _sure(here), there["negative"], _sure(there)))
    told = zip(rows, holm(volume), holm(mood), strict=True)
    marked = [replace(row, volume_shifted=loud, mood_shifted=meant) for row, loud, meant in told]
    return tuple(sorted(marked, key=lambda row: (-row.heard, row.name)))


def _by_name(counts: Iterable[tuple[str, str | None, int]]) -> dict[str, Counter[str | None]]:
    found: dict[str, Counter[str | None]] = {}
    for name, mood, many in counts:
        found.setdefault(name, Counter())[mood] += many
    return found


def _row(name: str, here: Counter[str | None], there: Counter[str | None], share: float) -> Row:
    sure, sure_before = _sure(here), _sure(there)
    return Row(
        name=name,
        heard=sum(here.values()),
        sure=sure,
        negative=here["negative"] / sure if sure else None,
        positive=here["positive"] / sure if sure else None,
        usual=sum(there.values()) * share if share else None,
        usual_negative=there["negative"] / sure_before if sure_before else None,
    )


def _sure(moods: _Moods) -> int:
    return sum(many for mood, many in moods.items() if mood is not None)


def volume_p(now: int, before: int, share: float) -> float | None:
    """How likely a difference in volume this large is by chance alone; None where there is too little."""
    total, part = now + before, share / (1 + share)
    if not share or min(total * part, total * (1 - part)) < FEWEST:
        return None
    # Half a step nearer, as a whole number is compared with a smooth curve.
    away = max(0.0, abs(now - total * part) - 0.5)
    return two_sided(away / sqrt(total * part * (1 - part)))


def mood_p(negative: int, sure: int, negative_before: int, sure_before: int) -> float | None:
    """How likely a difference in the share of negative ones this large is by chance alone; None where there is too little."""
    if not sure or not sure_before:
        return None
    pooled = (negative + negative_before) / (sure + sure_before)
    if min(sure, sure_before) * min(pooled, 1 - pooled) < FEWEST:
        return None
    spread = sqrt(pooled * (1 - pooled) * (1 / sure + 1 / sure_before))
    return two_sided(abs(negative / sure - negative_before / sure_before) / spread)


def two_sided(z: float) -> float:
    """The chance that a normal deviate lies as far out, on either side."""
    return erfc(z / sqrt(2))


def holm(chances: Sequence[float | None], level: float = LEVEL) -> list[bool | None]:
    """Which of them are more than noise, so that with this chance at most any of the table is wrong; None stays None."""
    told: list[bool | None] = [None if chance is None else False for chance in chances]
    tested = sorted((chance, at) for at, chance in enumerate(chances) if chance is not None)
    for rank, (chance, at) in enumerate(tested):
        if chance > level / (len(tested) - rank):
            break
        told[at] = True
    return told
