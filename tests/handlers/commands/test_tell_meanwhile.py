"""`tell` while something else happens: customers are forgotten, forms come twice or at once, and those try who may not."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.dispatch import FieldErrors
from bot.domain.loops import LoopState
from bot.errors import RetriableError
from bot.ports import Taken, Work
from handlers.telling_acts import TELL_ALL
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, said

NEWS = "Gift wrap is here: choose it at checkout."


async def shipped(company: Company) -> FakeSource:
    """Three ask for I-1, which ships."""
    source = FakeSource()
    company.sources["demo"] = source
    await company.opened(*(f"please wrap gifts {word}" for word in ("for birthdays", "in winter", "in paper")))
    await company.say("ana", "idea B-1 gift wrap at checkout")
    await company.say("ana", "idea I-1 B-2 B-3")
    await company.say("ana", f"ship I-1 {NEWS}")
    await company.work()
    return source


def order(company: Company) -> Taken:
    """The work of telling all, as it follows from the form."""
    ana = company.people["ana"]
    by = {"id": ana.id, "name": ana.name, "department": ana.department}
    now = company.clock.now()
    payload = {"idea": 1, "texts": [NEWS], "by": by, "via": "slack", "at": now.isoformat(), "mark": "m"}
    return Taken(1, Work(TELL_ALL, payload), 1, now)


async def forget(company: Company, number: int) -> None:
    await company.say("ana", f"forget B-{number} they asked for it")
    assert "Confirmed" in said(await company.say("omar", f"forget B-{number}"))


async def states(company: Company) -> dict[int, tuple[LoopState, str]]:
    async with company.storage.reading() as uow:
        return {each.number: (each.state, each.text) for each in await uow.loops.page(1, list(LoopState), 0, 100)}


async def test_who_is_forgotten_after_all_was_confirmed_is_not_told(either_company: Company) -> None:
    source = await shipped(either_company)
    confirmed = order(either_company)
    await forget(either_company, 1)
    await either_company.work()
    await either_company.handlers[TELL_ALL](confirmed)
    await either_company.work()
    assert sorted(each.post for each in source.standing) == ["post-1", "post-2"]
    assert (await states(either_company))[1] == (LoopState.UNTOLD, "")


async def test_who_is_forgotten_while_the_network_is_away_is_not_told_when_it_is_back(company: Company) -> None:
    source = await shipped(company)
    source.plan.replies.extend([RetriableError("It is away.", 60.0)] * 2)
    await company.handlers[TELL_ALL](order(company))
    await company.work()
    assert source.standing == []
    assert (await states(company))[1] == (LoopState.SENDING, NEWS)
    await forget(company, 1)
    await company.work()
    assert (await states(company))[1] == (LoopState.UNTOLD, "")
    for _ in range(5):
        await company.later(minutes=10)
    assert sorted(each.post for each in source.standing) == ["post-1", "post-2"]


async def test_the_same_form_sent_many_times_at_once_tells_everybody_once(either_company: Company) -> None:
    source = await shipped(either_company)
    reply = await either_company.press("ana", "tell", what="all", idea="I-1")
    assert reply.form is not None
    args = {**reply.form.args, "text": NEWS}
    await asyncio.gather(*(either_company.submit(user, "tell", **args) for user in ("ana", "ben", "ana", "lena")))
    await asyncio.gather(*(either_company.handlers[TELL_ALL](order(either_company)) for _ in range(4)))
    await either_company.work()
    assert sorted(each.post for each in source.standing) == ["post-0", "post-1", "post-2"]


@pytest.mark.parametrize("what", ["all", "approve", "reject", "untold", "again", "one", "leave"])
async def test_guests_neither_tell_nor_see_who_is_told(company: Company, what: str) -> None:
    source = await shipped(company)
    args = {"what": what, "idea": "I-1", "conversation": "B-1", "text": NEWS, "wordings": "1", "post": "post-0"}
    for act in (company.press, company.submit):
        try:
            reply = await act("gus", "tell", **args)
        except FieldErrors as refused:
            shown = str(refused.errors)
        else:
            assert reply.form is None
            shown = said(reply)
        assert not re.search(r"Customer\d|gift wrap|B-1", shown), shown
    await company.work()
    assert source.standing == []
