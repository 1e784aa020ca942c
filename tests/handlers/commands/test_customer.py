"""`customer`: who this is and everything we know, found however people remember them; each look-up leaves a trace."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.cards import Paragraph
from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.post import Author
from bot.ports import ImportedCustomer
from tests.handlers.company import GUEST, Company, post, said

MAYA = Author(handle="@maya@example.social", display_name="Maya Okafor", email="maya@mail.example", followers=12_400)


@pytest.fixture
async def known(either_company: Company) -> Company:
    """Maya wrote twice and is in the company's own list; a Mia and two Smiths are there as well."""
    company = either_company
    await company.hear(
        post("a", "third parcel that arrives crushed", by=MAYA),
        post("b", "and now the app is down", by=MAYA),
        post("c", by=Author(handle="mia", display_name="Mia Brandt")),
        post("d", by=Author(handle="js1", display_name="John Smith")),
        post("e", by=Author(handle="js2", display_name="John Smith")),
    )
    imported = ImportedCustomer(
        key="42",
        name="Maya Okafor",
        identities=(Identity("mastodon", "maya@example.social"), Identity("phone", "+49 1511 2345678")),
        attributes={"tier": "Gold", "city": "Lyon"},
        purchases=(Purchase("p1", "Trail 40 backpack", amount=129.0, currency="EUR"),),
        tickets=(Ticket("#8812", "crushed parcel", "closed"),),
    )
    async with company.storage.writing() as uow:
        await uow.customers.bring([imported], company.clock.now())
    return company


async def looked_up(company: Company) -> list[tuple[str, str]]:
    """The audit trail: who looked up whom."""
    statement = "SELECT l.by_name, c.name FROM lookups l JOIN customers c ON c.id = l.customer_id ORDER BY l.id"
    async with company.storage.database.reading() as connection:
        return [(row[0], row[1]) for row in await connection.all(text(statement), {})]


@pytest.mark.parametrize(
    "query",
    [
        "B-1",
        "1",
        "@maya@example.social",
        "maya@example.social",
        "maya@mail.example",
        "Maya Okafor",
        "maya okafro",
        "+49 1511 2345678",
        "4915112345678",
        "004915112345678",
        "Okafor",
    ],
)
async def test_a_customer_is_found_however_people_remember_them(known: Company, query: str) -> None:
    answer = said(await known.say("ana", f"customer {query}"))
    for words in (
        "# Maya Okafor · Gold",
        "Lyon",
        "Trail 40 backpack, EUR 129",
        "#8812 crushed parcel",
        "2 conversations",
    ):
        assert words in answer
    assert await looked_up(known) == [("Ana Lima", "Maya Okafor")]


async def test_the_card_shows_what_came_of_earlier_conversations(known: Company) -> None:
    await known.say("ana", "claim B-1")
    await known.say("ana", "resolve B-1 fixed | parcels that arrive whole | carrier switched back")
    await known.work()
    answer = said(await known.say("ben", "customer B-2"))
    assert "B-1 Fixed" in answer
    assert "wanted: parcels that arrive whole" in answer
    assert "*B-2* on the floor" in answer


async def test_where_several_may_be_meant_they_are_offered(known: Company) -> None:
    reply = await known.say("ana", "customer John Smith")
    assert "Who do you mean by “John Smith”?" in said(reply)
    assert reply.card is not None
    buttons = [b.beside for b in reply.card.blocks if isinstance(b, Paragraph) and b.beside is not None]
    assert len(buttons) == 2
    offered = [("Ana Lima", "John Smith")] * 2
    assert await looked_up(known) == offered, "what tells them apart is more than their name"
    shown = said(await known.press("ana", buttons[1].command, **buttons[1].args))
    assert "# John Smith" in shown
    assert await looked_up(known) == [*offered, ("Ana Lima", "John Smith")]


async def test_somebody_unknown_is_said_to_be_unknown(known: Company) -> None:
    answer = said(await known.say("ana", "customer zebulon@nowhere.example"))
    assert "I know nobody called “zebulon@nowhere.example”." in answer
    assert await looked_up(known) == []


async def test_a_bare_look_up_asks_whom_and_in_a_thread_it_knows(known: Company) -> None:
    form = (await known.say("ana", "customer")).form
    assert form is not None
    assert form.submit == "Look up"
    assert "# Maya Okafor" in said(await known.submit("ana", "customer", query="Maya Okafor"))
    assert "# Maya Okafor" in said(await known.submit("ana", "customer", query="B-2"))
    await known.work()
    assert "# Maya Okafor" in said(await known.say("ana", "customer", thread=await known.thread(1)))
    assert "# Mia Brandt" in said(await known.say("ana", "customer Mia Brandt", thread=await known.thread(1)))


async def test_the_short_slash_and_the_button_do_the_same(known: Company) -> None:
    typed = said(await known.say("ana", "B-1", verb="customer"))
    assert typed == said(await known.press("ana", "customer", conversation="B-1"))


async def test_a_guests_look_up_shows_nothing_and_leaves_no_trace(known: Company) -> None:
    assert "colleagues only" in said(await known.say(GUEST, "customer Maya Okafor"))
    assert await looked_up(known) == []
