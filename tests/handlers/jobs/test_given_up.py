"""Entries that a CRM does not take: said once for each spell, kept, and written once when somebody has them tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.cards import buttons
from bot.config import Config
from bot.domain.post import Author
from bot.domain.record import Contact
from bot.ports import CrmEntry
from handlers.events import FOLLOWS, write_record
from handlers.jobs.given_up import TellGivenUp
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.crm import FakeCrm
from tests.handlers.company import Company, post, said, staffed

OPS, FLOOR = "C-ops", "C-floor"
SURFACES = [
    {"name": "floor", "channel": FLOOR},
    {"name": "ops", "channel": OPS, "purpose": "operators"},
]
TEXTS = (
    "third parcel that arrives crushed",
    "the zip of my tent broke on its first night out",
    "can I pay by invoice as a school",
    "your shop in Lyon was closed on a Saturday",
    "the app forgets my password every week",
)
"""Nobody says what another one says: one answer would do for both."""

DOWN = 1_000_000
"""For as long as a test lasts."""


@pytest.fixture
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    async for each in founded(tmp_path_factory, SURFACES):
        yield each


async def founded(path: pytest.TempPathFactory, surfaces: list[dict[str, str]]) -> AsyncIterator[Company]:
    config = staffed(Config.model_validate({"crm": {"main": {"kind": "tryton"}}, "surfaces": surfaces}))
    clock = SetClock()
    storage = await SqlStorage.connect(
        await Sqlite(path.mktemp("given-up")).fresh(),
        policies=config.life_policies,
        clock=clock,
        follows=(*FOLLOWS, write_record.follow_for(config)),
    )
    company = await Company(storage, clock, config).staff()
    company.crms["main"] = FakeCrm(contacts=[Contact(f"c-{n}", "", emails=(f"{n}@mail.example",)) for n in range(5)])
    for n in range(5):
        author = Author(handle=f"customer{n}", display_name=f"Customer {n}", email=f"{n}@mail.example")
        await company.hear(post(f"p-{n}", TEXTS[n], by=author))
    await company.work()
    yield company
    await storage.close()


def crm_of(company: Company) -> FakeCrm:
    crm = company.crms["main"]
    assert isinstance(crm, FakeCrm)
    return crm


async def resolved(company: Company, number: int) -> None:
    await company.say("ana", f"claim B-{number}")
    await company.say("ana", f"resolve B-{number} fixed | parcels that arrive whole | carrier switched back")
    await company.work()


async def days(company: Company, number: float) -> None:
    """Time goes by, with the job in between."""
    for _ in range(round(number * 4)):
        await company.later(hours=6)
        await look(company)


async def look(company: Company) -> None:
    await TellGivenUp(company.storage, company.dead_letters, company.config)()
    await company.work()


def notices(company: Company, channel: str = OPS) -> list[str]:
    return [
        plain(shown.card)
        for shown in company.platform.shown_in(channel)
        if "could not be written" in shown.card.summary
    ]


async def entries(company: Company, number: int = 1) -> list[CrmEntry]:
    async with company.storage.reading() as uow:
        return await uow.records.of_conversation(number)


async def test_a_crm_that_is_away_longer_than_is_waited_is_told_once_and_takes_the_entry_once_it_is_replayed(
    company: Company,
) -> None:
    crm = crm_of(company)
    crm.down = DOWN
    await resolved(company, 1)
    await days(company, 6.5)
    assert notices(company) == [], "it is still tried"
    await days(company, 2)
    [notice] = notices(company)
    assert "1 entry could not be written to Tryton" in notice
    assert "B-1" in notice
    assert "the CRM is down" in notice
    assert "app.py outbox replay" in notice
    [entry] = await entries(company)
    assert (entry.state, entry.error) == ("failed", "the CRM is down")
    crm.down = 0
    [replay] = [
        button
        for shown in company.platform.shown_in(OPS)
        for button in buttons(shown.card.blocks)
        if button.args == {"replay": "replay"}
    ]
    assert replay.label == "Write 1 entry again"
    assert "1 entry will be written again now." in said(await company.press("omar", replay.command, **replay.args))
    await company.work()
    assert len(crm.entries) == 1
    assert [entry.state for entry in await entries(company)] == ["written"]
    assert "nothing to write again" in said(await company.say("omar", "doctor replay"))
    await days(company, 1)
    assert len(notices(company)) == len(crm.entries) == 1


async def test_an_entry_that_was_written_before_its_answer_was_lost_is_there_once_after_a_replay(
    company: Company,
) -> None:
    crm = crm_of(company)
    crm.lost = DOWN
    await resolved(company, 1)
    await days(company, 8)
    assert len(notices(company)) == 1
    crm.lost = 0
    await company.dead_letters.replay()
    await company.work()
    assert len(crm.entries) == 1
    assert [entry.state for entry in await entries(company)] == ["written"]


async def test_many_refused_at_once_are_one_notice(company: Company) -> None:
    crm_of(company).refuses = "the user may not write notes"
    for number in (1, 2, 3):
        await resolved(company, number)
    await look(company)
    [notice] = notices(company)
    assert "3 entries could not be written to Tryton" in notice
    assert "B-1, B-2 and B-3" in notice
    assert "the user may not write notes" in notice
    await resolved(company, 4)
    await look(company)
    assert len(notices(company)) == 1, "the same spell"
    answer = said(await company.say("omar", "doctor"))
    assert "Write 4 entries again" in answer


async def test_the_next_spell_is_told_again(company: Company) -> None:
    crm = crm_of(company)
    crm.refuses = "the user may not write notes"
    await resolved(company, 1)
    await look(company)
    crm.refuses = ""
    await company.say("omar", "doctor replay")
    await company.work()
    await look(company)
    crm.refuses = "the note is too long"
    await company.later(minutes=5)
    await resolved(company, 2)
    await look(company)
    await company.later(days=3)
    await resolved(company, 3)
    await look(company)
    assert [len(notices(company)), len(crm.entries)] == [3, 1]
    assert "B-2 and B-3" in notices(company)[2]


async def test_several_replicas_that_look_at_once_tell_once(company: Company) -> None:
    crm_of(company).refuses = "the user may not write notes"
    await resolved(company, 1)
    jobs = [TellGivenUp(company.storage, company.dead_letters, company.config) for _ in range(3)]
    for job in jobs:
        await job()
    await company.work()
    await company.hands.lose()
    await company.work()
    assert len(notices(company)) == 1


async def test_without_a_channel_for_operators_management_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    surfaces = [{"name": "floor", "channel": FLOOR}, {"name": "board", "channel": "C-board", "purpose": "management"}]
    async for company in founded(tmp_path_factory, surfaces):
        crm_of(company).refuses = "the user may not write notes"
        await resolved(company, 1)
        await look(company)
        assert len(notices(company, "C-board")) == 1
