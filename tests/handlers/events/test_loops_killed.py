"""Drafts for many, and answers to many: a process that is killed at any commit neither loses one nor makes one twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.domain import events as e
from bot.domain.loops import LoopState
from bot.ports import Storage, Taken, UnitOfWork, Work
from handlers.answering import SourceAnswering
from handlers.events import draft_loops, tell_askers
from handlers.loops import DRAFT
from handlers.telling_acts import TELL_ALL
from storage import SqlStorage
from tests.fakes.source import FakeSource, Killed
from tests.handlers.company import Company, post

MANY = 12
NEWS = "Gift wrap is here."


class MortalStorage(Storage):
    """A store whose process is killed at its nth transaction that writes: before its commit, or right after it."""

    def __init__(self, storage: SqlStorage, at: int, *, committed: bool) -> None:
        self._storage = storage
        self._left = at
        self._committed = committed

    def reading(self):  # type: ignore[no-untyped-def]
        """As ever."""
        return self._storage.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        """As ever, until the end."""
        self._left -= 1
        dies = self._left == 0
        async with self._storage.writing() as uow:
            yield uow
            if dies and not self._committed:
                raise Killed
        if dies:
            raise Killed


@pytest.fixture
async def asked(either_company: Company) -> Company:
    """Twelve ask for I-1, which ships; nothing of it is carried out yet."""
    company = either_company
    company.sources["demo"] = FakeSource()
    await company.hear(*(post(f"p{n}", f"please wrap my gifts {'abcdefghijkl'[n] * 9}", f"c{n}") for n in range(MANY)))
    await company.say("ana", "idea gift wrap at checkout")
    for number in range(1, MANY + 1):
        await company.say("ana", f"idea I-1 B-{number}")
    return company


async def states(company: Company) -> Counter[LoopState]:
    async with company.storage.reading() as uow:
        return Counter(loop.state for loop in await uow.loops.page(1, list(LoopState), 0, 100))


async def killed_at_each_commit(
    company: Company, make: Callable[[Storage], Callable[[Taken], Awaitable[None]]], work: Work
) -> int:
    """Carry out the work with a kill at the first commit, then at the second of what is left, and so on; gives how often."""
    kills = 0
    for attempt in range(1, 10 * MANY):
        at, committed = 1 + attempt % 3, attempt % 2 == 0
        try:
            await make(MortalStorage(company.storage, at, committed=committed))(
                Taken(1, work, attempt, company.clock.now())
            )
        except Killed:
            kills += 1
        else:
            return kills
    raise AssertionError("it never came to an end")


async def test_a_draft_for_each_whenever_the_process_is_killed(asked: Company) -> None:
    await asked.say("ana", f"ship I-1 {NEWS}")

    def drafter(storage: Storage) -> Callable[[Taken], Awaitable[None]]:
        answering = SourceAnswering(asked.sources)
        return draft_loops.LoopDrafter(storage, answering, asked.writing_desk, asked.triage, asked.config, asked.clock)

    kills = await killed_at_each_commit(asked, drafter, Work(DRAFT, {"idea": 1}))
    assert kills >= MANY // 3
    assert await states(asked) == {LoopState.DRAFTED: MANY}
    for number in range(1, MANY + 1):
        assert (await asked.kinds(number)).count("idea_shipped") == 1


async def test_one_answer_for_each_whenever_the_process_is_killed(asked: Company) -> None:
    await asked.say("ana", f"ship I-1 {NEWS}")
    await asked.work()
    by = {"id": asked.people["ana"].id, "name": "Ana Lima", "department": "support"}
    order = {"idea": 1, "texts": [NEWS], "by": by, "via": "slack", "at": asked.clock.now().isoformat(), "mark": "m"}

    def teller(storage: Storage) -> Callable[[Taken], Awaitable[None]]:
        return tell_askers.AskerTeller(storage, SourceAnswering(asked.sources), asked.config, asked.clock)

    kills = await killed_at_each_commit(asked, teller, Work(TELL_ALL, order))
    assert kills >= MANY // 3
    for number in range(1, MANY + 1):
        written = [event for event in await asked.trail(number) if isinstance(event, e.AnswerWritten)]
        assert [event.text for event in written] == [NEWS]
    await asked.work()
    assert await states(asked) == {LoopState.TOLD: MANY}
    source = asked.sources["demo"]
    assert isinstance(source, FakeSource)
    assert sorted(each.post for each in source.standing) == sorted(f"p{n}" for n in range(MANY))
