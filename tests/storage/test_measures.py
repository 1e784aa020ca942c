"""What the database counts for the measures equals a recount over the trails, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import bindparam, select, update

from bot.domain.company_measures import departments, movement, sides, told, views
from bot.domain.conversation import Conversation
from bot.domain.events import Event
from bot.domain.measures import Window, last_week, tally, was_resolved
from bot.domain.shifts import Count
from bot.domain.timing import Course, plain_between, timings
from bot.domain.triage import UNSURE, theme
from bot.ports import CrmEntry
from storage import SqlStorage
from storage.engine import Database
from storage.tables import customers, outcomes
from tests.databases import opened
from tests.fakes.clock import SetClock
from tests.storage.past import COMPANY, NOW, pour_past

COUNT, WEEKS = 2_000, 8

_MERGE = update(customers).values(merged_into=bindparam("into")).where(customers.c.id == bindparam("its_id"))
_CUSTOMERS = select(customers.c.id, customers.c.merged_into, customers.c.name).order_by(customers.c.id)
_OUTCOMES = select(outcomes.c.number)


@dataclass
class Past:
    """A seeded history with its trails read back."""

    storage: SqlStorage
    database: Database
    trails: Sequence[Sequence[Event]]
    now: Sequence[Conversation]
    person: Mapping[str, str]
    names: Mapping[str, str]

    def opened(self, start: datetime, end: datetime) -> list[Conversation]:
        return [c for c in self.now if start <= c.opened_at < end and not c.filed]

    def stories(self, window: Window) -> list[Conversation]:
        every = [told(trail, window.end) for trail in self.trails]
        return [c for c in every if window.covers(c.opened_at) and not c.filed]


@pytest.fixture
async def past(url: str) -> AsyncIterator[Past]:
    """Two thousand conversations, some of whose customers turned out to be one."""
    await pour_past(url, COUNT, WEEKS)
    database = await opened(url)
    storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
    async with database.writing() as connection:
        ids = [row[0] for row in await connection.all(_CUSTOMERS)]
        pairs = list(zip(ids[0:300:2], ids[1:300:2], strict=True))
        connection.later_many(_MERGE, [{"its_id": second, "into": first} for first, second in pairs])
    async with storage.writing() as uow:
        for number in range(1, COUNT, 40):
            conversation = await uow.conversations.take(number)
            state = ("written", "waiting", "nobody", "failed")[number // 40 % 4]
            await uow.records.put(
                CrmEntry("main", f"k{number}", conversation.customer_id, number, "resolved", state, NOW)  # type: ignore[arg-type]
            )
    async with storage.reading() as uow:
        trails = [await uow.conversations.trail(number) for number in range(1, COUNT + 1)]
        states = [await uow.conversations.get(number) for number in range(1, COUNT + 1)]
    async with database.reading() as connection:
        rows = await connection.all(_CUSTOMERS)
    yield Past(
        storage,
        database,
        trails,
        [c for c in states if c is not None],
        {id_: merged or id_ for id_, merged, _ in rows},
        {id_: name for id_, _, name in rows},
    )
    await database.close()


def windows() -> list[Window]:
    last = last_week(NOW, "Europe/Paris")
    earlier = last.before.before
    return [last, last.before, earlier, Window(NOW - timedelta(days=3), NOW, "America/New_York")]


async def test_every_number_equals_the_recount_over_the_trails(past: Past) -> None:
    for window in windows():
        stories = past.stories(window)
        assert len(stories) > 20
        await _tallies_are_equal(past, window, stories)
        await _times_are_equal(past, window, stories)
        await _moods_are_equal(past, window)
        await _customers_are_equal(past, window)
        await _work_is_equal(past, window, stories)
        await _records_are_equal(past, window, stories)


async def _tallies_are_equal(past: Past, window: Window, stories: Sequence[Conversation]) -> None:
    async with past.storage.reading() as uow:
        assert await uow.measures.tally(window) == tally(stories, window)


async def _times_are_equal(past: Past, window: Window, stories: Sequence[Conversation]) -> None:
    courses = [
        Course(
            c.opened_at,
            c.first_human_at if c.first_human_at is not None and c.first_human_at < window.end else None,
            c.first_answer_at if c.first_answer_at is not None and c.first_answer_at < window.end else None,
            c.resolved_at if was_resolved(c, window.end) else None,
            c.departments[0] if c.departments else None,
        )
        for c in stories
    ]
    async with past.storage.reading() as uow:
        counted = await uow.measures.timings(window)
    assert counted == timings(courses, plain_between(COMPANY.life_policies.hours_of))
    # And once more by hand, without the definition.
    waits = sorted((each.first_human - each.opened_at).total_seconds() for each in courses if each.first_human)
    first = counted["first_human"]
    assert first.count == len(waits)
    assert first.median.total_seconds() == pytest.approx(median(waits))
    assert sum(wait <= first.p90.total_seconds() for wait in waits) >= 0.9 * len(waits)
    assert sum(wait < first.p90.total_seconds() for wait in waits) < 0.9 * len(waits)
    assert first.business_median < first.median


async def _moods_are_equal(past: Past, window: Window) -> None:
    for start, end in ((window.start, window.end), (window.reference, window.start)):
        counted: Counter[tuple[str, str | None, str | None]] = Counter()
        for c in past.opened(start, end):
            assert c.reading is not None
            mood = c.reading.mood.name if c.reading.mood.confidence >= UNSURE else None
            counted[c.network, theme(c.reading), mood] += 1
        async with past.storage.reading() as uow:
            found = await uow.measures.found(start, end)
        assert sorted(found, key=str) == sorted((Count(*key, many) for key, many in counted.items()), key=str)


async def _customers_are_equal(past: Past, window: Window) -> None:
    earlier, now = past.opened(window.reference, window.start), past.opened(window.start, window.end)
    moods: dict[str, Counter[str]] = {}
    for c in (*earlier, *now):
        assert c.reading is not None
        if c.reading.mood.confidence >= UNSURE:
            moods.setdefault(past.person[c.customer_id], Counter())[c.reading.mood.name] += 1
    heard = {past.person[c.customer_id] for c in now}
    async with past.storage.reading() as uow:
        assert await uow.measures.movement(window, window.reference) == movement(earlier, now, past.person.__getitem__)
        counted = await uow.measures.sides(window, window.reference)
    assert counted == sides(moods, heard, past.names.__getitem__)
    assert counted.at_risk > 0


async def _work_is_equal(past: Past, window: Window, stories: Sequence[Conversation]) -> None:
    async with past.storage.reading() as uow:
        work = await uow.measures.work(window)
        seen = await uow.measures.views(window)
    assert work.departments == departments(stories)
    raised = [c for c in stories if c.rung >= 2]
    acted = [c for c in raised if c.first_human_at is not None and c.first_human_at < window.end]
    assert work.raised == (len(raised), len(acted))
    assert seen == views({c.number: {key: each.text for key, each in c.perspectives.items()} for c in stories})


async def _records_are_equal(past: Past, window: Window, stories: Sequence[Conversation]) -> None:
    async with past.database.reading() as connection:
        kept = {number for (number,) in await connection.all(_OUTCOMES)}
    resolved = [c for c in stories if was_resolved(c, window.end) and c.outcome is not None]
    async with past.storage.reading() as uow:
        recorded = await uow.measures.recorded(window)
        entries = [entry for c in stories for entry in await uow.records.of_conversation(c.number)]
    assert (recorded.written, recorded.missing) == (
        sum(c.number in kept for c in resolved),
        sum(c.number not in kept for c in resolved),
    )
    assert recorded.crm == Counter(entry.state for entry in entries)


async def test_the_unheard_are_urgent_first_then_those_with_most_followers(past: Past) -> None:
    window = windows()[0]
    async with past.storage.reading() as uow:
        numbers = await uow.measures.unheard(window.start, window.end, 40)
        sights = [await uow.conversations.sight(number) for number in numbers]
        assert await uow.measures.began() == min(c.opened_at for c in past.now)
    alone = [c for c in past.opened(window.start, window.end) if c.first_human_at is None]
    assert set(numbers) <= {c.number for c in alone}
    ranks = [(s.conversation.urgent, s.identity.followers or 0, s.conversation.posts) for s in sights if s is not None]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[0][0] == any(c.urgent for c in alone)


async def test_a_store_without_conversations_has_nothing_to_count(url: str) -> None:
    database = await opened(url)
    try:
        storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
        window = windows()[0]
        async with storage.reading() as uow:
            assert await uow.measures.began() is None
            assert await uow.measures.tally(window) == tally((), window)
            assert await uow.measures.timings(window) == {}
            assert await uow.measures.found(window.start, window.end) == []
            assert (await uow.measures.movement(window, window.reference)).moves == 0
            assert (await uow.measures.work(window)).departments == {}
            assert await uow.measures.unheard(window.start, window.end, 5) == []
    finally:
        await database.close()
