"""Ideas from the side of the customers who ask: conversations that end as one, what the customer’s card says, who is forgotten."""

from __future__ import annotations

import pytest

from bot.ports import Asking
from tests.handlers.company import Company, said
from tests.handlers.ideas import asking, kinds


@pytest.fixture
async def asked(company: Company) -> Company:
    """B-1 asks for I-1; B-2 and B-3 do not yet."""
    await company.opened("would love a gift wrap option", "can you wrap gifts", "longer opening hours please")
    await company.say("ana", "idea B-1 gift wrap at checkout")
    return company


async def test_a_conversation_that_ends_as_an_idea_raises_it_or_joins_the_one_there_is(either_company: Company) -> None:
    company = either_company
    await company.opened("gift wrap please", "wrap my gift")
    await company.say("ana", "claim B-1")
    reply = said(await company.say("ana", "resolve B-1 idea | gift wrap at checkout | nothing"))
    assert "It is a new idea: I-1 · gift wrap at checkout." in reply
    await company.say("ana", "claim B-2")
    reply = said(await company.say("ana", "resolve B-2 idea | gift wrapping in the checkout | nothing"))
    assert "It asks for I-1 · gift wrap at checkout, which says nearly the same." in reply
    assert "[ Undo ]" in reply
    await company.press("ana", "idea", what="remove", idea="I-1", text="B-2")
    assert (await asking(company)).conversations == 1
    form = (await company.press("ana", "idea", what="raise", conversation="B-2")).form
    assert form is not None


async def test_what_asks_for_it_already_does_not_ask_again_when_it_ends(asked: Company) -> None:
    await asked.say("ana", "claim B-1")
    reply = said(await asked.say("ana", "resolve B-1 idea | gift wrap at checkout | nothing"))
    assert "It asks for I-1 · gift wrap at checkout already." in reply
    await asked.say("ana", "claim B-2")
    assert "new idea" not in said(await asked.say("ana", "resolve B-2 idea | … | nothing"))
    assert await kinds(asked) == ["raised"]


async def test_the_customers_card_says_what_they_asked_for_and_how_it_stands(asked: Company) -> None:
    await asked.say("ben", "idea I-1 plan")
    assert "Asked for  gift wrap at checkout (planned)" in said(await asked.say("ana", "customer B-1"))
    customer = (await asked.conversation(1)).customer_id
    shown = said(await asked.press("ana", "customer", id=customer, part="ideas"))
    assert "*I-1* · gift wrap at checkout · planned · B-1   [ Show ]" in shown
    async with asked.storage.reading() as uow:
        data = await uow.privacy.everything([customer])
    assert data["ideas"] == [
        {"idea": "I-1", "title": "gift wrap at checkout", "state": "planned", "conversations": ["B-1"], "told": []}
    ]


async def test_who_is_forgotten_is_an_asker_without_a_name(either_company: Company) -> None:
    company = either_company
    await company.opened("gift wrap please", "wrap my gift")
    await company.say("ana", "idea B-1 gift wrap")
    await company.say("ana", "idea I-1 B-2")
    await company.say("omar", "forget B-1 they asked")
    await company.work()
    [question] = company.platform.shown_in("D-rita")
    button = next(
        item for block in question.card.blocks for item in getattr(block, "items", ()) if item.command == "forget"
    )
    await company.press("rita", "forget", **button.args)
    await company.work()
    assert await asking(company) == Asking(2, 2, {"mastodon": 2})
    shown = said(await company.press("ben", "idea", what="list", idea="I-1"))
    assert "*B-1* · forgotten on request" in shown
    assert "Customer0" not in shown
