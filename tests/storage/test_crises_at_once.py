"""Who hears what belongs to a crisis and who acts on it at the same moment, on PostgreSQL: nobody waits in a circle."""

from __future__ import annotations

import asyncio

from bot.domain.policy import Policies
from handlers.events import FOLLOWS
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.storage.hearing import HEARD
from tests.storage.test_crises import proposed
from tests.storage.test_rollups import heard


async def test_who_writes_to_the_record_waits_for_nobody_who_waits_for_it(postgres_url: str, clock: SetClock) -> None:
    one, other = [
        await SqlStorage.connect(postgres_url, policies=Policies(), clock=clock, follows=FOLLOWS) for _ in range(2)
    ]
    try:
        first, second = await heard(one, 2)
        crisis = await proposed(one)
        async with one.writing() as hearing:
            await hearing.conversations.take(first)
            recording = asyncio.create_task(_record(other, crisis.number, first))
            await asyncio.sleep(0.3)
            assert not recording.done()
            assert await asyncio.wait_for(hearing.crises.add(crisis.number, [second], HEARD), 5) == 1
        assert await asyncio.wait_for(recording, 5) == 1
    finally:
        await one.close()
        await other.close()


async def _record(storage: SqlStorage, crisis: int, conversation: int) -> int:
    async with storage.writing() as uow:
        taken = await uow.crises.take(crisis)
        await uow.conversations.take(conversation)
        return taken.number
