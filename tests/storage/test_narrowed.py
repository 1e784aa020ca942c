"""Counts over some conversations equal a recount over the very same ones, and what cannot be told of some is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.company_measures import departments, told
from bot.domain.conversation import Conversation
from bot.domain.measures import Window, last_week, tally, was_resolved, was_touched
from bot.domain.narrowing import ALL, Narrowing
from bot.domain.triage import UNSURE, theme
from bot.ports.measures import Listing
from storage import SqlStorage
from storage import measure_statements as sql
from storage.narrowed import narrowed
from tests.databases import opened
from tests.fakes.clock import SetClock
from tests.storage.past import COMPANY, NOW, pour_past

COUNT, WEEKS = 1_500, 6
LAST = last_week(NOW, "Europe/Paris")
MONTH = Window(LAST.end - timedelta(days=28), LAST.end, "Europe/Paris")


class Past:
    """A seeded history with its conversations as they count in a window."""

    def __init__(
        self, storage: SqlStorage, stories: dict[Window, list[Conversation]], languages: dict[int, str | None]
    ) -> None:
        self.storage = storage
        self.stories = stories
        self.languages = languages

    def fitting(self, window: Window, narrowing: Narrowing) -> list[Conversation]:
        return [c for c in self.stories[window] if self._fits(c, narrowing)]

    def _fits(self, c: Conversation, narrowing: Narrowing) -> bool:
        its = {
            "network": c.network,
            "topic": theme(c.reading) if c.reading is not None else None,
            "department": c.departments[0] if c.departments else None,
            "language": self.languages[c.number],
        }
        return all(its[name] == value for name, value in narrowing.values.items())


@pytest.fixture
async def past(url: str) -> AsyncIterator[Past]:
    await pour_past(url, COUNT, WEEKS)
    database = await opened(url)
    storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
    async with storage.reading() as uow:
        trails = [await uow.conversations.trail(number) for number in range(1, COUNT + 1)]
        states = [await uow.conversations.get(number) for number in range(1, COUNT + 1)]
    every = {window: [told(trail, window.end) for trail in trails] for window in (LAST, MONTH)}
    stories = {
        window: [c for c in found if window.covers(c.opened_at) and not c.filed] for window, found in every.items()
    }
    languages = {
        c.number: c.reading.language.name if c.reading is not None and c.reading.language.confidence >= UNSURE else None
        for c in states
        if c is not None
    }
    yield Past(storage, stories, languages)
    await database.close()


def narrowings(past: Past) -> list[Narrowing]:
    """One of each kind that some conversations fit, and two kinds together."""
    most = [
        Counter(values).most_common(1)[0][0]
        for values in zip(*(_told(past, c) for c in past.stories[MONTH]), strict=True)
    ]
    network, topic, department, language = most
    return [
        ALL,
        Narrowing(network=network),
        Narrowing(topic=topic),
        Narrowing(department=department),
        Narrowing(language=language),
        Narrowing(network=network, department=department),
        Narrowing(network=network, topic=topic, department=department, language=language),
        Narrowing(network="nowhere"),
    ]


def _told(past: Past, c: Conversation) -> tuple[str, str, str, str]:
    topic = theme(c.reading) if c.reading is not None else None
    return c.network, topic or "", c.departments[0] if c.departments else "", past.languages[c.number] or ""


async def test_every_count_over_some_equals_the_recount_over_them(past: Past) -> None:
    found = 0
    for window in (LAST, MONTH):
        for narrowing in narrowings(past):
            stories = past.fitting(window, narrowing)
            found += bool(stories)
            async with past.storage.reading() as uow:
                counts = uow.measures.narrowed(narrowing)
                assert await counts.tally(window) == tally(stories, window)
                assert (await counts.work(window)).departments == departments(stories)
                assert sum(each.many for each in await counts.found(window.start, window.end)) == len(stories)
                timings = await counts.timings(window)
                recorded = await counts.recorded(window)
                views = await counts.views(window)
            assert (timings["outcome"].count if "outcome" in timings else 0) == sum(
                was_resolved(c, window.end) for c in stories
            )
            assert recorded.written + recorded.missing == sum(
                c.outcome is not None and was_resolved(c, window.end) for c in stories
            )
            assert views.several == sum(len(c.perspectives) > 1 for c in stories)
    assert found >= 12


async def test_the_conversations_behind_a_number_are_as_many_as_it_says(past: Past) -> None:
    fits: dict[Listing, object] = {
        "heard": lambda c, end: True,
        "touched": was_touched,
        "unheard": lambda c, end: not was_touched(c, end),
        "resolved": was_resolved,
        "changed": lambda c, end: was_resolved(c, end) and c.outcome is not None and c.outcome.changed_something,
    }
    for narrowing in narrowings(past):
        stories = past.fitting(MONTH, narrowing)
        async with past.storage.reading() as uow:
            for which, fit in fits.items():
                listed = await uow.measures.narrowed(narrowing).listed(MONTH, which, 5_000)
                assert {each.number for each in listed} == {c.number for c in stories if fit(c, MONTH.end)}  # type: ignore[operator]
                assert all(one.opened_at >= other.opened_at for one, other in pairwise(listed))
    async with past.storage.reading() as uow:
        assert len(await uow.measures.listed(MONTH, "heard", 7)) == 7
        [first, *_] = await uow.measures.listed(MONTH, "negative", 1)
        assert first.mood == "negative"
        assert all(each.urgent in {True, False} for each in await uow.measures.listed(MONTH, "raised", 5))


async def test_the_languages_of_a_window(past: Past) -> None:
    async with past.storage.reading() as uow:
        found = await uow.measures.languages(MONTH.start, MONTH.end)
    counted = Counter(language for c in past.stories[MONTH] if (language := past.languages[c.number]) is not None)
    assert found == sorted(counted, key=lambda each: (-counted[each], each))


@pytest.mark.parametrize("statement", [sql.MOVED, sql.SIDES])
def test_what_chooses_among_customers_is_not_narrowed_by_conversations(statement: object) -> None:
    with pytest.raises(ValueError, match="does not choose among conversations"):
        narrowed(statement, ("network",))
