"""Several replicas on PostgreSQL hear, act, unroll and end at the same moment: nothing stays in a rollup that has ended,
and nobody waits for somebody who waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain import life
from bot.domain.policy import Policies
from handlers.events import FOLLOWS
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.storage.hearing import HEARD, act
from tests.storage.test_rollups import get, heard, rolled, tallies

SOON = 0.3
"""Seconds in which whoever waits for nobody is done."""


@pytest.fixture
async def replicas(postgres_url: str, clock: SetClock) -> AsyncIterator[tuple[SqlStorage, SqlStorage]]:
    """Two of them, with what follows from changes."""
    one, other = [
        await SqlStorage.connect(postgres_url, policies=Policies(), clock=clock, follows=FOLLOWS) for _ in range(2)
    ]
    yield one, other
    await one.close()
    await other.close()


async def claim(storage: SqlStorage, number: int) -> None:
    async with storage.writing() as uow:
        c = await uow.conversations.take(number)
        await uow.conversations.save(c, life.claim(c, act(), Policies()))


async def test_who_ends_it_waits_for_who_adds_to_it_just_now(replicas: tuple[SqlStorage, SqlStorage]) -> None:
    one, other = replicas
    [late] = await heard(one, 1)
    rollup = await rolled(one, [])
    async with one.writing() as uow:
        assert [each.id for each in await uow.rollups.open(staying=True)] == [rollup.id]
        ending = asyncio.create_task(_end(other, rollup.id))
        await asyncio.sleep(SOON)
        assert not ending.done()
        await uow.rollups.roll(rollup, [late])
    assert not await ending, "what was added meanwhile is seen"
    assert (await get(one, rollup)).ended_at is None
    assert (await tallies(one, rollup)).conversations == 1


async def test_who_adds_while_it_ends_begins_another(replicas: tuple[SqlStorage, SqlStorage]) -> None:
    one, other = replicas
    [late] = await heard(one, 1)
    rollup = await rolled(one, [])
    async with one.writing() as uow:
        assert await uow.rollups.end(rollup, HEARD)
        adding = asyncio.create_task(rolled(other, [late]))
        await asyncio.sleep(SOON)
        assert not adding.done()
    assert (await adding).id != rollup.id
    assert (await tallies(one, await adding)).conversations == 1


async def _end(storage: SqlStorage, rollup_id: str) -> bool:
    async with storage.writing() as uow:
        rollup = await uow.rollups.get(rollup_id)
        assert rollup is not None
        return await uow.rollups.end(rollup, HEARD)


async def test_who_claims_one_does_not_wait_for_those_who_hear(replicas: tuple[SqlStorage, SqlStorage]) -> None:
    one, other = replicas
    first, second, third = await heard(one, 3)
    rollup = await rolled(one, [first, second])
    async with one.writing() as uow:
        await uow.rollups.open(staying=True)
        await asyncio.wait_for(claim(other, first), 2)
        # Both take what they change before what shows it, so that neither waits for the other in a circle.
        await uow.conversations.take(second)
        await uow.rollups.roll(rollup, [third])
    assert (await tallies(one, rollup)).conversations == 2
    assert (await get(one, rollup)).unrolled == 1


async def test_all_at_once_leave_everything_with_a_card_and_every_rollup_ended(
    replicas: tuple[SqlStorage, SqlStorage],
) -> None:
    numbers = await heard(replicas[0], 60)
    rollup = await rolled(replicas[0], numbers)

    async def unroll(storage: SqlStorage) -> None:
        for _ in range(12):
            async with storage.writing() as uow:
                current = await uow.rollups.get(rollup.id)
                assert current is not None
                await uow.rollups.unroll(current, 5)

    async def claims(storage: SqlStorage, theirs: list[int]) -> None:
        for number in theirs:
            await claim(storage, number)

    one, other = replicas
    await asyncio.wait_for(
        asyncio.gather(unroll(one), unroll(other), claims(one, numbers[::7]), claims(other, numbers[3::7])), 30
    )
    assert (await tallies(one, rollup)).conversations == 0
    assert (await get(one, rollup)).unrolled == 60, "each left once"
    assert sorted(await asyncio.gather(_end(one, rollup.id), _end(other, rollup.id))) == [False, True]
    async with one.reading() as uow:
        assert await uow.rollups.open() == []
        postings = [await uow.postings.of(number) for number in numbers]
    assert all(len(each) == 1 and each[0].rollup is None for each in postings)
