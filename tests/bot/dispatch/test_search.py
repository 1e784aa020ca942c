"""Looking for customers and conversations while one types, and the card where something comes from."""

from __future__ import annotations

import pytest

from bot.commands import Origin
from tests.bot.views.plain import plain
from tests.handlers.company import FLOOR, GUEST, Company


@pytest.fixture
async def floor(company: Company) -> Company:
    """B-1 with Ana, B-2 urgent, B-3 calm."""
    await company.opened("hello there", "urgent! the stove caught fire", "bonjour")
    await company.say("ana", "claim B-1")
    return company


async def titles(company: Company, user: str, sought: str, query: str) -> list[str]:
    assert sought in {"customer", "conversation"}
    found = await company.dispatcher.search(company.people[user], sought, query)  # type: ignore[arg-type]
    return [each.title for each in found]


async def test_before_anything_is_typed_mine_come_first_then_the_floor(floor: Company) -> None:
    assert await titles(floor, "ana", "conversation", "") == [
        "B-1 · Customer0",
        "B-2 · Urgent · Customer1",
        "B-3 · Customer2",
    ]
    assert await titles(floor, "ana", "customer", "  ") == []


@pytest.mark.parametrize("query", ["B-2", "2", " b2 "])
async def test_a_conversation_is_found_by_its_ref(floor: Company, query: str) -> None:
    assert await titles(floor, "ben", "conversation", query) == ["B-2 · Urgent · Customer1"]


async def test_a_conversation_is_found_by_its_customer(floor: Company) -> None:
    assert "B-3 · Customer2" in await titles(floor, "ben", "conversation", "customer2")


async def test_nothing_is_found_for_what_is_not_there(floor: Company) -> None:
    assert await titles(floor, "ben", "conversation", "B-99") == []
    assert await titles(floor, "ben", "conversation", "zzzzzz") == []
    assert await titles(floor, "ben", "customer", "zzzzzz") == []


async def test_a_customer_is_found_by_name(floor: Company) -> None:
    assert (await titles(floor, "ben", "customer", "customer1"))[0] == "Customer1"


async def test_what_is_put_into_a_message_holds_nothing_of_the_record(floor: Company) -> None:
    found = await floor.dispatcher.search(floor.people["ben"], "conversation", "B-2")
    assert "stove" not in plain(found[0].card)
    assert "B-2" in plain(found[0].card)


async def test_a_guest_finds_nothing(floor: Company) -> None:
    assert await titles(floor, GUEST, "conversation", "") == []
    assert await titles(floor, GUEST, "customer", "customer1") == []


async def test_the_card_where_something_comes_from_shows_the_present_state(floor: Company) -> None:
    origin = Origin("slack", "T1", FLOOR, thread=await floor.thread(1))
    card = await floor.dispatcher.card_at(floor.people["ben"], origin)
    assert card is not None
    assert "Ana Lima (Support)" in plain(card)
    assert await floor.dispatcher.card_at(floor.people[GUEST], origin) is None
    assert await floor.dispatcher.card_at(floor.people["ben"], Origin("slack", "T1", FLOOR, thread="1.2")) is None
