"""The whole customer: with what the CRMs know, for those who may see it, and for nobody from outside."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.cards import buttons
from bot.commands import Origin
from bot.config import Config
from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.post import Author
from bot.domain.record import Contact, ContactHistory
from bot.ports import ImportedCustomer
from handlers.events import likeness
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.crm import FakeCrm
from tests.handlers.company import FLOOR, GUEST, Company, post, said, staffed

MAIL = "maya@mail.example"
AUTHOR = Author(handle="maya@example.social", display_name="Maya Okafor", email=MAIL, followers=12_400)
IN_CRM = Contact("c-1", "Maya Okafor", url="https://crm.example/c-1", emails=(MAIL,), attributes={"income": "high"})
HISTORY = ContactHistory(
    IN_CRM,
    (Purchase("so-9", "A tent", None, 300.0, "EUR"),),
    1,
    (Ticket("77", "a torn seam", "open"), Ticket("8812", "crushed parcel", "closed")),
)
RULES: list[dict[str, Any]] = [
    {"fields": ["purchases", "attributes.income"], "departments": ["support"]},
    {"fields": ["email", "tier", "followers"], "roles": ["lead"]},
]


@dataclass
class Gated(FakeCrm):
    """Does not answer before its gate is open."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The history."""
        await self.gate.wait()
        return await super().history(contact_id)


@pytest.fixture
def config() -> Config:
    """One CRM, and fields for some."""
    return Config.model_validate(
        {"crm": {"main": {"kind": "tryton", "url": "https://crm.example"}}, "visibility": RULES}
    )


@pytest.fixture
async def company(storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """Maya wrote, is in the company's file, and in the CRM."""
    company = await Company(storage, clock, staffed(config)).staff()
    gated = Gated("main", contacts=[IN_CRM], histories={"c-1": HISTORY})
    gated.gate.set()
    company.crms["main"] = gated
    review = post("r-1", "Two stars from me", by=AUTHOR, network="trustpilot", rating=2, url="https://tp.example/1")
    await company.hear(post("p-1", "a crushed parcel", by=AUTHOR), review)
    imported = ImportedCustomer(
        "42", "Maya Okafor", (Identity("email", MAIL),), {"tier": "Gold", "city": "Lyon"},
        purchases=(Purchase("p1", "Trail 40", None, 129.0, "EUR"),), tickets=(Ticket("#8812", "crushed parcel", "open"),),
    )  # fmt: skip
    async with company.storage.writing() as uow:
        await uow.customers.bring([imported], clock.now())
        await likeness.ask(uow, uow.customers.newcomers())
    await company.work()
    return company


def gate(company: Company) -> asyncio.Event:
    crm = company.crms["main"]
    assert isinstance(crm, Gated)
    return crm.gate


async def test_what_the_crm_knows_stands_beside_what_baton_knows_once(company: Company) -> None:
    answer = said(await company.say("sam", "customer B-1"))
    for words in (
        "A tent, EUR 300",
        "Trail 40, EUR 129",
        "2 purchases, EUR 429 in all",
        "income: high",
        "77 a torn seam",
    ):
        assert words in answer
    assert answer.count("8812") == 1
    assert "Tryton answered in 0.1 s" in answer
    assert "Lately" in answer
    assert "Trustpilot, 2 Mar: “Two stars from me”" in answer


async def test_a_slow_crm_costs_its_part_alone_and_trying_again_is_quick(company: Company) -> None:
    gate(company).clear()
    company.crm_desk._within = 0.05
    reply = await company.say("sam", "customer B-1")
    assert "Trail 40" in said(reply)
    assert "A tent" not in said(reply)
    assert "Orders: Tryton has not answered in 0.1 s" in said(reply)
    assert reply.card is not None
    again = next(button for button in buttons(reply.card.blocks) if button.label == "Retry")
    gate(company).set()
    assert "A tent" in said(await company.press("sam", again.command, **again.args))


async def test_while_a_crm_is_slow_nothing_is_held_that_others_need(company: Company) -> None:
    gate(company).clear()
    company.crm_desk._within = 30
    looking = [asyncio.create_task(company.say("sam", f"customer B-{number}")) for number in (1, 2) for _ in range(10)]
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        assert "B-1" in said(await company.say("ana", "list"))
    gate(company).set()
    await asyncio.gather(*looking)


async def test_a_crm_that_fails_is_a_line(company: Company) -> None:
    crm = company.crms["main"]
    assert isinstance(crm, Gated)
    crm.refuses = "the password is wrong"
    answer = said(await company.say("sam", "customer B-1"))
    assert "Trail 40" in answer
    assert "Orders: Tryton cannot be read now: the password is wrong" in answer


async def test_fields_are_shown_to_those_they_are_for_and_the_rest_are_told(company: Company) -> None:
    lead_of_support, support, product = [
        said(await company.say(user, "customer B-1")) for user in ("sam", "ana", "ben")
    ]
    for words in ("Trail 40", "income: high", "Gold", MAIL, "12.4k followers"):
        assert words in lead_of_support
    assert "not shown" not in lead_of_support
    assert "Trail 40" in support
    assert "3 kinds of facts are not shown to Support." in support
    assert "5 kinds of facts are not shown to Product." in product
    for words in ("Trail 40", "A tent", "429", "high", "Gold", MAIL, "12.4k"):
        assert words not in product
    assert "8812 crushed parcel" in product


async def test_each_part_of_the_card_has_the_same_limits(company: Company) -> None:
    whole = await company.say("ben", "customer B-1")
    assert whole.card is not None
    parts = [button for button in buttons(whole.card.blocks) if "part" in button.args]
    assert [button.label for button in parts] == ["Conversations", "Posts"]
    for button in parts:
        answer = said(await company.press("ben", button.command, **button.args))
        assert answer.startswith("(Maya Okafor: 2")
        assert MAIL not in answer


async def test_what_a_channel_reads_shows_nothing_that_is_for_some(company: Company) -> None:
    for answer in (
        await company.card(1),
        said(await company.say("sam", "show B-1")),
        said(await company.say("sam", "list")),
    ):
        assert "Maya Okafor" in answer
        for words in ("Gold", "12.4k", MAIL):
            assert words not in answer


async def test_whose_only_name_is_a_hidden_address_is_somebody(company: Company) -> None:
    stranger = Author(handle="tom@mail.example")
    await company.hear(post("m-1", "where is my parcel?", by=stranger, network="email"))
    await company.work()
    for answer in (
        await company.card(3),
        said(await company.say("ben", "list")),
        said(await company.say("ben", "show B-3")),
    ):
        assert "Somebody" in answer
        assert "tom@mail.example" not in answer
    assert "tom@mail.example" in said(await company.say("sam", "customer B-3"))
    assert "tom@mail.example" not in said(await company.say("ben", "customer B-3"))


async def test_a_search_tells_of_addresses_only_those_who_may_see_them(company: Company) -> None:
    found = [await company.dispatcher.search(company.people[user], "customer", MAIL) for user in ("sam", "ben")]
    assert [(each.title, each.detail) for of_user in found for each in of_user] == [
        ("Maya Okafor", f"e-mail {MAIL}"),
        ("Maya Okafor", "e-mail"),
    ]
    assert all(MAIL not in plain(each.card) for of_user in found for each in of_user)


async def test_the_home_page_leads_to_the_same_record(company: Company) -> None:
    home = await company.dispatcher.home(company.people["sam"], Origin("slack", "T1", by="button"))
    find = next(button for button in buttons(home.blocks) if button.command == "customer")
    form = (await company.press("sam", find.command, **find.args)).form
    assert form is not None
    typed = said(await company.say("sam", "customer Maya Okafor"))
    shown = said(await company.submit("sam", form.command, query="Maya Okafor"))
    assert shown.replace("as of 10:00", "answered in 0.1 s") == typed


async def test_the_card_that_a_search_puts_into_a_message_leads_to_the_same_record(company: Company) -> None:
    [found] = await company.dispatcher.search(company.people["sam"], "customer", "Maya Okafor")
    [button] = buttons(found.card.blocks)
    typed = said(await company.say("sam", "customer B-1"))
    shown = said(await company.press("sam", button.command, **button.args))
    assert shown.replace("as of 10:00", "answered in 0.1 s") == typed


async def trail(company: Company) -> list[tuple[str, str]]:
    customer = (await company.conversation()).customer_id
    async with company.storage.reading() as uow:
        return [(each.by.name, each.via) for each in await uow.customers.lookups(customer)]


async def test_every_look_is_in_the_trail_and_a_search_that_tells_more_than_a_name_once_a_day(company: Company) -> None:
    await company.dispatcher.search(company.people["ben"], "customer", "Maya")
    assert await trail(company) == []
    for query in ("@maya@example.s", "@maya@example.social", "@maya@example.social"):
        await company.dispatcher.search(company.people["ben"], "customer", query)
    assert await trail(company) == [("Ben Roth", "search")]
    await company.say("ana", "customer B-1")
    assert await trail(company) == [("Ana Lima", "slack"), ("Ben Roth", "search")]


@pytest.mark.parametrize("way", ["typed", "pressed", "part", "form", "home", "search", "conversations", "card"])
async def test_a_guest_gets_nothing_of_a_customer_on_any_way(company: Company, way: str) -> None:
    customer, guest = (await company.conversation()).customer_id, company.people[GUEST]
    match way:
        case "typed":
            answer = said(await company.say(GUEST, "customer Maya Okafor"))
        case "pressed":
            answer = said(await company.press(GUEST, "customer", id=customer))
        case "part":
            answer = said(await company.press(GUEST, "customer", id=customer, part="posts"))
        case "form":
            answer = said(await company.press(GUEST, "customer"))
        case "home":
            answer = plain(await company.dispatcher.home(guest, Origin("slack", "T1", by="button")))
        case "search":
            answer = str(await company.dispatcher.search(guest, "customer", "Maya"))
        case "conversations":
            answer = str(await company.dispatcher.search(guest, "conversation", "Maya"))
        case _:
            at = Origin("slack", "T1", FLOOR, thread=await company.thread(1))
            answer = str(await company.dispatcher.card_at(guest, at))
    for words in ("Maya", "crushed", "Gold", MAIL, "Trail"):
        assert words not in answer
    assert await trail(company) == []
    assert company.crms["main"].calls == 0  # type: ignore[attr-defined]
