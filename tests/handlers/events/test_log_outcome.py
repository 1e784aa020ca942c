"""What came of a conversation is written to the customer's record, once for each time it was resolved."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from bot.domain.customer import Customer, PastConversation
from bot.errors import RetriableError
from bot.ports import Crm, Storage
from handlers.events.log_outcome import OutcomeLogger
from integrations.crm.own import OwnRecord
from tests.handlers.company import Company
from tests.handlers.outbox import Hands


class FailingCrm(Crm):
    """Writes to Baton's own record, but fails before or after it so many times."""

    name = "failing"

    def __init__(self, storage: Storage, before: int = 0, after: int = 0) -> None:
        self._own = OwnRecord(storage)
        self.before = before
        self.after = after
        self.calls = 0

    async def log(self, customer: Customer, past: PastConversation, key: str) -> None:
        self.calls += 1
        if self.before:
            self.before -= 1
            raise RetriableError("the CRM is down")
        await self._own.log(customer, past, key)
        if self.after:
            self.after -= 1
            raise RetriableError("the answer was lost")


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


async def test_a_crm_that_is_down_gets_it_when_it_is_up_again(company: Company) -> None:
    await company.opened()
    await resolve(company)
    crm = FailingCrm(company.storage, before=2)
    hands = Hands(
        company.storage.database,
        {**company.handlers, "log_outcome": OutcomeLogger(company.storage, crm)},
        company.clock,
    )
    for _ in range(5):
        await hands.drain()
        company.clock.move(timedelta(minutes=10))
    assert crm.calls == 3
    assert await logged(company) == 1


async def test_an_entry_whose_answer_was_lost_is_written_once(company: Company) -> None:
    await company.opened()
    await resolve(company)
    crm = FailingCrm(company.storage, after=1)
    hands = Hands(
        company.storage.database,
        {**company.handlers, "log_outcome": OutcomeLogger(company.storage, crm)},
        company.clock,
    )
    for _ in range(3):
        await hands.drain()
        company.clock.move(timedelta(minutes=10))
    assert crm.calls == 2
    assert await logged(company) == 1
