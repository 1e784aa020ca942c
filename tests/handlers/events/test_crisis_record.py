"""After the all-clear every conversation says that it was a part of the crisis, once, and the CRM hears of those that people
did something about."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.config import Config
from bot.domain.events import WasPartOfCrisis
from bot.domain.post import Author
from bot.domain.record import Contact
from bot.ports import Taken, Work
from handlers.events import FOLLOWS, crisis_record, write_record
from handlers.events.crisis_record import CrisisRecorder
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.crm import FakeCrm
from tests.handlers.company import Company, post, staffed

MAYA = Contact("c-1", "Maya Okafor", emails=("maya@mail.example",))
TOM = Contact("c-2", "Tom Bell", emails=("tom@mail.example",))


@pytest.fixture
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    config = staffed(Config.model_validate({"crm": {"main": {"kind": "fake"}}}))
    clock = SetClock()
    storage = await SqlStorage.connect(
        await Sqlite(tmp_path_factory.mktemp("crisis")).fresh(),
        policies=config.life_policies,
        clock=clock,
        follows=(*FOLLOWS, write_record.follow_for(config)),
    )
    company = await Company(storage, clock, config).staff()
    company.crms["main"] = FakeCrm(contacts=[MAYA, TOM])
    await company.hear(
        post("p-1", "my parcel burned", by=Author(handle="maya", email="maya@mail.example")),
        post("p-2", "mine too, in the depot", by=Author(handle="tom", email="tom@mail.example")),
        post("p-3", "thank you for the socks", by=Author(handle="lu")),
    )
    await company.work()
    yield company
    await storage.close()


def crm_of(company: Company) -> FakeCrm:
    crm = company.crms["main"]
    assert isinstance(crm, FakeCrm)
    return crm


async def over(company: Company, *, work: bool = True) -> None:
    """A crisis about the first two; Ana holds the first. It ends."""
    await company.say("ben", "crisis propose parcels burn")
    await company.say("ben", "crisis add C-1 B-1 B-2")
    await company.say("omar", "crisis open C-1")
    await company.say("ana", "claim B-1")
    await company.work()
    await company.later(minutes=20)
    await company.say("omar", "crisis log C-1 the carrier confirms a fire")
    await company.say("omar", "crisis clear C-1 a lorry burned out | parcels go by another carrier")
    if work:
        await company.work()


async def parts(company: Company, number: int) -> list[WasPartOfCrisis]:
    return [event for event in await company.trail(number) if isinstance(event, WasPartOfCrisis)]


async def test_the_trail_of_each_says_what_it_was_part_of(company: Company) -> None:
    await over(company)
    [first], [second] = await parts(company, 1), await parts(company, 2)
    assert await parts(company, 3) == []
    assert (first.crisis, first.happened, first.changed) == (1, "a lorry burned out", "parcels go by another carrier")
    assert first.began < first.ended
    assert (first.acted, second.acted) == (True, False)
    assert (await company.conversation(2)).first_human_at is None, "being counted is no touch"


async def test_the_crm_hears_once_of_those_that_people_did_something_about(company: Company) -> None:
    await over(company)
    await company.later(hours=2)
    [(key, (contact, activity))] = crm_of(company).entries.items()
    assert contact == "c-1"
    assert key.startswith("B-1/crisis/")
    assert activity.subject == "B-1 on Mastodon: part of crisis C-1, which is over"
    for words in (
        "Crisis C-1 from 2026-03-02 09:00 to 2026-03-02 09:20",
        "What happened: a lorry burned out",
        "Changed: parcels go by another carrier",
        "In the crisis:",
        "Omar Said (Operations) opened the crisis room",
        "the carrier confirms a fire",
        "my parcel burned",
    ):
        assert words in activity.body, activity.body
    assert "mine too" not in activity.body
    assert not activity.case


async def test_a_crm_that_is_away_gets_it_when_it_is_back(company: Company) -> None:
    crm = crm_of(company)
    await over(company, work=False)
    crm.down, crm.lost = 10, 2
    for _ in range(40):
        await company.later(minutes=30)
    assert [key.split("/")[:2] for key in crm.entries] == [["B-1", "crisis"]]


async def test_a_crm_that_is_to_hear_of_outcomes_alone_hears_nothing(company: Company) -> None:
    only = Config.model_validate({"crm": {"main": {"kind": "fake", "on": ["resolved"]}}})
    event = WasPartOfCrisis(
        at=company.clock.now(),
        crisis=1,
        began=company.clock.now(),
        ended=company.clock.now(),
        happened="",
        changed="",
        acted=True,
    )
    assert write_record.occasion_of(event, only.crm["main"]) is None


async def test_portions_that_are_run_twice_are_written_once(company: Company) -> None:
    await over(company, work=False)
    recorder = CrisisRecorder(company.storage, company.clock, portion=1)
    for after in (0, 0, 1, 1, 2, 2):
        work = Work(crisis_record.KIND, {"crisis": 1, "after": after, "done": after})
        await recorder(Taken(1, work, 1, company.clock.now()))
    await company.work()
    assert [len(await parts(company, number)) for number in (1, 2, 3)] == [1, 1, 0]
    async with company.storage.reading() as uow:
        crisis = await uow.crises.get(1)
        kinds = [event.kind for event in await uow.crises.timeline(1)]
    assert crisis is not None
    assert crisis.recorded == 2
    assert kinds.count("recorded") == 1


async def test_workers_that_die_on_the_way_write_it_once(company: Company) -> None:
    await over(company, work=False)
    for _ in range(4):
        await company.hands.lose()
    await company.work()
    await company.later(hours=1)
    assert [len(await parts(company, number)) for number in (1, 2)] == [1, 1]
    assert len(crm_of(company).entries) == 1


async def test_cards_are_left_alone_by_it(company: Company) -> None:
    await over(company, work=False)
    company.platform.updated.clear()
    await company.work()
    postings = [(await company.posting(number)).id for number in (1, 2, 3)]
    assert not set(postings) & set(company.platform.updated)


async def test_whoever_was_forgotten_is_left_alone(company: Company) -> None:
    await company.say("ben", "crisis propose parcels burn")
    await company.say("ben", "crisis add C-1 B-1 B-2")
    await company.say("omar", "crisis open C-1")
    await company.work()
    await company.say("ana", "forget B-1 asked for it by e-mail")
    await company.say("omar", "forget B-1 confirmed")
    await company.work()
    assert (await company.conversation(1)).forgotten
    await company.say("omar", "crisis clear C-1 a lorry burned out | nothing")
    await company.work()
    assert await parts(company, 1) == []
    assert len(await parts(company, 2)) == 1
    shown = [shown for shown in company.platform.messages.values() if shown.mark == "crisis:1:board"]
    assert len(shown) == 1
