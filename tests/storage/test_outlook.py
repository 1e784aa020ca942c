"""Daily counts, kept forecasts and figures of others, on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.benchmarks import Benchmark
from bot.domain.forecasting import ALL, Day, Kept, Point, week_from
from bot.domain.measures import Window
from bot.domain.triage import UNSURE
from storage import SqlStorage
from tests.databases import opened
from tests.fakes.clock import SetClock
from tests.storage.past import COMPANY, pour_past

NOW = datetime(2026, 11, 9, 9, 30, tzinfo=UTC)
MADE = datetime(2026, 11, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "Asia/Kathmandu", "America/St_Johns"])
async def test_days_are_those_of_the_zone_also_where_the_clock_changes(url: str, zone: str) -> None:
    await pour_past(url, 700, 4, now=NOW)
    database = await opened(url)
    try:
        storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
        start = datetime(2026, 10, 19, tzinfo=ZoneInfo(zone))
        window = Window(start, start + timedelta(days=21), zone)
        async with storage.reading() as uow:
            counted = await uow.measures.daily(window)
            every = [c for n in range(1, 701) if (c := await uow.conversations.get(n)) is not None]
        expected: dict[tuple[int, str], Counter[str]] = {}
        for c in every:
            day = (c.opened_at.astimezone(ZoneInfo(zone)).date() - start.date()).days
            if 0 <= day < 21 and c.reading is not None:
                sure = c.reading.mood.confidence >= UNSURE
                there = expected.setdefault((day, c.network), Counter())
                there.update(heard=1, sure=sure, negative=sure and c.reading.mood.name == "negative")
        assert counted == [
            Day(day, network, there["heard"], there["sure"], there["negative"])
            for (day, network), there in sorted(expected.items())
        ]
        assert sum(each.heard for each in counted) > 300
    finally:
        await database.close()


def kept(made_at: datetime, ahead: int = 1, value: float = 10.5, network: str = ALL) -> Kept:
    point = Point(ahead, value, value - 2, value + 3)
    return Kept(made_at, network, "volume", week_from(made_at, "UTC", ahead), point, 9)


async def test_forecasts_stay_as_they_were_made_and_the_same_moment_s_are_replaced(storage: SqlStorage) -> None:
    later = MADE + timedelta(days=7)
    async with storage.writing() as uow:
        await uow.forecasts.keep([kept(MADE), kept(MADE, 4, 12), kept(later, network="x")])
        await uow.forecasts.keep([kept(MADE, 4, 13)])
    async with storage.reading() as uow:
        found = await uow.forecasts.between(MADE, later)
        assert await uow.forecasts.made_at(later - timedelta(microseconds=1)) == MADE
        assert await uow.forecasts.made_at(later) == later
        assert await uow.forecasts.made_at(MADE - timedelta(days=1)) is None
        assert [each.network for each in await uow.forecasts.between(later, later)] == ["x"]
    assert found == [kept(MADE), kept(MADE, 4, 13), kept(later, network="x")]


async def test_figures_of_others_are_kept_once_by_their_key_and_removed_by_their_name(storage: SqlStorage) -> None:
    one = Benchmark("Retail", "shops", "touched.share", 41.5, "%", "2025", "S", "https://figures.example", "CC0")
    others = [replace(one, measure="changed.share"), replace(one, name="Ändere", period="2026")]
    async with storage.writing() as uow:
        await uow.benchmarks.put([one, *others], NOW)
        await uow.benchmarks.put([replace(one, value=42)], NOW)
    async with storage.reading() as uow:
        every = await uow.benchmarks.every()
    assert sorted((each.name, each.measure, each.value) for each in every) == [
        ("Retail", "changed.share", 41.5),
        ("Retail", "touched.share", 42),
        ("Ändere", "touched.share", 41.5),
    ]
    async with storage.writing() as uow:
        assert await uow.benchmarks.remove("retail") == 0
        assert await uow.benchmarks.remove("Retail", "touched.share") == 1
        assert await uow.benchmarks.remove("Retail") == 1
    async with storage.reading() as uow:
        assert [each.name for each in await uow.benchmarks.every()] == ["Ändere"]
