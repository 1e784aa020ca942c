"""Dead letters and what an operator does with the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.patience import Dead
from storage.taking import Ended
from tests.storage.hands import Hands, names, put, work
from tests.storage.passing_time import PassingTime


@pytest.fixture
def hands(database: Database, time: PassingTime) -> Hands:
    return Hands(database, time)


@pytest.fixture
def desk(database: Database, time: PassingTime) -> OutboxDesk:
    return OutboxDesk(database, time)


async def test_dead_letters_say_what_and_why_and_can_be_replayed(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    await put(database, time, work("a", key="crm"), work("b", kind="reply"))
    ended = [Ended(held, Dead(f"refused {held.taken.work.kind}")) for held in await hands.take()]
    await hands.turn(*ended)
    await time.passes(60)
    letters = {letter.kind: letter for letter in await desk.dead()}
    assert letters["card"].error == "refused card"
    assert letters["card"].key == "crm"
    assert letters["card"].payload == {"name": "a"}
    assert timedelta(seconds=59) < letters["reply"].age < timedelta(seconds=90)
    assert await desk.replay([letters["card"].id, 999_999]) == 1
    [held] = await hands.take()
    assert (held.taken.attempt, held.tries) == (2, 1)
    assert await desk.replay() == 1
    assert await desk.replay() == 0


async def test_replay_does_not_double_what_is_pending(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    for _ in range(2):
        await put(database, time, work("a", dedup="p"))
        [held] = await hands.take()
        await hands.turn(Ended(held, Dead("no")))
    await put(database, time, work("a", dedup="p"))
    assert await desk.replay() == 2
    [held] = await hands.take()
    assert held.taken.attempt == 2
    assert await desk.pending() == 1


async def test_purge_deletes_what_was_done_long_ago_and_keeps_once_for_longer(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    tick = work("tick", once="cron:1")
    await put(database, time, tick, *(work(str(n), key="s") for n in range(3)), work("dead"))
    taken = await hands.take()
    await hands.turn(*(Ended(held, Dead("no") if names([held]) == ["dead"] else None) for held in taken))
    await time.passes(3600)
    assert await desk.purge(time.now() - timedelta(hours=2)) == 0
    assert await desk.purge(time.now() - timedelta(minutes=30)) == 1
    await put(database, time, tick)
    assert await desk.counts() == {"card": {"done": 1, "dead": 1, "leased": 1, "ready": 1}}
    assert await desk.purge(time.now(), once_before=time.now()) == 1
