"""Tokens in the store: sealed, over restarts and changes of the secret; renewed by one process at a time, also after a kill -9."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Config
from bot.errors import PermanentError, RetriableError
from bot.ports import Storage
from bot.ports.tokens import Token
from handlers import token_keeper
from handlers.sealing import Seal
from handlers.token_keeper import LEASE, WHAT_FOR, StoredTokenKeeper
from integrations.tokens import Tokens
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.handlers.conftest import connect

SECRET, OTHER = b"a long secret of this installation", b"quite another secret of it"
TOKEN = Token(
    "access-4711",
    datetime(2026, 5, 1, tzinfo=UTC),
    "refresh-4711",
    datetime(2027, 3, 1, tzinfo=UTC),
    "ping:",
    datetime(2026, 3, 1, tzinfo=UTC),
)


def keeper(storage: Storage, clock: SetClock, *secrets: bytes) -> StoredTokenKeeper:
    async def store() -> Storage:
        return storage

    return StoredTokenKeeper(store, Seal(secrets or (SECRET,), WHAT_FOR), clock)


class TakenOnce:
    """A network that takes each refresh token once, and tells whoever brings one again that all is over."""

    def __init__(self) -> None:
        self.holds: str | None = None
        self.given = 0
        self.over = False

    async def renew(self, kept: str | None) -> Token:
        await asyncio.sleep(0.05)
        if kept != self.holds or self.over:
            self.over = True
            raise PermanentError("The refresh token was used before.")
        self.given += 1
        self.holds = f"refresh-{self.given}"
        return Token(f"access-{self.given}", None, self.holds)


async def test_a_token_comes_back_as_it_was_kept_and_its_text_is_nowhere_in_the_store(
    either_storage: SqlStorage, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine = keeper(either_storage, clock)
    assert await mine.kept("acme") is None
    await mine.keep("acme", TOKEN)
    assert await keeper(either_storage, clock).kept("acme") == TOKEN
    async with either_storage.reading() as uow:
        sealed = await uow.tokens.get("acme")
        assert sealed is not None
        assert "4711" not in str(sealed.sealed)
        assert await uow.setting("acme") is None
    assert "4711" not in caplog.text
    assert "4711" not in repr(TOKEN)


async def test_a_token_of_one_source_is_not_read_as_that_of_another(
    either_storage: SqlStorage, clock: SetClock
) -> None:
    mine = keeper(either_storage, clock)
    await mine.keep("acme", TOKEN)
    async with either_storage.writing() as uow:
        sealed = await uow.tokens.get("acme")
        assert sealed is not None
        await uow.tokens.keep("other", str(sealed.sealed), clock.now(), clock.now())
    assert await mine.kept("other") is None


async def test_while_the_secret_is_changed_tokens_are_read_and_sealed_anew(
    either_storage: SqlStorage, clock: SetClock
) -> None:
    await keeper(either_storage, clock).keep("acme", TOKEN)
    assert await keeper(either_storage, clock, OTHER, SECRET).kept("acme") == TOKEN
    assert await keeper(either_storage, clock, OTHER).kept("acme") == TOKEN
    assert await keeper(either_storage, clock, SECRET).kept("acme") is None


async def test_with_another_secret_it_is_as_if_nothing_were_kept_and_that_is_told(
    either_storage: SqlStorage, clock: SetClock
) -> None:
    await keeper(either_storage, clock).keep("acme", TOKEN)
    other = keeper(either_storage, clock, OTHER)
    assert await other.kept("acme") is None
    standing = await other.standing("acme")
    assert standing is not None
    assert standing.unreadable
    await other.keep("acme", TOKEN)
    standing = await other.standing("acme")
    assert standing is not None
    assert not standing.unreadable
    assert (standing.ends_at, standing.refresh_ends_at) == (TOKEN.ends_at, TOKEN.refresh_ends_at)
    assert await other.standing("nobody") is None


async def test_replicas_renew_a_refresh_token_that_is_taken_once_only_once(
    either_storage: SqlStorage, clock: SetClock
) -> None:
    network = TakenOnce()
    replicas = []
    for _ in range(6):
        tokens = Tokens("acme", "ping", now=clock.now)
        tokens.keeper = keeper(either_storage, clock)
        replicas.append(tokens)
    for turn in range(1, 4):
        refused = f"access-{turn - 1}"
        had = await asyncio.gather(*(each.get(network.renew, refused=refused) for each in replicas))
        assert set(had) == {f"access-{turn}"}
    assert not network.over


async def test_a_lease_of_a_process_that_was_killed_ends_by_itself_and_is_told_until_a_token_is_kept(
    either_storage: SqlStorage, clock: SetClock
) -> None:
    now, mine = clock.now(), keeper(either_storage, clock)
    async with either_storage.writing() as uow:
        assert await uow.tokens.lease("acme", "the dead", now, now + LEASE)

    async def next_one() -> None:
        async with mine.renewing("acme"):
            standing = await mine.standing("acme")
            assert standing is not None
            assert standing.cut_off_at is not None
            await mine.keep("acme", TOKEN)

    task = asyncio.create_task(next_one())
    await asyncio.sleep(0.5)
    assert not task.done()
    clock.move(LEASE)
    await asyncio.wait_for(task, 10)
    standing = await mine.standing("acme")
    assert standing is not None
    assert standing.cut_off_at is None


async def test_who_waits_too_long_for_another_may_try_again_later(
    either_storage: SqlStorage, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_keeper, "PATIENCE", 0.3)
    one, other = keeper(either_storage, clock), keeper(either_storage, clock)
    async with one.renewing("acme"), one.renewing("another source"):
        with pytest.raises(RetriableError, match="Another process"):
            async with other.renewing("acme"):
                pass
    async with other.renewing("acme"):
        pass


async def test_a_long_renewal_keeps_its_lease(
    either_storage: SqlStorage, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_keeper, "LONGER", 0.05)
    monkeypatch.setattr(token_keeper, "PATIENCE", 0.5)
    one, other = keeper(either_storage, clock), keeper(either_storage, clock)
    async with one.renewing("acme"):
        clock.move(LEASE * 0.9)
        await asyncio.sleep(0.3)
        clock.move(LEASE * 0.9)
        with pytest.raises(RetriableError):
            async with other.renewing("acme"):
                pass


async def test_a_failure_is_kept_over_restarts_with_the_words_of_the_network(
    either_storage: SqlStorage, clock: SetClock
) -> None:
    tokens = Tokens("acme", "ping", now=clock.now)
    tokens.keeper = keeper(either_storage, clock)
    network = TakenOnce()
    network.over = True
    with pytest.raises(PermanentError):
        await tokens.get(network.renew)
    standing = await keeper(either_storage, clock).standing("acme")
    assert standing is not None
    assert (standing.failure, standing.failed_at) == ("The refresh token was used before.", clock.now())


async def test_a_process_killed_before_it_kept_the_answer_leaves_the_one_before_and_says_so(
    sqlite: Sqlite, clock: SetClock, config: Config, tmp_path: Path
) -> None:
    url, log = await sqlite.fresh(), tmp_path / "given.jsonl"
    storage = await connect(url, clock, config)
    try:
        mine = keeper(storage, clock)
        await mine.keep("acme", TOKEN)
        arguments = (url, SECRET.decode(), clock.now().isoformat(), str(log))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.handlers.renewing_process"), *arguments
        )
        for _ in range(400):
            if log.exists():
                break
            await asyncio.sleep(0.05)
        process.kill()
        assert await process.wait() == -signal.SIGKILL
        assert json.loads(log.read_text()) == {"kept": "refresh-4711"}, "the network had answered"
        clock.move(LEASE + timedelta(seconds=1))
        async with mine.renewing("acme"):
            kept, standing = await mine.kept("acme"), await mine.standing("acme")
        assert kept == TOKEN
        assert standing is not None
        assert standing.cut_off_at == clock.now()
    finally:
        await storage.close()
