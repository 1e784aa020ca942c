"""What came of a conversation stands in the company's CRM, once, on the right person's record or on nobody's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Config, CrmPart
from bot.domain.post import Author
from bot.domain.record import Contact
from bot.errors import PermanentError
from bot.ports import CrmEntry, CrmLink
from handlers.events import FOLLOWS, write_record
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.crm import FakeCrm
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, post, staffed

MAYA = Contact("c-1", "Maya Okafor", emails=("maya@mail.example",), url="https://crm.example/c-1")
TWIN = Contact("c-2", "Maya Okafor", emails=("other@mail.example",))


@pytest.fixture
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    config = staffed(
        Config.model_validate(
            {"crm": {"main": {"kind": "fake", "on": ["resolved", "escalated", "answered"], "case": "urgent"}}}
        )
    )
    clock = SetClock()
    storage = await SqlStorage.connect(
        await Sqlite(tmp_path_factory.mktemp("record")).fresh(),
        policies=config.life_policies,
        clock=clock,
        follows=(*FOLLOWS, write_record.follow_for(config)),
    )
    company = await Company(storage, clock, config).staff()
    company.crms["main"] = FakeCrm(contacts=[MAYA])
    author = Author(handle="maya@example.social", display_name="Maya Okafor", email="maya@mail.example")
    await company.hear(post("p-1", "third parcel that arrives crushed", by=author))
    await company.work()
    yield company
    await storage.close()


def crm_of(company: Company) -> FakeCrm:
    crm = company.crms["main"]
    assert isinstance(crm, FakeCrm)
    return crm


async def entries(company: Company) -> list[CrmEntry]:
    async with company.storage.reading() as uow:
        return await uow.records.of_conversation(1)


async def resolved(company: Company) -> None:
    await company.say("ana", "claim B-1")
    await company.say("ana", "resolve B-1 fixed | parcels that arrive whole | carrier switched back")


async def test_an_outcome_is_on_the_persons_record_with_all_that_matters(company: Company) -> None:
    await resolved(company)
    await company.work()
    crm = crm_of(company)
    [(key, (contact, activity))] = crm.entries.items()
    assert contact == "c-1"
    assert key.startswith("B-1/resolved/")
    assert activity.subject == "B-1 on Mastodon: Fixed"
    for words in (
        "Wanted: parcels that arrive whole",
        "Changed: carrier switched back",
        "By Ana Lima (Support)",
        "third parcel that arrives crushed",
        "Ana Lima (Support) claimed it until",
    ):
        assert words in activity.body
    [entry] = await entries(company)
    assert (entry.state, entry.entry_id, entry.url) == ("written", f"note-{key}", "https://crm.example/c-1")
    assert ("c-1", "maya@example.social") in {(contact, identity.handle) for contact, identity in crm.linked}


async def test_a_crm_that_is_away_for_days_gets_it_once_when_it_is_back(company: Company) -> None:
    crm = crm_of(company)
    await resolved(company)
    crm.down, crm.lost = 30, 2
    for _ in range(60):
        await company.later(minutes=30)
    assert crm.down == crm.lost == 0
    assert len(crm.entries) == 1
    [entry] = await entries(company)
    assert entry.state == "written"


async def test_what_is_refused_is_a_dead_letter_with_the_reason(company: Company) -> None:
    crm = crm_of(company)
    crm.refuses = "the user may not write notes"
    await resolved(company)
    await company.work()
    [entry] = await entries(company)
    assert (entry.state, entry.error) == ("failed", "the user may not write notes")
    assert crm.entries == {}


async def test_nothing_is_written_to_the_record_of_somebody_who_only_has_the_same_name(company: Company) -> None:
    crm = crm_of(company)
    crm.contacts = [TWIN]
    await resolved(company)
    await company.work()
    assert crm.entries == {}
    [entry] = await entries(company)
    assert entry.state == "nobody"


async def test_nothing_is_written_where_two_have_the_same_address(company: Company) -> None:
    crm = crm_of(company)
    crm.contacts = [MAYA, replace(TWIN, emails=MAYA.emails)]
    await resolved(company)
    await company.work()
    assert crm.entries == {}


async def test_what_found_nobody_is_written_once_the_customer_is_linked(company: Company) -> None:
    crm = crm_of(company)
    crm.contacts = [TWIN]
    await resolved(company)
    await company.work()
    async with company.storage.writing() as uow:
        [entry] = await uow.records.of_conversation(1)
        await uow.records.set_link(
            CrmLink(entry.customer_id, "main", "c-2", None, "linked by Ana", company.clock.now())
        )
        await write_record.write_to(uow, "main", entry.customer_id)
    await company.work()
    assert [contact for contact, _ in crm.entries.values()] == ["c-2"]
    assert [entry.state for entry in await entries(company)] == ["written"]


async def test_an_escalation_is_written_and_an_urgent_one_opens_a_case(company: Company) -> None:
    crm = crm_of(company)
    await company.say("ben", "escalate B-1 crisis the box may catch fire")
    await company.work()
    [(contact, activity)] = crm.entries.values()
    assert contact == "c-1"
    assert activity.occasion == "escalated"
    assert activity.case
    assert activity.urgent
    assert "Why: the box may catch fire" in activity.body


async def test_resolving_twice_is_two_entries_and_the_first_stays_as_it_was(company: Company) -> None:
    crm = crm_of(company)
    await resolved(company)
    await company.work()
    company.clock.move(timedelta(hours=1))
    await company.say("ben", "reopen B-1 it came back")
    await resolved(company)
    await company.work()
    assert len(crm.entries) == 2
    first, second = (activity for _, activity in crm.entries.values())
    assert "it came back" not in first.body
    assert "it came back" in second.body


async def test_an_answer_is_written_when_it_has_gone_out_with_what_we_said(company: Company) -> None:
    crm = crm_of(company)
    source = company.sources["demo"] = FakeSource()
    await company.say("ana", "claim B-1")
    form = (await company.say("ana", "reply B-1")).form
    assert form is not None
    await company.submit("ana", "reply", **{**form.args, "text": "We are sorry. A new one is on its way."})
    assert crm.entries == {}
    await company.work()
    assert len(source.standing) == 1
    [(key, (contact, activity))] = crm.entries.items()
    assert (contact, activity.occasion) == ("c-1", "answered")
    assert key.startswith("B-1/answered/")
    assert "We are sorry. A new one is on its way." in activity.body
    assert "third parcel that arrives crushed" in activity.body
    assert not activity.case
    await company.later(hours=2)
    assert len(crm.entries) == 1


async def test_an_answer_that_does_not_go_out_is_not_written(company: Company) -> None:
    source = company.sources["demo"] = FakeSource()
    source.plan.replies.append(PermanentError("suspended"))
    await company.say("ana", "claim B-1")
    form = (await company.say("ana", "reply B-1")).form
    assert form is not None
    await company.submit("ana", "reply", **{**form.args, "text": "We are sorry."})
    await company.work()
    assert crm_of(company).entries == {}


async def test_two_who_are_found_to_be_one_contact_are_one(company: Company) -> None:
    crm_of(company).contacts = [replace(MAYA, kind="company", emails=("maya@mail.example", "maya@work.example"))]
    await company.hear(post("p-9", "where is my parcel", by=Author(handle="okafor-ltd", email="maya@work.example")))
    await company.work()
    for number in (1, 2):
        await company.say("ana", f"claim B-{number}")
        await company.say("ana", f"resolve B-{number} fixed | parcels that arrive whole | carrier switched back")
    await company.work()
    one, other = [(await company.conversation(number)).customer_id for number in (1, 2)]
    async with company.storage.reading() as uow:
        assert await uow.identities.root(one) == await uow.identities.root(other)
        [merge] = await uow.identities.merges(one)
        customer = await uow.customers.get(one)
    assert (merge.why, merge.by) == ("same contact in the CRM", None)
    assert customer is not None
    assert customer.kind == "company", "as the CRM says"


@pytest.mark.parametrize("rung", ["lead", "coordinator", "sponsor"])
async def test_each_rung_that_a_colleague_raises_to_is_written_and_what_is_overdue_is_not(
    company: Company, rung: str
) -> None:
    crm = crm_of(company)
    await company.later(days=2)
    assert "escalated" in await company.kinds(), "overdue, by itself"
    assert crm.entries == {}
    await company.hear(post("p-9", "where is my parcel", by=Author(handle="mo", email="maya@mail.example")))
    await company.work()
    await company.say("ben", f"escalate B-2 {rung} three parcels, press asking")
    await company.work()
    [(_, activity)] = crm.entries.values()
    assert (activity.occasion, activity.case) == ("escalated", False)
    assert f"raised to the {rung}" in activity.subject
    assert "Why: three parcels, press asking" in activity.body


async def test_a_crm_is_told_only_what_it_is_to_hear(company: Company) -> None:
    only = company.config.model_copy(update={"crm": {"main": CrmPart(kind="fake", on=("escalated",))}})
    follow = write_record.follow_for(only)
    storage = await SqlStorage.connect(
        str(company.storage.database.url), policies=only.life_policies, clock=company.clock, follows=(*FOLLOWS, follow)
    )
    other = Company(storage, company.clock, only)
    other.people, other.crms["main"] = company.people, company.crms["main"]
    await resolved(other)
    await other.work()
    assert crm_of(company).entries == {}
    await storage.close()


@pytest.mark.parametrize(
    ("on", "outcome", "keys"),
    [
        (("idea",), "idea", ["B-1/idea/3"]),
        (("idea",), "fixed", []),
        (("resolved", "idea"), "idea", ["B-1/resolved/3"]),
        (("resolved",), "idea", ["B-1/resolved/3"]),
    ],
)
async def test_an_outcome_that_is_an_idea_is_written_once_where_either_is_asked_for(
    on: tuple[str, ...], outcome: str, keys: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = staffed(Config.model_validate({"crm": {"main": {"kind": "fake", "on": on}}}))
    clock = SetClock()
    url = await Sqlite(tmp_path_factory.mktemp("ideas")).fresh()
    follows = (*FOLLOWS, write_record.follow_for(config))
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=follows)
    company = await Company(storage, clock, config).staff()
    company.crms["main"] = FakeCrm(contacts=[MAYA])
    await company.hear(post("p-1", "could you sell spare straps", by=Author(handle="maya", email="maya@mail.example")))
    await company.say("ana", "claim B-1")
    await company.say("ana", f"resolve B-1 {outcome} | spare straps | nothing yet")
    await company.work()
    assert [entry.key for entry in await entries(company)] == keys
    assert list(crm_of(company).entries) == keys
    await storage.close()
