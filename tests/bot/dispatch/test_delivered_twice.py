"""A typed message that its platform delivers again, after a crash or to another replica, is carried out once."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Origin
from tests.handlers.company import Company


def mention(ts: str) -> Origin:
    return Origin("slack", "T1", "C-floor", thread="1.0", message=ts, by="mention")


async def test_a_mention_that_comes_twice_acts_once(company: Company) -> None:
    await company.opened()
    ana = company.people["ana"]
    for _ in range(2):
        await company.dispatcher.run_text(ana, "escalate B-1 press is asking", mention("7.1"))
    assert (await company.conversation()).rung == 1


async def test_another_mention_acts_again(company: Company) -> None:
    await company.opened()
    ana = company.people["ana"]
    await company.dispatcher.run_text(ana, "escalate B-1 press is asking", mention("7.1"))
    await company.dispatcher.run_text(ana, "escalate B-1 now on television", mention("7.2"))
    assert (await company.conversation()).rung == 2


async def test_a_mention_that_was_refused_may_come_again(company: Company) -> None:
    await company.opened()
    ana = company.people["ana"]
    await company.dispatcher.run_text(ana, "resolve B-1 fixed | a whole parcel | nothing", mention("7.1"))
    await company.say("ana", "claim B-1")
    await company.dispatcher.run_text(ana, "resolve B-1 fixed | a whole parcel | nothing", mention("7.1"))
    assert (await company.conversation()).outcome is not None


async def test_what_was_said_is_forgotten_in_time(company: Company) -> None:
    async with company.storage.writing() as uow:
        assert await uow.first("one")
    async with company.storage.writing() as uow:
        assert not await uow.first("one")
        await uow.forget_firsts(company.clock.now() + timedelta(seconds=1))
    async with company.storage.writing() as uow:
        assert await uow.first("one")
