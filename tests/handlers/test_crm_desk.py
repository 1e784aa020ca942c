"""The CRMs are asked at once and for a moment; what is late is there at the next look; whom we found stays found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.customer import CustomerRecord, Identity, Purchase
from bot.domain.record import Contact, ContactHistory, ContactMatch
from bot.ports import Crm, CrmAnswer, CrmEntry, CrmLink
from handlers.crm_desk import KEPT, LiveCrmDesk
from handlers.events import write_record
from tests.fakes.crm import FakeCrm
from tests.handlers.company import Company, post

MAYA = Contact("c-1", "Maya", url="https://crm.example/c-1")
HISTORY = ContactHistory(MAYA, (Purchase("o-1", "Trail 40"),), 1)
WITHIN = 0.15


@dataclass
class SlowCrm(FakeCrm):
    """Answers once its gate is open. Every Maya is its contact."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    breaks: bool = False

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By handle."""
        self._called()
        await self.gate.wait()
        if self.breaks:
            raise KeyError("no such field")
        return [ContactMatch(c, 1.0, "the same handle") for c in self.contacts if c.name == name]


def crm(name: str, *, quick: bool = True) -> SlowCrm:
    made = SlowCrm(name=name, contacts=[MAYA], histories={"c-1": HISTORY})
    if quick:
        made.gate.set()
    return made


@pytest.fixture
async def floor(company: Company) -> Company:
    await company.hear(post("p-1", "a crushed parcel", "maya"))
    return company


@asynccontextmanager
async def desk_of(company: Company, *crms: Crm, within: float = WITHIN) -> AsyncIterator[LiveCrmDesk]:
    desk = LiveCrmDesk(company.storage, {each.name: each for each in crms}, company.clock, within)
    try:
        yield desk
    finally:
        await desk.close()


async def record(company: Company) -> CustomerRecord:
    customer = (await company.conversation()).customer_id
    async with company.storage.reading() as uow:
        found = await uow.customers.record(customer)
    assert found is not None
    return found


async def links(company: Company) -> Mapping[str, CrmLink]:
    customer = (await company.conversation()).customer_id
    async with company.storage.reading() as uow:
        link = await uow.records.link(customer, "main")
    return {link.crm: link} if link is not None else {}


def states(answers: Sequence[CrmAnswer]) -> dict[str, str]:
    return {answer.crm: answer.state for answer in answers}


async def test_all_are_asked_at_the_same_time_and_the_slow_ones_cost_the_limit_once(floor: Company) -> None:
    slow, slower, quick = crm("a", quick=False), crm("b", quick=False), crm("c")
    async with desk_of(floor, slow, slower, quick) as desk:
        begun = time.monotonic()
        answers = await desk.ask(await record(floor), {})
        taken = time.monotonic() - begun
    assert states(answers) == {"a": "late", "b": "late", "c": "known"}
    assert WITHIN <= taken < 2 * WITHIN
    assert answers[0].seconds >= WITHIN
    assert answers[2].history == HISTORY
    assert answers[2].url == "https://crm.example/c-1"


async def test_a_late_answer_is_there_at_the_next_look(floor: Company) -> None:
    slow = crm("main", quick=False)
    async with desk_of(floor, slow) as desk:
        known = await record(floor)
        assert states(await desk.ask(known, {})) == {"main": "late"}
        slow.gate.set()
        [answer] = await desk.ask(known, {})
        assert (answer.state, slow.calls) == ("known", 2), "the question that was under way is not asked twice"
        [again] = await desk.ask(known, {})
        assert (again.state, again.kept, slow.calls) == ("known", True, 2)


async def test_two_who_look_at_once_are_one_question(floor: Company) -> None:
    slow = crm("main", quick=False)
    async with desk_of(floor, slow, within=5) as desk:
        known = await record(floor)
        both = asyncio.gather(desk.ask(known, {}), desk.ask(known, {}))
        await asyncio.sleep(0.01)
        slow.gate.set()
        assert [states(answers) for answers in await both] == [{"main": "known"}] * 2
    assert slow.calls == 2, "found, and read"


async def test_an_answer_is_kept_for_a_minute(floor: Company) -> None:
    main = crm("main")
    async with desk_of(floor, main) as desk:
        known = await record(floor)
        await desk.ask(known, {})
        floor.clock.move(KEPT + timedelta(seconds=1))
        [answer] = await desk.ask(known, {})
        assert (answer.kept, main.calls) == (False, 4)
        await desk.forget([known.customer.id])
        [answer] = await desk.ask(known, {})
        assert (answer.kept, main.calls) == (False, 6)


async def test_what_is_being_asked_about_somebody_who_is_forgotten_is_dropped(floor: Company) -> None:
    slow = crm("main", quick=False)
    async with desk_of(floor, slow, within=5) as desk:
        known = await record(floor)
        asked = asyncio.create_task(desk.ask(known, {}))
        await asyncio.sleep(0.01)
        await desk.forget([known.customer.id])
        assert states(await asked) == {"main": "late"}
        slow.gate.set()
        [answer] = await desk.ask(known, {})
        assert not answer.kept


async def test_whom_it_found_is_not_kept_of_somebody_who_was_forgotten_meanwhile(floor: Company) -> None:
    known = await record(floor)
    async with floor.storage.writing() as uow:
        await uow.privacy.erase([known.customer.id], [1], floor.clock.now())
    async with desk_of(floor, crm("main")) as desk:
        assert states(await desk.ask(known, {})) == {"main": "known"}
    assert await links(floor) == {}


@pytest.mark.parametrize("trouble", ["down", "refuses", "breaks"])
async def test_one_that_fails_is_told_and_the_others_are_shown(floor: Company, trouble: str) -> None:
    ill, well = crm("ill"), crm("well")
    setattr(ill, trouble, {"down": 1, "refuses": "we are not let in", "breaks": True}[trouble])
    async with desk_of(floor, ill, well) as desk:
        answers = await desk.ask(await record(floor), {})
        assert states(answers) == {"ill": "failed", "well": "known"}
        said = {"down": "the CRM is down", "refuses": "we are not let in", "breaks": "could not be read"}[trouble]
        assert said in answers[0].why
        ill.refuses, ill.breaks = "", False
        assert states(await desk.ask(await record(floor), {})) == {"ill": "known", "well": "known"}, (
            "failing is not kept"
        )


async def test_whom_it_found_is_remembered_and_what_waited_for_that_is_written(floor: Company) -> None:
    customer = (await floor.conversation()).customer_id
    entry = CrmEntry("main", "B-1/resolved/1", customer, 1, "resolved", "nobody", floor.clock.now())
    async with floor.storage.writing() as uow:
        await uow.records.put(entry)
    main = crm("main")
    async with desk_of(floor, main) as desk:
        assert states(await desk.ask(await record(floor), await links(floor))) == {"main": "known"}
    [link] = (await links(floor)).values()
    assert (link.contact_id, link.how) == ("c-1", "the same handle")
    calls = main.calls
    async with desk_of(floor, main) as desk:
        assert states(await desk.ask(await record(floor), await links(floor))) == {"main": "known"}
    assert main.calls == calls + 1, "whom it knows it does not look for"
    worked = await floor.work()
    assert any(write_record.KIND in said for said in (*worked.done, *worked.failed)), "it is on its way"


async def test_nobody_is_remembered_where_two_may_be_meant(floor: Company) -> None:
    main = crm("main")
    main.contacts.append(Contact("c-2", "Maya"))
    async with desk_of(floor, main) as desk:
        assert states(await desk.ask(await record(floor), {})) == {"main": "nobody"}
    assert await links(floor) == {}


async def test_a_contact_that_is_gone_from_the_crm_is_looked_for_anew(floor: Company) -> None:
    customer = (await floor.conversation()).customer_id
    gone = CrmLink(customer, "main", "c-0", None, "linked by Ana", floor.clock.now())
    async with desk_of(floor, crm("main")) as desk:
        assert states(await desk.ask(await record(floor), {"main": gone})) == {"main": "known"}
    assert (await links(floor))["main"].contact_id == "c-1"


async def test_without_a_crm_nothing_is_asked_and_nothing_is_said(floor: Company) -> None:
    async with desk_of(floor) as desk:
        assert await desk.ask(await record(floor), {}) == ()
