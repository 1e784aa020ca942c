"""When the digest comes: after downtime, where its day or time is changed, and where several replicas tick at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.config import Config
from handlers.jobs.weekly_digest import DigestTick
from storage import SqlStorage
from tests.databases import Postgres
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, staffed
from tests.handlers.conftest import connect
from tests.handlers.office import DUE, EVERYBODY, ONE_EACH, Office, at, sent_to


@pytest.fixture
def config() -> Config:
    return EVERYBODY


@pytest.fixture
def clock() -> SetClock:
    """Sunday evening."""
    return SetClock(at("2026-03-01T18:00Z"))


@pytest.fixture
async def office(storage: SqlStorage, clock: SetClock, config: Config) -> Office:
    return await Office(storage, clock, staffed(config)).open()


async def ticked(of: Company, *, config: Config | None = None) -> None:
    await DigestTick(of.storage, config or of.config, of.clock)()
    await of.work()


@pytest.mark.parametrize("away", [timedelta(hours=2), timedelta(hours=30), timedelta(days=2, hours=23)])
async def test_after_downtime_it_is_caught_up_once(office: Office, away: timedelta) -> None:
    office.clock.at = DUE + away
    for _ in range(3):
        await ticked(office)
        office.clock.move(timedelta(seconds=30))
    assert office.counted() == ONE_EACH
    assert "23 Feb to 1 Mar" in office.shown()["management"][0]


async def test_after_more_downtime_than_three_days_it_is_left_out(office: Office) -> None:
    office.clock.at = DUE + timedelta(days=3, minutes=1)
    await ticked(office)
    assert office.counted() == {}
    office.clock.at = DUE + timedelta(days=7, minutes=1)
    await ticked(office)
    assert office.counted() == ONE_EACH


def moved(day: str, clock: str) -> Config:
    return staffed(sent_to(day=day, at=clock))


@pytest.mark.parametrize(
    ("day", "hour", "next_at"),
    [
        # Later on the same day, the days after it, earlier on the same day: no second one.
        ("mon", "12:00", "2026-03-09T11:00Z"),
        ("tue", "08:00", "2026-03-10T07:00Z"),
        ("thu", "08:00", "2026-03-12T07:00Z"),
        ("mon", "06:00", "2026-03-09T05:00Z"),
        # More than half a week later, one that covers mostly other days.
        ("fri", "08:00", "2026-03-06T07:00Z"),
        ("sun", "08:00", "2026-03-08T07:00Z"),
    ],
)
async def test_another_day_or_time_neither_doubles_nor_drops_one(
    office: Office, day: str, hour: str, next_at: str
) -> None:
    await office.monday()
    office.clock.at = at("2026-03-02T09:30Z")
    other, came = moved(day, hour), []
    while office.clock.at < at("2026-03-21T00:00Z"):
        before = len(office.platform.shown_in("C-management"))
        await ticked(office, config=other)
        if len(office.platform.shown_in("C-management")) > before:
            came.append(office.clock.at)
        office.clock.move(timedelta(minutes=30))
    assert came[0] == at(next_at)
    assert came[1] - came[0] == timedelta(days=7)


async def test_an_earlier_time_that_is_over_already_is_caught_up(office: Office) -> None:
    office.clock.at = at("2026-03-02T06:30Z")
    await ticked(office, config=moved("sun", "20:00"))
    assert len(office.platform.shown_in("C-management")) == 1, "half past seven on Monday, instead of eight"
    office.clock.at = at("2026-03-02T07:30Z")
    await ticked(office, config=moved("mon", "08:00"))
    assert len(office.platform.shown_in("C-management")) == 1


async def test_two_replicas_that_tick_at_once_send_one(postgres: Postgres, clock: SetClock) -> None:
    url = await postgres.fresh()
    storages = [await connect(url, clock, EVERYBODY) for _ in range(2)]
    try:
        office = await Office(storages[0], clock, staffed(EVERYBODY)).open()
        for week in range(3):
            clock.at = DUE + timedelta(days=7 * week, seconds=week)
            ticks = [DigestTick(storage, office.config, clock) for storage in storages for _ in range(4)]
            await asyncio.gather(*(tick() for tick in ticks), return_exceptions=False)
            await office.work()
            assert office.counted() == dict.fromkeys(ONE_EACH, week + 1)
    finally:
        for storage in storages:
            await storage.close()
        await postgres.drop(url)
