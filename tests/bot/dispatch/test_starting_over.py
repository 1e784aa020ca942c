"""A unit of work that met another change starts over; what a verb needs is there before it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.commands import Command, CommandSpec, Invocation, Origin, Reply
from bot.dispatch import Dispatcher
from bot.errors import ConflictError
from bot.ports import Storage, UnitOfWork
from bot.views import done_card
from handlers.answering import SourceAnswering
from tests.handlers.company import FLOOR, Company, said


class Contended(Storage):
    """A store whose first so many transactions come too late."""

    def __init__(self, storage: Storage, conflicts: int) -> None:
        self._storage = storage
        self.conflicts = conflicts
        self.tries = 0

    def reading(self):  # type: ignore[no-untyped-def]
        return self._storage.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        self.tries += 1
        async with self._storage.writing() as uow:
            yield uow
            if self.tries <= self.conflicts:
                raise ConflictError("somebody was first")


def contended(company: Company, storage: Storage) -> Dispatcher:
    return company.dispatcher_of(storage=storage)


async def test_a_unit_of_work_that_met_another_change_starts_over(company: Company) -> None:
    await company.opened()
    storage = Contended(company.storage, 4)
    reply = await contended(company, storage).run_text(company.people["ana"], "claim B-1", Origin("slack", "T1", FLOOR))
    assert "You hold *B-1*" in said(reply)
    assert storage.tries == 5
    assert await company.kinds() == ["claimed"], "the tries before left nothing"


async def test_it_does_not_start_over_for_ever(company: Company) -> None:
    await company.opened()
    storage = Contended(company.storage, 100)
    with pytest.raises(ConflictError):
        await contended(company, storage).run_text(company.people["ana"], "claim B-1", Origin("slack", "T1", FLOOR))
    assert storage.tries == 5
    assert await company.kinds() == []


def test_a_verb_that_needs_what_nobody_supplies_is_found_when_the_bot_starts(company: Company) -> None:
    async def verb(invocation: Invocation, uow: UnitOfWork, oracle: object) -> Reply:
        return Reply(card=done_card(f"{invocation}{uow}{oracle}"))

    with pytest.raises(TypeError, match="ask asks for oracle"):
        Dispatcher(
            (Command(CommandSpec("ask", "Ask", ("ask",)), verb),),
            storage=company.storage,
            directory=company.directory,
            config=company.config,
            clock=company.clock,
            threads=company.threads,
            answering=SourceAnswering(company.sources),
        )
