"""What the next four weeks may bring, by network: what is forecast, and how wrong earlier forecasts were. Pure.

The forecast itself is made outside (`bot.ports.Forecaster`), of nothing but daily counts before the moment it is made at.
Every one is kept, and held against what came beside the plainest one there is: as last week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.measures import DAYS, Window

AHEAD = 4
"""Weeks that are forecast."""

MOST_WEEKS, FEWEST_WEEKS = 26, 4
"""Of how many weeks a forecast is made: at most, and at least."""

FEWEST = 10
"""So many conversations the four weeks before must have had, for the mood so many whose mood is known, each week on average."""

LEVEL = 80
"""Per cent of what comes that the interval is meant to hold."""

CHECKED = 8
"""Over how many weeks forecasts are held against what came."""

HORIZONS = (1, AHEAD)
"""For how many weeks ahead it is told how wrong a forecast was."""

ALL = ""
"""The network of all together."""

Measure = Literal["volume", "negative"]
"""How many conversations are heard in a week; or the share of negative ones among those whose mood is known, from 0 to 1."""

MEASURES: tuple[Measure, ...] = ("volume", "negative")


class Day(NamedTuple):
    """What was heard on one day of a window, counted from 0, on one network; of so many the mood is known."""

    day: int
    network: str
    heard: int
    sure: int
    negative: int


@dataclass(frozen=True, slots=True)
class Daily:
    """The days of one network, oldest first, the last one the day before the forecast is made."""

    network: str
    heard: tuple[int, ...]
    sure: tuple[int, ...]
    negative: tuple[int, ...]

    def week(self, measure: Measure, back: int = 0) -> float | None:
        """The value of the last week, or of the one so many weeks before; None where there is none."""
        end = len(self.heard) - DAYS * back
        if end < DAYS:
            return None
        return value_of(
            measure, self.heard[end - DAYS : end], self.sure[end - DAYS : end], self.negative[end - DAYS : end]
        )

    def before(self, weeks: int) -> Daily:
        """The days that were there so many weeks, one or more, before."""
        until = max(0, len(self.heard) - DAYS * weeks)
        return Daily(self.network, self.heard[:until], self.sure[:until], self.negative[:until])

    def is_known(self, measure: Measure) -> bool:
        """Is enough known for a forecast?"""
        if len(self.heard) < DAYS * FEWEST_WEEKS:
            return False
        lately = slice(-DAYS * FEWEST_WEEKS, None)
        if measure == "volume":
            return sum(self.heard[lately]) >= FEWEST
        return sum(self.sure[lately]) >= FEWEST * FEWEST_WEEKS


@dataclass(frozen=True, slots=True)
class Point:
    """One week of a forecast, so many weeks ahead: what is expected, and between what it is to be."""

    ahead: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of one network and measure. `last` is the value of the week before."""

    network: str
    measure: Measure
    last: float
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One week of a forecast as it was made."""

    made_at: datetime
    network: str
    measure: Measure
    week: Window
    point: Point
    last: float


@dataclass(frozen=True, slots=True)
class Checked:
    """How wrong forecasts so many weeks ahead were, over `weeks` weeks in all; `naive` is the same of “as last week”.

    Of volumes the error is the sum of all differences in per cent of the sum of what came; of shares it is the mean
    difference in percentage points. `within` is the share that came within the interval, in per cent.
    """

    ahead: int
    weeks: int
    error: float
    naive: float
    within: float

    @property
    def naive_is_better(self) -> bool:
        """Was it less wrong to say that nothing changes?"""
        return self.naive < self.error


@dataclass(frozen=True, slots=True)
class Foretold:
    """A network's measure: what it was, week by week (None where nothing is known), what is forecast, and how wrong that was."""

    network: str
    measure: Measure
    history: tuple[float | None, ...]
    points: tuple[Point, ...]
    checked: Mapping[int, Checked]


@dataclass(frozen=True, slots=True)
class Foresight:
    """The forecast at the end of a window. `weeks` are the weeks of the histories, oldest first; `ahead` those to come."""

    made_at: datetime | None
    weeks: tuple[Window, ...]
    ahead: tuple[Window, ...]
    lines: tuple[Foretold, ...] = ()
    unknown: tuple[str, ...] = ()
    """Networks of which too little is known yet."""

    def of(self, network: str, measure: Measure) -> Foretold | None:
        """One network's measure."""
        return next((each for each in self.lines if (each.network, each.measure) == (network, measure)), None)


def value_of(measure: Measure, heard: Iterable[int], sure: Iterable[int], negative: Iterable[int]) -> float | None:
    """The value of a span by its counts."""
    if measure == "volume":
        return float(sum(heard))
    known = sum(sure)
    return sum(negative) / known if known else None


def week_from(start: datetime, timezone: str, ahead: int = 1) -> Window:
    """The week so many weeks ahead of this moment, by the calendar: 1 begins with it, 0 ends with it."""
    local = start.astimezone(ZoneInfo(timezone))
    begin = local + timedelta(days=DAYS * (ahead - 1))
    return Window(begin, begin + timedelta(days=DAYS), timezone)


def known_days(end: datetime, timezone: str, began: datetime) -> Window | None:
    """The whole days before `end` that a forecast is made of; None where they are too few."""
    local, first = end.astimezone(ZoneInfo(timezone)), began.astimezone(ZoneInfo(timezone))
    whole = (local.date() - first.date()).days - 1
    weeks = min(MOST_WEEKS, whole // DAYS)
    if weeks < FEWEST_WEEKS:
        return None
    return Window(local - timedelta(days=DAYS * weeks), local, timezone)


def daily(days: Iterable[Day], many: int) -> list[Daily]:
    """The days of all together, then of each network, the most heard first. A network's begin with its first week."""
    counts: dict[str, list[list[int]]] = defaultdict(lambda: [[0] * many for _ in range(3)])
    for each in days:
        for network in (ALL, each.network):
            for series, number in zip(counts[network], (each.heard, each.sure, each.negative), strict=True):
                series[each.day] += number
    ranked = sorted(counts.items(), key=lambda pair: (pair[0] != ALL, -sum(pair[1][0]), pair[0]))
    return [_from_first(network, *map(tuple, series)) for network, series in ranked]


def _from_first(network: str, heard: tuple[int, ...], sure: tuple[int, ...], negative: tuple[int, ...]) -> Daily:
    first = next((at for at, many in enumerate(heard) if many), len(heard))
    # Whole weeks, so that a network that is new does not look as if it had been silent on those days.
    begin = len(heard) - (len(heard) - first) // DAYS * DAYS
    return Daily(network, heard[begin:], sure[begin:], negative[begin:])


def checked(kept: Iterable[Kept], came: Mapping[datetime, float]) -> dict[int, Checked]:
    """By how many weeks ahead: forecasts of one network and measure held against what came, by the beginning of the week."""
    found: dict[int, list[tuple[Kept, float]]] = defaultdict(list)
    for each in kept:
        actual = came.get(each.week.start)
        if each.point.ahead in HORIZONS and actual is not None:
            found[each.point.ahead].append((each, actual))
    return {ahead: _checked(ahead, pairs) for ahead, pairs in sorted(found.items())}


def _checked(ahead: int, pairs: Sequence[tuple[Kept, float]]) -> Checked:
    is_volume = pairs[0][0].measure == "volume"
    # In per cent of what came; of shares, in points for each week.
    scale = (sum(actual for _, actual in pairs) or 1.0) if is_volume else len(pairs)
    within = sum(each.point.low <= actual <= each.point.high for each, actual in pairs)
    return Checked(
        ahead=ahead,
        weeks=len(pairs),
        error=100 * sum(abs(each.point.value - actual) for each, actual in pairs) / scale,
        naive=100 * sum(abs(each.last - actual) for each, actual in pairs) / scale,
        within=100 * within / len(pairs),
    )
