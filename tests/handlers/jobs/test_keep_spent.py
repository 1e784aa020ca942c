"""What a model cost today is in the store, whoever spent it."""

from __future__ import annotations

from handlers.jobs.keep_spent import KEY, KeepSpent
from integrations.ai.model.ledger import Ledger, read_spent
from storage import SqlStorage
from tests.fakes.clock import SetClock


async def test_a_restart_and_a_replica_know_what_was_spent(either_storage: SqlStorage, clock: SetClock) -> None:
    one, other = Ledger(100, 10_000, clock.now), Ledger(100, 10_000, clock.now)
    keeps = [KeepSpent(either_storage, ledger) for ledger in (one, other)]
    one.spend(100)
    other.spend(20)
    for keep in (*keeps, *keeps):
        await keep()
    async with either_storage.reading() as uow:
        spent = read_spent(await uow.setting(KEY))
    assert spent is not None
    assert (spent.requests, spent.tokens) == (2, 120)
    after = Ledger(100, 10_000, clock.now)
    await KeepSpent(either_storage, after)()
    assert (after.spent.requests, after.spent.tokens) == (2, 120)
