"""Forecasts whose intervals are as wide as earlier ones had to be: made again at weeks before, and held against what came.

What a model believes of its own width holds while nothing but chance changes. So the same model is fitted again at each of
the weeks before, of the days until then alone, and how far off it was is counted in its own intervals (split conformal
prediction over rolling origins). An interval is widened by so much that it would have held `LEVEL` per cent of those
weeks, and never made narrower. https://arxiv.org/abs/1604.04173, https://otexts.com/fpp3/tscv.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, sqrt

from bot.domain.forecasting import AHEAD, LEVEL, MEASURES, Daily, Measure, Outlook, Point
from bot.domain.measures import DAYS
from integrations.forecasting.fitting import outlook

LOOKED_BACK = 12
"""At so many weeks before it is forecast again."""

_FEWEST_WEEKS = 3
"""Of so many weeks a forecast of the past is made at least: with one less than today's, more of them are to be had."""

_ENOUGH = 9
"""With so many misses a series speaks for itself: with fewer, one storm among them would be the interval's edge by itself, and
those of all series of its measure speak for it."""

_FEWEST = 5
"""Of so few misses of all together nothing is told."""

_Misses = Mapping[int, Sequence[float]]
"""By weeks ahead."""


def outlooks(series: Sequence[Daily]) -> list[Outlook]:
    """Of each series and measure of which enough is known; what cannot be fitted is left out."""
    known = {measure: [each for each in series if each.is_known(measure)] for measure in MEASURES}
    return [each for measure, those in known.items() for each in _outlooks(those, measure)]


def _outlooks(series: Sequence[Daily], measure: Measure) -> list[Outlook]:
    misses = [_misses(each, measure) for each in series]
    pooled = {ahead: [far for each in misses for far in each.get(ahead, ())] for ahead in range(1, AHEAD + 1)}
    made = [(outlook(each, measure), own) for each, own in zip(series, misses, strict=True)]
    return [_widened(each, factors(own, pooled)) for each, own in made if each is not None]


def _misses(series: Daily, measure: Measure) -> dict[int, list[float]]:
    """How far off the forecasts of the weeks before were, each made of nothing but the days before it."""
    found: dict[int, list[float]] = defaultdict(list)
    for back in range(1, min(LOOKED_BACK, len(series.heard) // DAYS - _FEWEST_WEEKS) + 1):
        made = outlook(series.before(back), measure)
        for point in made.points[:back] if made is not None else ():
            came = series.week(measure, back - point.ahead)
            if came is not None and point.high > point.low:
                found[point.ahead].append(_missed(point, came))
    return found


def _missed(point: Point, came: float) -> float:
    """How far off, counted in the interval's own reach to that side: 1 is at its edge."""
    below, above = _reach(point)
    return (point.value - came) / below if came < point.value else (came - point.value) / above


def _reach(point: Point) -> tuple[float, float]:
    # Near nothing, and near all, an interval has next to no room on one side: that is no measure of anything.
    least = (point.high - point.low) / 4
    return max(point.value - point.low, least), max(point.high - point.value, least)


def factors(own: _Misses, pooled: _Misses) -> list[float]:
    """By how much to widen each week ahead, the next first: at least 1, and what is further ahead no less than what is nearer."""
    found, known = [1.0], 0
    for ahead in range(1, AHEAD + 1):
        misses = own.get(ahead, ())
        if len(misses) < _ENOUGH:
            misses = pooled.get(ahead, ())
        if len(misses) >= _FEWEST:
            found.append(max(found[-1], _edge(misses)))
            known = ahead
        else:
            # Nothing has come yet of what was forecast so far ahead: surprises are taken to add up as chance does.
            found.append(found[known] * sqrt(ahead / known) if known else 1.0)
    return found[1:]


def _edge(misses: Sequence[float]) -> float:
    # One more, for the week to come: of few, the widest.
    return sorted(misses)[min(len(misses), ceil(LEVEL / 100 * (len(misses) + 1))) - 1]


def _widened(made: Outlook, by: Sequence[float]) -> Outlook:
    most = 1.0 if made.measure == "negative" else float("inf")
    points = []
    for point, factor in zip(made.points, by, strict=True):
        below, above = _reach(point) if factor > 1 else (point.value - point.low, point.high - point.value)
        low, high = point.value - factor * below, point.value + factor * above
        points.append(replace(point, low=max(0.0, min(point.low, low)), high=min(most, max(point.high, high))))
    return replace(made, points=tuple(points))
