"""The weekly forecast: once, of nothing but what was heard before it, kept, and held against what came."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config, parse
from bot.domain.forecasting import AHEAD, ALL, Daily, Outlook, Point
from bot.domain.measures import last_week
from bot.errors import RetriableError
from bot.ports import Forecaster, Taken, Work
from handlers.forecast_data import forecast_data
from handlers.forecasts import foresee
from handlers.jobs.weekly_forecast import KIND, ForecastMaker, ForecastTick, earlier, last_midnight
from storage import SqlStorage
from tests.databases import Sqlite, opened
from tests.fakes.clock import SetClock
from tests.storage.hearing import hear, post
from tests.storage.past import COMPANY, NOW, pour_past

PARIS = ZoneInfo("Europe/Paris")


class AsLastWeek(Forecaster):
    """Says that nothing changes; remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[Sequence[Daily]] = []
        self.fails = False

    async def forecast(self, series: Sequence[Daily]) -> list[Outlook]:
        if self.fails:
            raise RetriableError("too slow")
        self.given.append(series)
        return [
            Outlook(each.network, "volume", last, tuple(Point(at + 1, last, last - 5, last + 5) for at in range(AHEAD)))
            for each in series
            if each.is_known("volume") and (last := each.week("volume")) is not None
        ]


def weekly(day: str = "mon", timezone: str = "Europe/Paris") -> Config:
    return parse(f'[digest]\nday = "{day}"\ntimezone = "{timezone}"\n')


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_it_begins_with_the_digest_s_day_in_the_digest_s_zone() -> None:
    assert last_midnight(at("2026-03-02T06:00Z"), weekly()) == at("2026-03-01T23:00Z")
    assert last_midnight(at("2026-03-01T22:59Z"), weekly()) == at("2026-02-22T23:00Z")
    # Summer time begins on 29 March.
    assert last_midnight(at("2026-03-30T12:00Z"), weekly()) == at("2026-03-29T22:00Z")
    assert last_midnight(at("2026-03-02T06:00Z"), weekly("wed", "Pacific/Auckland")) == at("2026-02-24T11:00Z")


def test_earlier_ones_are_the_same_midnight_of_each_week_across_the_change_of_the_clocks() -> None:
    found = earlier(at("2026-04-05T22:00Z"), weekly(), 3)
    assert [each.astimezone(PARIS).isoformat() for each in found] == [
        "2026-03-23T00:00:00+01:00",
        "2026-03-30T00:00:00+02:00",
        "2026-04-06T00:00:00+02:00",
    ]


async def pending(storage: SqlStorage) -> int:
    async with storage.reading() as uow:
        return (await uow.counts()).outbox_pending


async def test_whoever_ticks_however_often_one_is_asked_for_each_week(either_storage: SqlStorage) -> None:
    clock = SetClock(at("2026-03-02T06:00Z"))
    ticks = [ForecastTick(either_storage, weekly(), clock) for _ in range(3)]
    for _ in range(2):
        await asyncio.gather(*(tick() for tick in ticks), return_exceptions=True)
    assert await pending(either_storage) == 1
    clock.move(timedelta(days=6))
    await ticks[0]()
    assert await pending(either_storage) == 1
    # After three weeks without Baton there is one for the week that is, and none for those that were.
    clock.move(timedelta(days=21))
    await ticks[1]()
    assert await pending(either_storage) == 2


def work(at_: datetime) -> Taken:
    return Taken(1, Work(KIND, {"at": at_.isoformat()}), 1, at_)


@pytest.fixture
async def seeded(sqlite: Sqlite) -> SqlStorage:
    url = await sqlite.fresh()
    await pour_past(url, 3_000, 16)
    return SqlStorage(await opened(url), policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))


async def test_each_is_made_of_the_days_before_it_alone_and_kept_with_those_of_earlier_weeks(
    seeded: SqlStorage,
) -> None:
    forecaster = AsLastWeek()
    midnight = last_midnight(NOW, COMPANY)
    maker = ForecastMaker(seeded, forecaster, COMPANY)
    await maker(work(midnight))
    async with seeded.reading() as uow:
        kept = await uow.forecasts.between(midnight - timedelta(weeks=20), midnight)
        every = [c for n in range(1, 3_001) if (c := await uow.conversations.get(n)) is not None]
    moments = earlier(midnight, COMPANY)
    assert sorted({each.made_at for each in kept}) == moments
    days = Counter(c.opened_at.astimezone(PARIS).date() for c in every)
    for moment, series in zip(moments, forecaster.given, strict=True):
        whole = next(each for each in series if each.network == ALL)
        last_day = moment.astimezone(PARIS).date()
        expected = [days[last_day - timedelta(days=back)] for back in range(len(whole.heard), 0, -1)]
        assert list(whole.heard) == expected
        assert len(whole.heard) % 7 == 0
        assert len(whole.heard) >= 28
    # Trying again, and the week after, make no others than those that are lacking.
    await maker(work(midnight))
    assert len(forecaster.given) == len(moments) + 1
    await seeded.close()


async def test_what_came_is_counted_and_the_errors_are_those_of_a_recount(seeded: SqlStorage) -> None:
    midnight = last_midnight(NOW, COMPANY)
    await ForecastMaker(seeded, AsLastWeek(), COMPANY)(work(midnight))
    window = last_week(NOW, "Europe/Paris")
    async with seeded.reading() as uow:
        foresight = await foresee(uow, window, COMPANY)
        every = [c for n in range(1, 3_001) if (c := await uow.conversations.get(n)) is not None]
    weeks = Counter((c.opened_at.astimezone(PARIS).date() - midnight.astimezone(PARIS).date()).days // 7 for c in every)
    line = foresight.of(ALL, "volume")
    assert line is not None
    assert line.history == tuple(float(weeks[back]) for back in range(-8, 0))
    for ahead, checked in line.checked.items():
        pairs = [(weeks[back - ahead], weeks[back]) for back in range(-8, 0) if back - ahead >= -9]
        assert checked.weeks == len(pairs)
        error = 100 * sum(abs(said - came) for said, came in pairs) / sum(came for _, came in pairs)
        assert checked.error == pytest.approx(error)
        assert checked.naive == pytest.approx(error), "the forecast of this test is as last week"
        assert not checked.naive_is_better
        assert checked.within == pytest.approx(100 * sum(abs(a - b) <= 5 for a, b in pairs) / len(pairs))
    assert sorted(line.checked) == [1, 4]
    data = forecast_data(foresight)
    assert data["weeks"][0] == "2026-11-23"
    assert data["networks"][0]["network"] is None
    assert len(data["networks"][0]["past"]) == 8
    await seeded.close()


async def test_of_earlier_weeks_it_shows_what_was_forecast_then(seeded: SqlStorage) -> None:
    midnight = last_midnight(NOW, COMPANY)
    await ForecastMaker(seeded, AsLastWeek(), COMPANY)(work(midnight))
    window = last_week(NOW, "Europe/Paris").before.before
    async with seeded.reading() as uow:
        then = await foresee(uow, window, COMPANY)
        long_ago = await foresee(uow, last_week(NOW - timedelta(weeks=14), "Europe/Paris"), COMPANY)
    assert then.made_at == window.end.astimezone(UTC)
    assert long_ago.made_at is None
    assert long_ago.lines == ()
    await seeded.close()


async def test_where_too_little_is_known_nothing_is_kept_and_it_says_so(storage: SqlStorage, clock: SetClock) -> None:
    forecaster = AsLastWeek()
    midnight = last_midnight(clock.now(), COMPANY)
    await ForecastMaker(storage, forecaster, COMPANY)(work(midnight))
    await hear(storage, post())
    await ForecastMaker(storage, forecaster, COMPANY)(work(midnight))
    assert forecaster.given == []
    async with storage.reading() as uow:
        foresight = await foresee(uow, last_week(clock.now(), "Europe/Paris"), COMPANY)
    assert forecast_data(foresight)["networks"] == []


async def test_a_forecast_that_takes_too_long_is_tried_again_and_leaves_nothing_half_kept(seeded: SqlStorage) -> None:
    forecaster = AsLastWeek()
    forecaster.fails = True
    midnight = last_midnight(NOW, COMPANY)
    with pytest.raises(RetriableError):
        await ForecastMaker(seeded, forecaster, COMPANY)(work(midnight))
    async with seeded.reading() as uow:
        assert await uow.forecasts.made_at(midnight) is None
    await seeded.close()
