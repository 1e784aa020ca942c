"""Who may look at the web page; its key, and the sessions that were ended."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.config import Config
from bot.ports import Account, Profile
from handlers.visitors import MOST_ENDED, KnownVisitors
from storage import SqlStorage, StoredDirectory
from tests.fakes.clock import SetClock

SECRET = b"a long secret of this installation"


@pytest.fixture
def directory(either_storage: SqlStorage, config: Config, clock: SetClock) -> StoredDirectory:
    return StoredDirectory(either_storage.database, config, clock)


def visitors(
    storage: SqlStorage, directory: StoredDirectory, clock: SetClock, secret: bytes | None = None
) -> KnownVisitors:
    return KnownVisitors(storage, directory, clock, secret)


async def test_colleagues_come_in_and_nobody_else(
    either_storage: SqlStorage, directory: StoredDirectory, clock: SetClock
) -> None:
    here = visitors(either_storage, directory, clock)
    ana = await directory.meet(Profile(Account("slack", "T1", "U1"), "Ana"))
    await directory.meet(Profile(Account("slack", "T1", "U2"), "Guest", outsider=True))
    assert await here.let_in("slack", ("T1",), "U1") == ana
    assert await here.let_in("slack", ("T0", "T1"), "U1") == ana, "also under the enterprise's id"
    for platform, team, user in (
        ("slack", "T1", "U2"),
        ("slack", "T1", "U3"),
        ("slack", "T2", "U1"),
        ("teams", "T1", "U1"),
    ):
        assert await here.let_in(platform, (team,), user) is None
    await directory.meet(Profile(Account("slack", "T1", "U1"), "Ana", outsider=True))
    assert await here.let_in("slack", ("T1",), "U1") is None, "whose account was closed is out at once"


async def test_the_key_is_made_of_the_secret_or_kept_and_the_same_for_all(
    either_storage: SqlStorage, directory: StoredDirectory, clock: SetClock
) -> None:
    of_secret = await visitors(either_storage, directory, clock, SECRET).key()
    assert of_secret == await visitors(either_storage, directory, clock, SECRET).key()
    assert len(of_secret) == 32
    assert SECRET not in of_secret
    kept = await asyncio.gather(*(visitors(either_storage, directory, clock).key() for _ in range(4)))
    assert len(set(kept)) == 1
    assert len(kept[0]) == 32
    assert kept[0] != of_secret


async def test_sessions_that_were_ended_stay_so_for_as_long_as_they_would_have_lasted(
    either_storage: SqlStorage, directory: StoredDirectory, clock: SetClock
) -> None:
    here, other = (visitors(either_storage, directory, clock) for _ in range(2))
    assert not await here.is_over("one")
    await here.sign_out("one", clock.now() + timedelta(hours=8))
    assert await other.is_over("one")
    clock.move(timedelta(hours=9))
    await other.sign_out("two", clock.now() + timedelta(hours=8))
    assert not await here.is_over("one"), "its cookie is worth nothing by itself"
    assert await here.is_over("two")


async def test_many_who_sign_out_at_once_are_all_out(
    either_storage: SqlStorage, directory: StoredDirectory, clock: SetClock
) -> None:
    here = visitors(either_storage, directory, clock)
    for at in range(30):
        await here.sign_out(f"s{at}", clock.now() + timedelta(hours=8))
    assert all([await here.is_over(f"s{at}") for at in range(30)])
    assert MOST_ENDED > 1_000
