"""Counts the measures for the web page: any window, narrowed or not, each once however many look at it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.config import Config
from bot.domain.maturity import maturity
from bot.domain.measured import compared_since, share_of
from bot.domain.measures import DAYS, Window, measure
from bot.domain.narrowing import Narrowing
from bot.domain.people import Person
from bot.domain.shifts import shifts
from bot.domain.trend import weeks_until
from bot.errors import RetriableError
from bot.ports import Clock, Storage, UnitOfWork
from bot.ports.measures import Listing
from bot.ports.measures_desk import Choices, ListedPage, MeasuresDesk, MeasuresPage
from bot.views.measures_page import WebFacts, listed_table, sections
from bot.views.wording import language_name, network_name, topic_name
from handlers.digest import failures_now, unheard_of, zone_of

FRESH = 60.0
"""Seconds for which what was counted is shown again."""

KEPT = 32
"""So many windows are kept."""

AT_ONCE = 2
"""So many windows are counted at once; further ones wait their turn."""

PATIENCE = 20.0
"""Seconds to wait for one's turn."""

MOST_LISTED = 200
"""So many conversations behind a number are listed."""

MOST_CHOICES = 200

Found = TypeVar("Found")


class CountedOnce(Generic[Found]):
    """Counts what is asked for under a key, once for all who ask within `fresh` seconds.

    Who is cancelled stops waiting; when nobody waits any more, the counting is stopped. No more than `at_once` are counted at
    a time. Raises `RetriableError` where the turn does not come within `patience` seconds.
    """

    def __init__(self, fresh: float = FRESH, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._fresh = fresh
        self._patience = patience
        self._turn = asyncio.Semaphore(at_once)
        self._kept: OrderedDict[object, tuple[float, Found]] = OrderedDict()
        self._under_way: dict[object, tuple[asyncio.Task[Found], list[None]]] = {}

    async def get(self, key: object, count: Callable[[], Awaitable[Found]]) -> Found:
        """What was counted a moment ago, or is being counted, or is counted now."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < self._fresh:
            return kept[1]
        if key not in self._under_way:
            self._under_way[key] = (asyncio.create_task(self._counted(key, count)), [])
        task, waiting = self._under_way[key]
        waiting.append(None)
        try:
            return await asyncio.shield(task)
        finally:
            waiting.pop()
            if not waiting and not task.done():
                # Whoever asks from now on has it counted anew.
                del self._under_way[key]
                task.cancel()

    async def _counted(self, key: object, count: Callable[[], Awaitable[Found]]) -> Found:
        try:
            try:
                await asyncio.wait_for(self._turn.acquire(), self._patience)
            except TimeoutError as error:
                raise RetriableError("too much is being counted already", retry_after=self._patience) from error
            try:
                found = await count()
            finally:
                self._turn.release()
            self._kept[key] = (time.monotonic(), found)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return found
        finally:
            if (under_way := self._under_way.get(key)) is not None and under_way[0] is asyncio.current_task():
                del self._under_way[key]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was counted, and the networks, topics and languages in it, the most frequent first."""

    facts: WebFacts
    networks: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    at: datetime


class CountingDesk(MeasuresDesk):
    """See `bot.ports.measures_desk.MeasuresDesk`."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._counted = CountedOnce[_Counted]()

    def now(self) -> datetime:
        """The clock."""
        return self._clock.now()

    @property
    def company(self) -> str:
        """How the company is called."""
        return self._config.company.name

    @property
    def timezone(self) -> str:
        """As the digest's."""
        return zone_of(self._config)

    @property
    def departments(self) -> Mapping[str, str]:
        """Of the configuration."""
        return {key: self._config.department_name(key) for key in self._config.departments}

    async def page(self, reader: Person, window: Window, narrowing: Narrowing) -> MeasuresPage:
        """Everything of a window; what is hidden from the reader is left out of it last."""
        found = await self._counted.get((window, narrowing), lambda: self._count(window, narrowing))
        shown = sections(found.facts, self._config, reader)
        return MeasuresPage(window, narrowing, shown, self._choices(found), found.at)

    async def behind(self, _reader: Person, window: Window, narrowing: Narrowing, which: Listing) -> ListedPage:
        """The conversations behind a number."""
        async with self._storage.reading() as uow:
            counts = uow.measures.narrowed(narrowing) if narrowing else uow.measures
            found = await counts.listed(window, which, MOST_LISTED + 1)
        listed = tuple(found[:MOST_LISTED])
        return ListedPage(listed, len(found) > MOST_LISTED, listed_table(listed, window.timezone, self._config))

    async def _count(self, window: Window, narrowing: Narrowing) -> _Counted:
        at = self._clock.now()
        async with self._storage.reading() as uow:
            facts = await count_facts(uow, window, narrowing, self._config)
            networks, topics = Counter[str](), Counter[str]()
            for each in await uow.measures.found(window.start, window.end):
                networks[each.network] += each.many
                if each.topic is not None:
                    topics[each.topic] += each.many
            languages = await uow.measures.languages(window.start, window.end)
        return _Counted(facts, _most(networks), _most(topics), tuple(languages[:MOST_CHOICES]), at)

    def _choices(self, found: _Counted) -> Choices:
        return Choices(
            networks=tuple((key, network_name(key)) for key in found.networks),
            topics=tuple((key, topic_name(key)) for key in found.topics),
            departments=tuple(self.departments.items()),
            languages=tuple((tag, language_name(tag) or tag) for tag in found.languages),
        )


def _most(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda key: (-counts[key], key))[:MOST_CHOICES])


def earlier(window: Window) -> Window:
    """What a window is compared with: as the digest does, the same days of the week before; of a longer one, the same time as
    many whole weeks before as it takes for the two not to overlap."""
    found = window.before
    while found.end > window.start:
        found = found.before
    return window.before if _is_week(window) else found


def _is_week(window: Window) -> bool:
    return window.end - window.start <= timedelta(days=DAYS)


async def count_facts(uow: UnitOfWork, window: Window, narrowing: Narrowing, config: Config) -> WebFacts:
    """Everything that the page shows of a window."""
    every = uow.measures
    counts = every.narrowed(narrowing) if narrowing else every
    before = earlier(window)
    digest = measure(
        await counts.tally(window), await counts.tally(before), window, unheard=await unheard_of(uow, counts, window)
    )
    since = compared_since(window, await every.began())
    usual = await counts.found(since, window.start) if since is not None else []
    work = await counts.work(window)
    roles = {role for person in config.people for role in person.roles}
    return WebFacts(
        window=window,
        narrowing=narrowing,
        earlier=before,
        tally=digest.tally,
        before=digest.before,
        timings=await counts.timings(window),
        timings_before=await counts.timings(before),
        shifts=shifts(await counts.found(window.start, window.end), usual, share_of(window, since)),
        since=since,
        departments=work.departments,
        views=await counts.views(window),
        recorded=await counts.recorded(window),
        unheard=digest.unheard,
        failures=tuple(await failures_now(uow, config)),
        movement=await every.movement(window, window.reference) if not narrowing else None,
        sides=await every.sides(window, window.reference) if not narrowing else None,
        maturity=maturity(digest.tally, work.departments, roles, work.raised) if not narrowing else None,
        ideas=await every.ideas(window) if not narrowing else None,
        loops=await every.loops(window) if not narrowing else None,
        campaigns=await every.campaigns(window) if not narrowing else None,
        weeks=await every.weeks(weeks_until(window)) if not narrowing and _is_week(window) else (),
    )
