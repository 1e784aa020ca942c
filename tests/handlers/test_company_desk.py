"""The directories are asked at once and for a moment; what is late is there at the next look; nothing is kept for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.belonging import Listed
from bot.domain.customer import Customer, CustomerRecord, Identity
from bot.ports import DirectoryAnswer
from handlers.company_desk import KEPT, LiveCompanyDesk
from tests.fakes.clock import SetClock
from tests.fakes.company_directory import FakeCompanyDirectory

ROSA = Listed("employee", "KU0001", "Rosa Lee", "Logistics")
KARTONWERK = Listed("vendor", "S1042", "Kartonwerk")
WITHIN = 0.1


def record(*addresses: str, id: str = "c1") -> CustomerRecord:
    identities = [Identity("mastodon", "@rosa@example.social"), *(Identity("email", each) for each in addresses)]
    return CustomerRecord(Customer(id, "Rosa"), tuple(identities))


@pytest.fixture
def people() -> FakeCompanyDirectory:
    return FakeCompanyDirectory("people", employees={"rosa@acme.example": ROSA})


@pytest.fixture
def ariba() -> FakeCompanyDirectory:
    return FakeCompanyDirectory("ariba", vendors={"kartonwerk.example": KARTONWERK})


@pytest.fixture
async def desk(people: FakeCompanyDirectory, ariba: FakeCompanyDirectory) -> AsyncIterator[LiveCompanyDesk]:
    made = LiveCompanyDesk({"people": people, "ariba": ariba}, SetClock(), WITHIN)
    yield made
    await made.close()


def known(answers: tuple[DirectoryAnswer, ...]) -> dict[str, list[str]]:
    return {answer.directory: [listed.name for listed in answer.listed] for answer in answers}


async def test_each_says_whom_it_knows(desk: LiveCompanyDesk) -> None:
    answers = await desk.ask(record("rosa@acme.example", "rosa@kartonwerk.example"))
    assert known(answers) == {"people": ["Rosa Lee"], "ariba": ["Kartonwerk"]}
    assert [answer.state for answer in await desk.ask(record("maya@mail.example"))] == ["nobody", "nobody"]


async def test_nothing_is_asked_of_somebody_without_an_address(
    desk: LiveCompanyDesk, people: FakeCompanyDirectory
) -> None:
    assert await desk.ask(record()) == ()
    assert people.asked == []


async def test_an_answer_is_kept_for_a_while_and_asked_anew_for_another_address(
    desk: LiveCompanyDesk, people: FakeCompanyDirectory
) -> None:
    for _ in range(3):
        await desk.ask(record("rosa@acme.example"))
    assert people.asked == ["rosa@acme.example"]
    await desk.ask(record("rosa@acme.example", "rosa@mail.example"))
    assert len(people.asked) == 2
    clock = desk._clock
    assert isinstance(clock, SetClock)
    clock.move(KEPT + timedelta(seconds=1))
    await desk.ask(record("rosa@acme.example"))
    assert len(people.asked) == 3
    assert len(desk._kept) == 2


async def test_a_slow_one_costs_no_more_than_its_time_and_is_there_the_next_time(
    desk: LiveCompanyDesk, people: FakeCompanyDirectory
) -> None:
    people.gate = asyncio.Event()
    begun = time.perf_counter()
    answers = await desk.ask(record("rosa@acme.example"))
    assert time.perf_counter() - begun < 10 * WITHIN
    assert [answer.state for answer in answers] == ["late", "nobody"]
    people.gate.set()
    await asyncio.sleep(0.01)
    assert known(await desk.ask(record("rosa@acme.example")))["people"] == ["Rosa Lee"]
    assert people.asked == ["rosa@acme.example"]


async def test_one_that_fails_says_why_and_is_asked_again(desk: LiveCompanyDesk, people: FakeCompanyDirectory) -> None:
    people.refuses = "no such user"
    answers = await desk.ask(record("rosa@acme.example"))
    assert (answers[0].state, answers[0].why) == ("failed", "no such user")
    people.refuses = ""
    assert known(await desk.ask(record("rosa@acme.example")))["people"] == ["Rosa Lee"]


async def test_of_somebody_who_is_forgotten_nothing_is_kept(
    desk: LiveCompanyDesk, people: FakeCompanyDirectory
) -> None:
    await desk.ask(record("rosa@acme.example"))
    await desk.ask(record("rosa@acme.example", id="c2"))
    people.gate = asyncio.Event()
    await desk.ask(record("rosa@acme.example", "late@acme.example"))
    await desk.forget(["c1"])
    assert {key[1] for key in desk._kept} == {"c2"}
    assert desk._asked == {}
