"""Exponential smoothing of daily counts (statsmodels' ETS models), summed up to weeks. Imported only in a process of its own.

Volume: an additive model with a level and the seven weekdays, ETS(A,N,A), over the square roots of the counts (Anscombe's
transform, after which counts scatter alike however large they are). No trend: over four weeks one that is fitted to a few
weeks does more harm than good. Mood: a level alone, ETS(A,N,N), over the arcsine of the root of each week's share.
Storms are taken out before. What is to come is drawn many times, days become weeks in each draw, and value and interval are
those of the draws, so that the interval is that of a week's sum. https://otexts.com/fpp3/ets.html, https://doi.org/10.1093/biomet/35.3-4.246
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from bot.domain.forecasting import AHEAD, LEVEL, Daily, Measure, Outlook, Point
from bot.domain.measures import DAYS

DRAWS = 2_000

_Numbers = NDArray[np.float64]

_FAR = 3.0
"""So many times as far as values usually scatter is out of what is usual."""

_STAYS, _STAYS_A_WEEK = 0.1, 0.3
"""So much of a day's, or a week's, surprise is taken to stay at least, also where none seemed to: no level holds for ever.

Less makes values that are a little nearer while nothing changes, and intervals that are far too narrow as soon as it does.
"""


def outlook(series: Daily, measure: Measure) -> Outlook | None:
    """Of one series, with the interval that the model itself believes in; None where it cannot be fitted."""
    last = series.week(measure)
    if last is None:
        return None
    try:
        weeks = _volumes(series) if measure == "volume" else _shares(series)
    except (ValueError, ArithmeticError):  # a fit that comes to no end; numpy's own are among them
        return None
    edge = (100 - LEVEL) / 2
    low, high = np.percentile(weeks, [edge, 100 - edge], axis=1)
    means = weeks.mean(axis=1)
    points = tuple(Point(at + 1, float(means[at]), float(low[at]), float(high[at])) for at in range(AHEAD))
    return Outlook(series.network, measure, last, points)


def _volumes(series: Daily) -> _Numbers:
    """Draws of each week's sum: a row a week."""
    counts = np.asarray(series.heard, dtype=float)
    # What scatters least, posts that come independently of each other, scatters by one in this scale.
    calm = _without_bursts(2 * np.sqrt(counts + 3 / 8), DAYS, 3 * DAYS, 1.0)
    fit = _fitted(calm, seasonal=True, stays=_STAYS)
    drawn = _drawn(fit, AHEAD * DAYS, fitted=3 + DAYS, least=1.0, stays=_STAYS)
    days = np.maximum((np.maximum(drawn, 0) / 2) ** 2 - 3 / 8, 0)
    return np.asarray(days.reshape(AHEAD, DAYS, DRAWS).sum(axis=1), dtype=float)


def _shares(series: Daily) -> _Numbers:
    """Draws of each week's share: a row a week."""
    sure, negative = (_by_week(each) for each in (series.sure, series.negative))
    whole = negative.sum() / sure.sum()
    # A week with few of them is taken to be a little like all together; one with none, to be just like that.
    shares = (negative + whole) / (sure + 1)
    least = float(0.5 / np.sqrt(sure.mean()))
    fit = _fitted(_without_bursts(np.arcsin(np.sqrt(shares)), 1, 5, least), seasonal=False, stays=0.0)
    drawn = _drawn(fit, AHEAD, fitted=2, least=least, stays=_STAYS_A_WEEK)
    return np.asarray(np.sin(np.clip(drawn, 0, np.pi / 2)) ** 2, dtype=float)


def _by_week(days: Sequence[int]) -> _Numbers:
    weeks = len(days) // DAYS
    whole = np.asarray(days[len(days) - DAYS * weeks :], dtype=float)
    return np.asarray(whole.reshape(weeks, DAYS).sum(axis=1), dtype=float)


def _without_bursts(values: _Numbers, season: int, width: int, least: float) -> _Numbers:
    """What stands out far from its neighbours, put in the middle of them (a Hampel filter).

    One storm would otherwise make the level seem to wander, and every interval as wide as the storm. A level that has
    changed is no storm: from half of `width` on, its neighbours are the new ones.
    """
    places = np.arange(len(values)) % season
    usual = np.array([np.median(values[places == place]) for place in range(season)])[places]
    rest, half = values - usual, width // 2
    level = np.array([np.median(rest[max(0, at - half) : at + half + 1]) for at in range(len(rest))])
    scatter = max(least, 1.4826 * float(np.median(np.abs(rest - level))))
    return np.asarray(usual + np.where(np.abs(rest - level) > _FAR * scatter, level, rest), dtype=float)


def _drawn(fit: Any, steps: int, *, fitted: int, least: float, stays: float) -> _Numbers:
    """The steps to come, `DRAWS` times: a row a step. `fitted` numbers were fitted; a step scatters by `least` at least."""
    left = np.asarray(fit.resid)
    # As much was fitted to the same values, what is left looks smaller than it is; nor is the level known exactly.
    scatter = max(least, float(np.sqrt(np.sum(left**2) / (len(left) - fitted))))
    chance = np.random.default_rng(len(left))
    surprises = chance.standard_normal((steps, DRAWS)) * scatter
    before = np.vstack([np.zeros((1, DRAWS)), np.cumsum(surprises, axis=0)[:-1]])
    level = chance.standard_normal(DRAWS) * scatter / np.sqrt(len(left))
    kept = max(stays, float(fit.params[0]))
    return np.asarray(np.asarray(fit.forecast(steps))[:, None] + surprises + kept * before + level, dtype=float)


def _fitted(values: _Numbers, *, seasonal: bool, stays: float) -> Any:
    with warnings.catch_warnings():
        # That a fit stopped early is no news: what it forecasts is held against what came.
        warnings.simplefilter("ignore")
        model = ETSModel(
            values,
            error="add",
            seasonal="add" if seasonal else None,
            seasonal_periods=DAYS if seasonal else None,
            bounds={"smoothing_level": (max(stays, 1e-4), 1 - 1e-4)},
        )
        return model.fit(disp=False)
