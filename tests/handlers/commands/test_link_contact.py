"""`link B-12`: which contact of the CRM a customer is, chosen from those it offers, taken back, and mended when it was wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.cards import Field, Form, buttons
from bot.commands import Reply
from bot.config import Config
from bot.dispatch import FieldErrors
from bot.domain.customer import Identity
from bot.domain.post import Author
from bot.domain.record import Contact, ContactHistory, ContactMatch
from bot.ports import CrmLink, LookUp
from handlers.events import FOLLOWS, write_record
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.crm import FakeCrm
from tests.handlers.company import GUEST, Company, post, said, staffed

NAMESAKE = Contact(
    "c-2", "Maya Okafor", "person", "https://crm.example/c-2", ("mo@work.example",), attributes={"company": "Acme"}
)
OTHER = Contact("c-3", "Okafor Trading", "company", None, ("desk@okafor.example",))
RULES: list[dict[str, Any]] = [{"fields": ["email", "attributes.company"], "departments": ["support"]}]


@dataclass
class Slow(FakeCrm):
    """Never answers in time when it is asleep."""

    asleep: bool = False

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """Nothing in time."""
        await self._wait()
        return await super().find(identities, name)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """Nothing in time."""
        await self._wait()
        return await super().history(contact_id)

    async def _wait(self) -> None:
        if self.asleep:
            await asyncio.sleep(60)


def company_with(*crms: str) -> Config:
    parts = {name: {"kind": "tryton", "url": f"https://{name}.example"} for name in crms}
    return staffed(Config.model_validate({"crm": parts, "visibility": RULES}))


async def founded(path: pytest.TempPathFactory, config: Config) -> Company:
    clock = SetClock()
    storage = await SqlStorage.connect(
        await Sqlite(path.mktemp("link")).fresh(),
        policies=config.life_policies,
        clock=clock,
        follows=(*FOLLOWS, write_record.follow_for(config)),
    )
    company = await Company(storage, clock, config).staff()
    for name in config.crm:
        histories = {each.id: ContactHistory(each) for each in (NAMESAKE, OTHER)}
        company.crms[name] = Slow(name, contacts=[NAMESAKE, OTHER], histories=histories)
    author = Author(handle="maya@example.social", display_name="Maya Okafor")
    await company.hear(post("p-1", "third parcel that arrives crushed", by=author))
    await company.hear(post("p-2", "hello there", by=Author(handle="desk", display_name="Okafor Trading")))
    await company.work()
    return company


@pytest.fixture
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    company = await founded(tmp_path_factory, company_with("main"))
    yield company
    await company.storage.close()


@pytest.fixture
async def two_crms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    company = await founded(tmp_path_factory, company_with("main", "shop"))
    yield company
    await company.storage.close()


def crm_of(company: Company, name: str = "main") -> Slow:
    crm = company.crms[name]
    assert isinstance(crm, Slow)
    return crm


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, reply.card and plain(reply.card)
    return reply.form


def choices(form: Form) -> dict[str, str]:
    return {choice.value: choice.label for field in form.fields for choice in field.choices if field.name == "contact"}


def field(form: Form, name: str) -> Field | None:
    return next((each for each in form.fields if each.name == name), None)


async def customer_of(company: Company, number: int = 1) -> str:
    return (await company.conversation(number)).customer_id


async def link_of(company: Company, number: int = 1, crm: str = "main") -> CrmLink | None:
    async with company.storage.reading() as uow:
        return await uow.records.link((await company.conversation(number)).customer_id, crm)


async def contact_of(company: Company, number: int = 1, crm: str = "main") -> str | None:
    link = await link_of(company, number, crm)
    assert link is not None
    return link.contact_id


async def audit(company: Company, number: int = 1) -> list[LookUp]:
    async with company.storage.reading() as uow:
        return await uow.customers.lookups((await company.conversation(number)).customer_id)


async def submit(company: Company, user: str = "ana", number: int = 1, **answers: str) -> str:
    return said(await company.submit(user, "link", customer=await customer_of(company, number), **answers))


async def resolved(company: Company, number: int = 1) -> None:
    await company.say("ana", f"claim B-{number}")
    await company.say("ana", f"resolve B-{number} fixed | parcels that arrive whole | carrier switched back")
    await company.work()


async def test_the_customers_card_has_a_button_that_offers_contacts(company: Company) -> None:
    reply = await company.say("ana", "customer B-1")
    assert reply.card is not None
    [button] = [each for each in buttons(reply.card.blocks) if each.command == "link"]
    assert button.label == "Link…"
    form = form_of(await company.press("ana", "link", **button.args))
    assert choices(form) == {"main:c-2": "Maya Okafor, Acme, mo@work.example (80 %)"}


@pytest.mark.parametrize("how", ["typed", "in the thread"])
async def test_a_conversation_alone_offers_contacts_of_its_customer(company: Company, how: str) -> None:
    thread = await company.thread() if how == "in the thread" else None
    reply = await company.say("ana", "link B-1" if thread is None else "link", thread=thread)
    form = form_of(reply)
    assert list(choices(form)) == ["main:c-2"]
    assert form.args == {"customer": await customer_of(company)}


async def test_that_contacts_were_offered_is_in_the_trail(company: Company) -> None:
    form_of(await company.say("ben", "link B-1"))
    assert [(each.by.name, each.via) for each in await audit(company)] == [("Ben Roth", "slack contacts offered")]


async def test_guests_are_offered_nobody_and_the_crm_is_not_asked_for_them(company: Company) -> None:
    customer = await customer_of(company)
    crm_of(company).asleep = True
    for reply in (
        await company.say(GUEST, "link B-1"),
        await company.say(GUEST, "link B-1 main:c-2"),
        await company.press(GUEST, "link", customer=customer),
    ):
        assert "for colleagues only" in said(reply)
    with pytest.raises(FieldErrors) as refused:
        await company.submit(GUEST, "link", customer=customer, contact="main:c-2")
    assert "for colleagues only" in refused.value.errors["code"]
    assert await link_of(company) is None
    assert await audit(company) == []


async def test_who_may_not_see_addresses_is_offered_contacts_without_them(company: Company) -> None:
    form = form_of(await company.say("ben", "link B-1"))
    assert choices(form) == {"main:c-2": "Maya Okafor (80 %)"}


async def test_a_chosen_contact_is_the_customer_and_what_waited_is_written_there(company: Company) -> None:
    await resolved(company)
    assert crm_of(company).entries == {}
    answer = await submit(company, contact="main:c-2")
    assert "Maya Okafor is Maya Okafor in Tryton from now on" in answer
    assert "stays there" not in answer
    await company.work()
    assert [contact for contact, _ in crm_of(company).entries.values()] == ["c-2"]
    link = await link_of(company)
    assert link is not None
    assert (link.contact_id, link.how, link.url) == ("c-2", "linked by Ana Lima", "https://crm.example/c-2")
    assert [(each.by.name, each.via) for each in await audit(company)] == [("Ana Lima", "slack main: linked to c-2")]


async def test_another_contact_is_named_by_id_or_address_in_the_form_or_in_words(company: Company) -> None:
    await submit(company, code="c-3")
    assert await contact_of(company) == "c-3"
    await submit(company, code="mo@work.example")
    assert await contact_of(company) == "c-2"
    assert "from now on" in said(await company.say("ana", "link B-1 main:c-3"))
    assert await contact_of(company) == "c-3"
    assert "known already: linked by Ana Lima" in said(await company.say("ben", "link B-1 main:c-3"))


async def test_a_contact_that_is_not_there_is_refused_in_the_form_with_what_helps(company: Company) -> None:
    with pytest.raises(FieldErrors) as refused:
        await submit(company, code="c-9")
    assert list(refused.value.errors) == ["code"]
    assert "Tryton knows no contact “c-9”" in refused.value.errors["code"]
    with pytest.raises(FieldErrors, match="code"):
        await submit(company)
    assert await link_of(company) is None


async def test_a_crm_that_is_away_is_told_and_an_address_can_be_tried_later(company: Company) -> None:
    crm = crm_of(company)
    crm.asleep = True
    form = form_of(await company.say("ana", "link B-1"))
    assert field(form, "contact") is None
    code = field(form, "code")
    assert code is not None
    assert code.required
    assert any("Tryton has not answered in time" in str(block) for block in form.intro)
    with pytest.raises(FieldErrors) as refused:
        await submit(company, code="c-3")
    assert "has not answered" in refused.value.errors["code"]
    crm.asleep, crm.refuses = False, "we are not let in"
    form = form_of(await company.say("ana", "link B-1"))
    assert any("Tryton cannot be asked now: we are not let in" in str(block) for block in form.intro)


async def test_a_wrong_link_is_mended_and_what_was_written_stays_where_it_is(company: Company) -> None:
    await submit(company, contact="main:c-2")
    await resolved(company)
    form = form_of(await company.say("ben", "link B-1"))
    assert any("Now: Maya Okafor in Tryton, linked by Ana Lima" in str(block) for block in form.intro)
    assert choices(form)["main:none"] == "Nobody in Tryton: unlink"
    answer = await submit(company, "ben", code="c-3")
    assert "What was written to the earlier record, entries and names on networks, stays there." in answer
    await company.say("ana", "reopen B-1 it came back")
    await resolved(company)
    assert [contact for contact, _ in crm_of(company).entries.values()] == ["c-2", "c-3"]
    linked = [each.via for each in await audit(company) if "linked" in each.via]
    assert linked == ["slack main: linked to c-3", "slack main: linked to c-2"]


async def test_who_was_unlinked_is_nobody_there_until_somebody_links_them(company: Company) -> None:
    crm = crm_of(company)
    crm.contacts[0] = Contact("c-2", "Maya Okafor", emails=("maya@example.social",))
    crm.histories["c-2"] = ContactHistory(crm.contacts[0])
    await company.say("ana", "customer B-1")
    await company.work()
    assert await link_of(company) is not None, "found by itself"
    answer = await submit(company, contact="main:none")
    assert "Maya Okafor is nobody in Tryton from now on" in answer
    await resolved(company)
    assert crm.entries == {}
    assert "Nobody in Tryton, unlinked by Ana Lima" in said(await company.say("ben", "customer B-1"))
    assert "known already: unlinked by Ana Lima" in said(await company.say("ben", "link B-1 main:none"))
    await company.say("ben", "link B-1 main:c-2")
    await company.work()
    assert len(crm.entries) == 1
    assert "linked by Ben Roth" in said(await company.say("ben", "customer B-1"))


async def test_two_who_are_linked_to_one_contact_are_one_and_taking_the_link_back_parts_them(company: Company) -> None:
    await submit(company, number=2, code="c-3")
    await submit(company, number=1, code="c-3")
    await company.work()
    one, other = await customer_of(company, 1), await customer_of(company, 2)
    async with company.storage.reading() as uow:
        assert await uow.identities.root(one) == await uow.identities.root(other)
    await submit(company, number=1, contact="main:none")
    await company.work()
    async with company.storage.reading() as uow:
        assert await uow.identities.root(one) != await uow.identities.root(other)
    assert await contact_of(company, 1) is None
    assert await contact_of(company, 2) == "c-3"


async def test_what_the_crm_calls_them_is_what_the_customer_is(company: Company) -> None:
    async with company.storage.reading() as uow:
        customer = await uow.customers.get(await customer_of(company))
    assert customer is not None
    assert customer.kind == "person"
    await submit(company, code="c-3")
    assert "Maya Okafor · company" in said(await company.say("ana", "customer B-1"))
    crm_of(company).histories["c-3"] = ContactHistory(Contact("c-3", "Okafor Trading", "person"))
    company.clock.move(timedelta(minutes=2))
    await company.say("ana", "customer B-1")
    await company.crm_desk.close()
    assert "company" not in said(await company.say("ana", "customer B-1"))


async def test_of_several_crms_one_that_says_company_is_right(two_crms: Company) -> None:
    crm_of(two_crms, "shop").histories["c-3"] = ContactHistory(Contact("c-3", "Okafor Trading", "person"))
    await submit(two_crms, code="c-3", crm="main")
    await submit(two_crms, code="c-3", crm="shop")
    two_crms.clock.move(timedelta(minutes=2))
    for _ in range(2):
        assert "Maya Okafor · company" in said(await two_crms.say("ana", "customer B-1"))
        await two_crms.crm_desk.close()


async def test_in_one_of_several_crms(two_crms: Company) -> None:
    form = form_of(await two_crms.say("ana", "link B-1"))
    assert choices(form) == {
        "main:c-2": "Tryton (main): Maya Okafor, Acme, mo@work.example (80 %)",
        "shop:c-2": "Tryton (shop): Maya Okafor, Acme, mo@work.example (80 %)",
    }
    with pytest.raises(FieldErrors) as refused:
        await submit(two_crms, code="c-3")
    assert "In which CRM?" in refused.value.errors["code"]
    await submit(two_crms, code="c-3", crm="shop")
    assert await link_of(two_crms) is None
    assert await contact_of(two_crms, crm="shop") == "c-3"


async def test_without_a_crm_nobody_is_offered_and_what_can_be_linked_is_said(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    company = await founded(tmp_path_factory, company_with())
    answer = said(await company.say("ana", "link B-1"))
    assert "There is no CRM" in answer
    assert "link me" in answer
    card = (await company.say("ana", "customer B-1")).card
    assert card is not None
    assert not [each for each in buttons(card.blocks) if each.command == "link"]
    await company.storage.close()
