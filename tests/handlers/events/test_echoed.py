"""What becomes of a conversation goes for those who say the same: resolved with it, in portions, or on without it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bot.domain.conversation import State
from bot.domain.measures import Tally, Window, tally
from bot.domain.outcome import OutcomeKind
from bot.errors import RetriableError
from bot.ports import Storage, UnitOfWork
from handlers.events import echoed
from tests.handlers.company import Company, post, said

CRUSHED = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"


async def storm(company: Company, many: int) -> None:
    """B-1, and so many that say the same, half of them on Reddit."""
    await company.hear(post("a", CRUSHED, "maya"))
    for begin in range(0, many, 50):
        end = min(begin + 50, many)
        await company.hear(
            *(
                post(f"e{n}", f"{CRUSHED} {'!' * (n % 7)}", f"c{n}", network="mastodon" if n % 2 else "reddit")
                for n in range(begin, end)
            )
        )
    await company.work()


async def resolve(company: Company, number: int = 1) -> None:
    await company.say("ana", f"claim B-{number}")
    await company.say("ana", f"resolve B-{number} fixed | whole parcels | a new carrier")


async def states(company: Company, numbers: range) -> dict[str, int]:
    async with company.storage.reading() as uow:
        found = [await uow.conversations.get(number) for number in numbers]
    counted: dict[str, int] = {}
    for c in found:
        assert c is not None
        counted[c.state.value] = counted.get(c.state.value, 0) + 1
    return counted


async def counted(company: Company) -> Tally:
    at = company.clock.now()
    async with company.storage.reading() as uow:
        heard = await uow.conversations.opened_between(at - timedelta(days=2), at + timedelta(days=1))
    return tally(heard, Window(at - timedelta(days=2), at + timedelta(days=1)))


class Dying(Storage):
    """A store that is killed before the commit of every second portion, so many times."""

    def __init__(self, storage: Storage, deaths: int) -> None:
        self.deaths = deaths
        self._storage = storage
        self._portions = 0

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._storage.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        async with self._storage.writing() as uow:
            yield uow
            self._portions += 1
            if self.deaths and self._portions % 2 == 0:
                self.deaths -= 1
                raise RetriableError("killed", 0.0)


def dying(company: Company, deaths: int) -> echoed.EchoResolver:
    return echoed.EchoResolver(Dying(company.storage, deaths), company.clock)


async def test_250_are_resolved_with_their_leader_however_often_the_work_is_killed(either_company: Company) -> None:
    company = either_company
    await storm(company, 250)
    assert (await company.conversation(1)).echoes == 250
    company.handlers[echoed.RESOLVE] = dying(company, deaths=3)
    await resolve(company)
    assert (await company.conversation(251)).state is State.ECHO, "it is work of its own, after the command"
    drained = await company.work()
    assert sum("killed" in failed for failed in drained.failed) == 3
    assert await states(company, range(1, 252)) == {"resolved": 251}
    leader = await company.conversation(1)
    for number in (2, 130, 251):
        echo = await company.conversation(number)
        assert await company.kinds(number) == ["resolved"], "once each"
        assert (echo.resolved_by, echo.outcome) == (leader.resolved_by, leader.outcome)
        async with company.storage.reading() as uow:
            record = await uow.customers.record(echo.customer_id)
        assert record is not None
        assert [(one.outcome, one.changed, one.who) for one in record.conversations if one.outcome] == [
            ("fixed", "a new carrier", "Ana Lima")
        ]
    figures = await counted(company)
    assert (figures.heard, figures.touched, figures.changed, figures.resolved) == (251, 251, 251, 251)
    assert figures.outcomes == {"support": {OutcomeKind.FIXED: 251}}
    assert len(company.platform.messages) == 1, "none of them got a card"
    assert "🔁 250 more say the same" in await company.card(1)


async def test_a_leader_that_is_taken_up_again_leaves_those_resolved_that_are(company: Company) -> None:
    await storm(company, 60)
    company.handlers[echoed.RESOLVE] = dying(company, deaths=1)
    await resolve(company)
    async with company.storage.reading() as uow:
        waiting = await uow.echoes.waiting(1, limit=100)
    assert len(waiting) == 60
    await company.hands.lose()
    assert await states(company, range(2, 62)) == {"resolved": 50, "echo": 10}
    await company.say("ben", "reopen B-1 the carrier is back")
    await company.work()
    assert await states(company, range(2, 62)) == {"resolved": 50, "echo": 10}, "the rest waits with it"
    await resolve(company)
    await company.work()
    assert await states(company, range(1, 62)) == {"resolved": 61}


async def test_what_everybody_wants_to_know_of_an_outcome_comes_after_what_one_does(company: Company) -> None:
    await storm(company, 3)
    await resolve(company)
    order: list[str] = []
    first = company.handlers["log_outcome"]

    async def noted(taken: Any) -> None:
        order.append(str(taken.work.payload["key"]).partition(":")[0])
        await first(taken)

    company.handlers["log_outcome"] = noted
    await company.hands.lose()
    await company.work()
    assert sorted(set(order)) == ["B-1", "B-2", "B-3", "B-4"]
    assert order[0] == "B-1"


async def forget(company: Company, number: int) -> None:
    await company.say("sam", f"forget B-{number} asked for it")
    async with company.storage.reading() as uow:
        c = await uow.conversations.get(number)
        assert c is not None
        request = await uow.privacy.waiting(c.customer_id, company.clock.now())
    assert request is not None
    reply = await company.press("omar", "forget", conversation=f"B-{number}", request=request.id, decision="confirm")
    assert reply.card is not None
    await company.work()
    await company.later(seconds=30)


async def test_the_oldest_one_stands_for_the_others_when_the_leader_is_forgotten(either_company: Company) -> None:
    company = either_company
    company.handlers[echoed.LEAD_ANEW] = echoed.EchoHeir(company.storage, company.config, company.clock, portion=4)
    await storm(company, 10)
    await forget(company, 1)
    assert (await company.conversation(1)).forgotten
    async with company.storage.database.reading() as connection:
        assert await connection.all(text("SELECT number FROM signature_keys WHERE number = 1"), {}) == []
        assert [tuple(row) for row in await connection.all(text("SELECT number FROM signatures"), {})] == [(2,)]
    heir = await company.conversation(2)
    assert (heir.state, heir.echo_of, heir.echoes) == (State.FLOOR, None, 9)
    assert dict(heir.spread) == {"mastodon": 5, "reddit": 4}
    assert {(await company.conversation(n)).echo_of for n in range(3, 12)} == {2}
    assert "🔁 9 more say the same: 5 on Mastodon, 4 on Reddit" in await company.card(2)
    shown = said(await company.say("ana", "show B-2"))
    assert "Nothing is left of B-1: it stands for those who say the same" in shown
    assert "which stands for it from now on" in said(await company.say("ana", "show B-3"))
    await company.hear(post("z", CRUSHED, "zoe"))
    assert (await company.conversation(12)).echo_of == 2, "others are compared with it"
    await resolve(company, 2)
    await company.work()
    assert await states(company, range(2, 13)) == {"resolved": 11}


async def test_a_forgotten_one_that_says_the_same_is_counted_and_named_no_more(company: Company) -> None:
    await storm(company, 2)
    await forget(company, 2)
    leader = await company.conversation(1)
    assert (leader.echoes, leader.forgotten) == (2, False)
    reply = said(await company.say("ana", "similar B-1"))
    assert "B-2 · forgotten on request" in reply.replace("*", "")
    await resolve(company)
    await company.work()
    assert await states(company, range(1, 4)) == {"resolved": 3}


async def test_those_of_a_resolved_leader_are_resolved_although_it_is_forgotten(company: Company) -> None:
    await storm(company, 4)
    await resolve(company)
    work, company.handlers[echoed.RESOLVE] = company.handlers[echoed.RESOLVE], _later
    await company.work()
    await forget(company, 1)
    company.handlers[echoed.RESOLVE] = work
    await company.later(hours=1)
    assert await states(company, range(1, 6)) == {"resolved": 5}
    echo = await company.conversation(3)
    assert echo.outcome is not None
    assert (echo.outcome.kind, echo.outcome.changed_something) == (OutcomeKind.FIXED, True)


async def _later(_taken: Any) -> None:
    raise RetriableError("not yet", 60.0)


async def test_only_a_resolve_is_for_all(company: Company) -> None:
    await storm(company, 1)
    for line in ("claim B-1", "escalate B-1 press is asking", "wait B-1", "snooze B-1 1d"):
        await company.say("ana", line)
        await company.work()
        assert await company.kinds(2) == []
    assert (await company.conversation(2)).state is State.ECHO
