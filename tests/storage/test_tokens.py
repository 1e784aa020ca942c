"""The tokens of sources: kept sealed, and renewed by whoever has the lease, which ends by itself."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.ports.tokens import SealedToken
from storage import SqlStorage
from tests.fakes.clock import SetClock

MINUTE = timedelta(minutes=1)


async def lease(storage: SqlStorage, by: str, now: datetime) -> bool:
    async with storage.writing() as uow:
        return await uow.tokens.lease("acme", by, now, now + MINUTE)


async def keep(storage: SqlStorage, sealed: str, since: datetime, at: datetime) -> bool:
    async with storage.writing() as uow:
        return await uow.tokens.keep("acme", sealed, since, at)


async def got(storage: SqlStorage, source: str = "acme") -> SealedToken | None:
    async with storage.reading() as uow:
        return await uow.tokens.get(source)


async def test_of_many_who_want_to_renew_one_may(storage: SqlStorage, clock: SetClock) -> None:
    now = clock.now()
    assert sum(await asyncio.gather(*(lease(storage, f"replica {n}", now) for n in range(6)))) == 1


async def test_a_lease_is_given_back_or_ends_by_itself_and_then_says_so(storage: SqlStorage, clock: SetClock) -> None:
    now = clock.now()
    assert await lease(storage, "a", now)
    assert not await lease(storage, "b", now)
    async with storage.writing() as uow:
        await uow.tokens.release("acme", "b")
    assert not await lease(storage, "b", now), "only its holder gives it back"
    async with storage.writing() as uow:
        await uow.tokens.release("acme", "a")
    assert await lease(storage, "b", now)
    assert await got(storage) == SealedToken(None)
    async with storage.writing() as uow:
        await uow.tokens.extend("acme", "b", now + 2 * MINUTE)
    assert not await lease(storage, "c", now + MINUTE)
    assert await lease(storage, "c", now + 2 * MINUTE)
    assert await got(storage) == SealedToken(None, cut_off_at=now + 2 * MINUTE)


async def test_what_is_kept_replaces_what_was_and_ends_every_complaint(storage: SqlStorage, clock: SetClock) -> None:
    now = clock.now()
    assert await got(storage) is None
    assert await keep(storage, "one", now, now)
    async with storage.writing() as uow:
        await uow.tokens.failed("acme", "It was revoked.", now)
    assert await got(storage) == SealedToken("one", failure="It was revoked.", failed_at=now)
    assert await keep(storage, "two", now, now + MINUTE)
    assert await got(storage) == SealedToken("two")
    assert await got(storage, "other") is None


async def test_who_was_asleep_does_not_replace_a_later_token(storage: SqlStorage, clock: SetClock) -> None:
    now = clock.now()
    assert await keep(storage, "later", now, now + MINUTE)
    assert not await keep(storage, "earlier", now, now + 2 * MINUTE)
    assert await got(storage) == SealedToken("later")


async def test_a_failure_before_any_token_is_kept_too_and_all_of_it_can_be_dropped(
    storage: SqlStorage, clock: SetClock
) -> None:
    async with storage.writing() as uow:
        await uow.tokens.failed("acme", "No.", clock.now())
    assert await got(storage) == SealedToken(None, failure="No.", failed_at=clock.now())
    for there in (True, False):
        async with storage.writing() as uow:
            assert await uow.tokens.forget("acme") is there


def test_what_is_kept_shows_in_no_traceback() -> None:
    assert "sealed words" not in repr(SealedToken("sealed words"))
