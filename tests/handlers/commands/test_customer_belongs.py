"""The customer's card says who works here and who is one of our vendors, to those who may know it."""

from __future__ import annotations

import asyncio

import pytest

from bot.config import Config
from bot.domain.belonging import Listed
from bot.domain.post import Author
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.company_directory import FakeCompanyDirectory
from tests.handlers.company import GUEST, Company, post, staffed

MAIL = "rosa@kartonwerk.example"
RULES = [{"fields": ["directory"], "departments": ["support"]}]


@pytest.fixture
def people() -> FakeCompanyDirectory:
    return FakeCompanyDirectory(
        "people",
        employees={MAIL: Listed("employee", "KU1", "Rosa Lee", "customer support")},
        vendors={"kartonwerk.example": Listed("vendor", "S1", "Kartonwerk")},
    )


async def company_of(storage: SqlStorage, clock: SetClock, people: FakeCompanyDirectory, config: Config) -> Company:
    company = await Company(storage, clock, staffed(config)).staff()
    company.directories["people"] = people
    written = post("p-1", "where are my boxes", by=Author(handle="rosa", display_name="Rosa", email=MAIL))
    await company.hear(written)
    await company.work()
    return company


async def card(company: Company, who: str) -> str:
    reply = await company.say(who, "customer B-1")
    assert reply.card is not None
    return plain(reply.card)


async def test_the_card_says_that_somebody_works_here_and_is_a_vendor(
    storage: SqlStorage, clock: SetClock, people: FakeCompanyDirectory
) -> None:
    company = await company_of(storage, clock, people, Config())
    said = await card(company, "ana")
    assert "One of our vendors: Kartonwerk" in said
    assert "Works here, in customer support" in said
    people.employees[MAIL] = Listed("employee", "KU1", "Rosa Lee", "Support")
    await company.company_desk.forget([(await company.conversation()).customer_id])
    assert "Works here, in Support" in await card(company, "ana")


async def test_who_may_not_know_it_is_not_told_and_nothing_is_asked(
    storage: SqlStorage, clock: SetClock, people: FakeCompanyDirectory
) -> None:
    company = await company_of(storage, clock, people, Config.model_validate({"visibility": RULES}))
    said = await card(company, "chloe")
    assert "vendor" not in said
    assert "Works here" not in said
    assert people.asked == []
    assert "Kartonwerk" in await card(company, "ana")


async def test_a_guest_is_told_nothing(storage: SqlStorage, clock: SetClock, people: FakeCompanyDirectory) -> None:
    company = await company_of(storage, clock, people, Config())
    reply = await company.say(GUEST, "customer B-1")
    assert "Kartonwerk" not in repr(reply)
    assert people.asked == []


async def test_a_directory_that_does_not_answer_costs_its_line_alone(
    storage: SqlStorage, clock: SetClock, people: FakeCompanyDirectory
) -> None:
    company = await company_of(storage, clock, people, Config())
    company.company_desk._within = 0.05
    people.gate = asyncio.Event()
    said = await card(company, "ana")
    assert "where are my boxes" in said
    assert "people has not answered" in said
    people.gate.set()
    await asyncio.sleep(0.01)
    assert "One of our vendors: Kartonwerk" in await card(company, "ana")
    people.refuses = "no such user"
    await company.company_desk.forget([(await company.conversation()).customer_id])
    assert "people cannot be read now: no such user" in await card(company, "ana")
    await company.company_desk.close()
