"""The forecast, once a week after the week is over and before the digest, however many replicas tick; caught up after downtime."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.config import WEEKDAYS, Config
from bot.domain.forecasting import CHECKED
from bot.domain.measures import DAYS
from bot.ports import Clock, Forecaster, Storage, Taken, Work
from handlers.digest import zone_of
from handlers.forecasts import make_forecasts

KIND = "forecast"

LAST = "forecast:last"
"""When the last one began that went into the outbox."""

EVERY = timedelta(minutes=2)

_log = structlog.get_logger(__name__)


def last_midnight(now: datetime, config: Config) -> datetime:
    """The most recent midnight at which the digest's day began, in UTC: a digest's window ends there."""
    today, wanted = now.astimezone(ZoneInfo(zone_of(config))).date(), WEEKDAYS.index(config.digest.day)
    days = (today - timedelta(days=back) for back in range(2 * DAYS))
    midnights = (_midnight(day, config) for day in days if day.weekday() == wanted)
    return max(at for at in midnights if at <= now)


def earlier(at: datetime, config: Config, weeks: int = CHECKED + 1) -> list[datetime]:
    """The same midnight of so many weeks, the oldest first, this one included."""
    day = at.astimezone(ZoneInfo(zone_of(config))).date()
    return [_midnight(day - timedelta(days=DAYS * back), config) for back in range(weeks - 1, -1, -1)]


def _midnight(day: date, config: Config) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone_of(config))).astimezone(UTC)


class ForecastTick:
    """What the clock starts: asks for the forecast that is due, if nobody has yet."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def __call__(self) -> None:
        """Put it into the outbox; the mark of its time makes it one, whoever ticks."""
        at = last_midnight(self._clock.now(), self._config).isoformat()
        async with self._storage.reading() as uow:
            last = await uow.setting(LAST)
        if last == at:
            return
        async with self._storage.writing() as uow:
            if await uow.swap_setting(LAST, last, at):
                await uow.outbox.put(Work(KIND, {"at": at}, key=KIND, once=f"cron:{KIND}:{at}"))


class ForecastMaker:
    """Makes and keeps a forecast; where earlier weeks have none, those that would have been made then, so that it is known
    from the first day how wrong they are."""

    def __init__(self, storage: Storage, forecaster: Forecaster, config: Config) -> None:
        self._storage = storage
        self._forecaster = forecaster
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """Make those of this week; what is tried again replaces what was kept."""
        at = datetime.fromisoformat(str(taken.work.payload["at"]))
        wanted = earlier(at, self._config)
        async with self._storage.reading() as uow:
            there = {each.made_at for each in await uow.forecasts.between(wanted[0], at)}
        moments = [each for each in wanted if each == at or each not in there]
        lines = await make_forecasts(self._storage, self._forecaster, self._config, moments)
        _log.info("forecast", at=at.isoformat(), lines=lines)
