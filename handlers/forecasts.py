"""Forecasts: made of the days before, kept, and read again with what came since and how wrong they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.forecasting import (
    AHEAD,
    ALL,
    CHECKED,
    MEASURES,
    Daily,
    Foresight,
    Foretold,
    Kept,
    Measure,
    Outlook,
    checked,
    daily,
    known_days,
    value_of,
    week_from,
)
from bot.domain.measures import DAYS, Window
from bot.ports import Forecaster, Storage, UnitOfWork
from handlers.digest import zone_of

SHOWN_WEEKS = 8
"""So many weeks stand before the forecast."""


async def make_forecasts(storage: Storage, forecaster: Forecaster, config: Config, moments: Sequence[datetime]) -> int:
    """Make and keep the forecasts of these midnights, each of nothing but what was heard before it; gives how many lines.

    Where too little is known, nothing is kept. The counting, the forecasting and the keeping are three steps: nobody waits
    for the database while a forecast is made.
    """
    made: list[Kept] = []
    for at in moments:
        series = await _series(storage, config, at)
        if series:
            made += _kept(await forecaster.forecast(series), at, zone_of(config))
    if made:
        async with storage.writing() as uow:
            await uow.forecasts.keep(made)
    return len(made)


async def _series(storage: Storage, config: Config, at: datetime) -> list[Daily]:
    async with storage.reading() as uow:
        began = await uow.measures.began()
        window = known_days(at, zone_of(config), began) if began is not None else None
        if window is None:
            return []
        return daily(await uow.measures.daily(window), len(window.day_ends))


def _kept(outlooks: Sequence[Outlook], at: datetime, timezone: str) -> list[Kept]:
    return [
        Kept(at, each.network, each.measure, week_from(at, timezone, point.ahead), point, each.last)
        for each in outlooks
        for point in each.points
    ]


async def foresee(uow: UnitOfWork, window: Window, config: Config) -> Foresight:
    """The newest forecast that was there at the end of a window, with the weeks before it and how wrong earlier ones were.

    What came is counted up to the end of the window, or of the last whole week before it.
    """
    zone = zone_of(config)
    made_at = await uow.forecasts.made_at(window.end)
    if made_at is None or window.end - made_at > timedelta(days=DAYS):
        return await _nothing(uow, window, zone)
    back = SHOWN_WEEKS + AHEAD
    weeks = tuple(week_from(made_at, zone, 1 - at) for at in range(back, 0, -1))
    known = Window(weeks[0].start, weeks[-1].end, zone)
    days = daily(await uow.measures.daily(known), len(known.day_ends))
    began = await uow.measures.began()
    heard = [began is not None and week.start >= began for week in weeks]
    past = {(each.network, measure): _history(each, measure, heard) for each in days for measure in MEASURES}
    kept: dict[tuple[str, Measure], list[Kept]] = defaultdict(list)
    for each in await uow.forecasts.between(weeks[0].start, made_at):
        kept[each.network, each.measure].append(each)
    lines = []
    for (network, measure), every in kept.items():
        points = tuple(each.point for each in every if each.made_at == made_at)
        if not points:
            continue
        history = past.get((network, measure), (None,) * len(weeks))
        came = {week.start: value for week, value in zip(weeks, history, strict=True) if value is not None}
        lately = [each for each in every if each.week.start >= weeks[-CHECKED].start]
        lines.append(Foretold(network, measure, history[-SHOWN_WEEKS:], points, checked(lately, came)))
    told = {line.network for line in lines}
    return Foresight(
        made_at=made_at,
        weeks=weeks[-SHOWN_WEEKS:],
        ahead=tuple(week_from(made_at, zone, at + 1) for at in range(AHEAD)),
        lines=tuple(sorted(lines, key=lambda line: _rank(line, days))),
        unknown=tuple(each.network for each in days if each.network not in told and each.network != ALL),
    )


async def _nothing(uow: UnitOfWork, window: Window, zone: str) -> Foresight:
    """Nothing is forecast yet: too little is known, or the clock has not come round."""
    weeks = tuple(week_from(window.end, zone, 1 - at) for at in range(SHOWN_WEEKS, 0, -1))
    return Foresight(None, weeks, tuple(week_from(window.end, zone, at + 1) for at in range(AHEAD)))


def _history(series: Daily, measure: Measure, heard: Sequence[bool]) -> tuple[float | None, ...]:
    """A value for each week, None before Baton listened. A network that came later was silent until then."""
    lacking = len(heard) * DAYS - len(series.heard)
    whole = [(0,) * lacking + each for each in (series.heard, series.sure, series.negative)]
    spans = (slice(at * DAYS, (at + 1) * DAYS) for at in range(len(heard)))
    values = (value_of(measure, *(each[span] for each in whole)) for span in spans)
    return tuple(value if known else None for value, known in zip(values, heard, strict=True))


def _rank(line: Foretold, days: Sequence[Daily]) -> tuple[int, int]:
    networks = [each.network for each in days]
    at = networks.index(line.network) if line.network in networks else len(networks)
    return at, MEASURES.index(line.measure)
