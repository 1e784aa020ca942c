"""What came of a conversation is written to the customer's record, once for each time it was resolved."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from bot.domain.customer import PastConversation
from tests.handlers.company import Company


async def past(company: Company) -> list[PastConversation]:
    async with company.storage.reading() as uow:
        conversation = await uow.conversations.get(1)
        assert conversation is not None
        record = await uow.customers.record(conversation.customer_id)
    assert record is not None
    return [one for one in record.conversations if one.outcome]


async def logged(company: Company) -> int:
    """How many entries the record has."""
    async with company.storage.database.reading() as connection:
        return int((await connection.all(text("SELECT count(*) FROM outcomes"), {}))[0][0])


async def resolve(company: Company, words: str = "fixed | parcels that arrive whole | carrier switched back") -> None:
    await company.say("ana", "claim B-1")
    await company.say("ana", f"resolve B-1 {words}")


async def test_an_outcome_is_on_the_customers_record(either_company: Company) -> None:
    company = either_company
    await company.opened("third parcel that arrives crushed")
    await company.say("lena", "note B-1 we know the carrier")
    await resolve(company)
    await company.work()
    [entry] = await past(company)
    assert (entry.outcome, entry.wanted, entry.changed) == (
        "fixed",
        "parcels that arrive whole",
        "carrier switched back",
    )
    assert entry.who == "Ana Lima"
    assert entry.departments == ("logistics", "support")
    assert await logged(company) == 1


async def test_resolving_again_after_reopening_is_a_second_entry(company: Company) -> None:
    await company.opened()
    await resolve(company)
    await company.work()
    company.clock.move(timedelta(hours=1))
    await company.say("ben", "reopen B-1 it came back")
    await company.work()
    assert await logged(company) == 1
    await resolve(company, "answered | to be heard | nothing")
    await company.work()
    assert await logged(company) == 2
