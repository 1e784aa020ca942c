"""Keeps the tokens of sources in the store, sealed; one process at a time renews one.

Some networks take a refresh token once and answer with the next. So nobody asks who could not keep the answer (the lease is
written first), nobody is told to end in the middle of it (`integrations.tokens`), and two never ask at once. What remains is
a process that is killed between the network's answer and our commit: the answer is gone. The next one tries the token that is
kept, since many networks still take it for some minutes (https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2), and where
it is refused, `doctor` says what happened and how to allow the source anew.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.errors import ConflictError, RetriableError
from bot.ports import Clock, Source, Storage, UnitOfWork
from bot.ports.tokens import Token, TokenKeeper, TokenStanding
from bot.speech import say
from handlers.sealing import Seal

WHAT_FOR = b"baton: tokens of sources"

LEASE, LONGER = timedelta(seconds=60), 20.0
"""So long a process that was killed keeps others from renewing; one that lives asks for more every so many seconds."""

PATIENCE, AGAIN = 90.0, 0.2
"""Seconds that one waits for another who renews, and between two looks."""

TRIES = 5

_log = structlog.get_logger("baton.tokens")
_Found = TypeVar("_Found")


def keep_tokens(
    sources: Iterable[Source],
    store: Callable[[], Awaitable[Storage]],
    installation: Callable[[], Sequence[bytes]],
    clock: Clock,
) -> None:
    """Have the tokens of these sources kept, with the secrets of the installation; without one they end with the process."""
    with_tokens = [source.tokens for source in sources if source.tokens is not None and source.tokens.used]
    if with_tokens and (seal := Seal(installation(), WHAT_FOR)):
        keeper = StoredTokenKeeper(store, seal, clock)
        for tokens in with_tokens:
            tokens.keeper = keeper


@dataclass(slots=True)
class _Turn:
    """Who renews, and since when."""

    by: str
    since: datetime


class StoredTokenKeeper(TokenKeeper):
    """See `bot.ports.tokens.TokenKeeper`. `store` opens the store where it is first needed."""

    def __init__(self, store: Callable[[], Awaitable[Storage]], seal: Seal, clock: Clock) -> None:
        self._store = store
        self._seal = seal
        self._clock = clock
        self._here: dict[str, asyncio.Lock] = {}
        self._turns: dict[str, _Turn] = {}

    @asynccontextmanager
    async def renewing(self, source: str) -> AsyncIterator[None]:
        """By a lease that is committed before anybody is asked; a database that takes no writes loses no token."""
        async with self._here.setdefault(source, asyncio.Lock()):
            turn = await self._leased(source)
            self._turns[source] = turn
            longer = asyncio.create_task(self._lengthen(source, turn.by))
            try:
                yield
            finally:
                longer.cancel()
                with suppress(asyncio.CancelledError):
                    await longer
                del self._turns[source]
                await self._write(lambda uow: uow.tokens.release(source, turn.by))

    async def kept(self, source: str) -> Token | None:
        """The token, where it can be read. One that was sealed with an older secret is sealed anew."""
        sealed = await self._sealed(source)
        opened = self._seal.open(sealed, source)
        if opened is None:
            return None
        if not opened.present:
            again = self._seal.seal(opened.text, source)
            await self._write(lambda uow: uow.tokens.replace(source, sealed, again))
        return _read(opened.text)

    async def keep(self, source: str, token: Token) -> None:
        """Seal and keep it. Of one who was asleep for longer than the lease, a later token is left alone."""
        now, turn = self._clock.now(), self._turns.get(source)
        since = turn.since if turn is not None else now
        sealed = self._seal.seal(_write(token), source)
        if not await self._write(lambda uow: uow.tokens.keep(source, sealed, since, now)):
            _log.warning("token_not_kept", source=source, why="another process kept a later one meanwhile")

    async def failed(self, source: str, why: str) -> None:
        """Kept for `doctor`, with the network's words."""
        await self._write(lambda uow: uow.tokens.failed(source, why[:1_000], self._clock.now()))

    async def standing(self, source: str) -> TokenStanding | None:
        """What is known of it, without it."""
        storage = await self._store()
        async with storage.reading() as uow:
            kept = await uow.tokens.get(source)
        if kept is None:
            return None
        opened = self._seal.open(kept.sealed, source) if kept.sealed is not None else None
        token = _read(opened.text) if opened is not None else None
        return TokenStanding(
            ends_at=token.ends_at if token is not None else None,
            refresh_ends_at=token.refresh_ends_at if token is not None else None,
            alone=token is not None and token.refresh is None,
            unreadable=kept.sealed is not None and opened is None,
            failure=kept.failure,
            failed_at=kept.failed_at,
            cut_off_at=kept.cut_off_at,
        )

    async def _sealed(self, source: str) -> str:
        storage = await self._store()
        async with storage.reading() as uow:
            kept = await uow.tokens.get(source)
        return (kept.sealed if kept is not None else None) or ""

    async def _leased(self, source: str) -> _Turn:
        by, loop = secrets.token_hex(8), asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while loop.time() < until:
            now = self._clock.now()
            if await self._write(lambda uow: uow.tokens.lease(source, by, now, now + LEASE)):  # noqa: B023 - called at once
                return _Turn(by, now)
            await asyncio.sleep(AGAIN * random.uniform(0.5, 1.5))
        raise RetriableError(say("Another process is renewing the access token of {source}.", source=source), AGAIN)

    async def _lengthen(self, source: str, by: str) -> None:
        while True:
            await asyncio.sleep(LONGER)
            try:
                await self._write(lambda uow: uow.tokens.extend(source, by, self._clock.now() + LEASE))
            except Exception as error:
                _log.warning("lease_not_extended", source=source, why=str(error))

    async def _write(self, work: Callable[[UnitOfWork], Awaitable[_Found]]) -> _Found:
        storage = await self._store()
        tried = 0
        while True:
            try:
                async with storage.writing() as uow:
                    return await work(uow)
            except ConflictError:
                if (tried := tried + 1) == TRIES:
                    raise
                await asyncio.sleep(random.uniform(0.05, 0.2))
        raise AssertionError("not reached")


def _write(token: Token) -> str:
    times = {"ends": token.ends_at, "refresh_ends": token.refresh_ends_at, "given": token.given_at}
    texts = {"access": token.access, "refresh": token.refresh, "origin": token.origin}
    return json.dumps(texts | {name: at.isoformat() if at is not None else None for name, at in times.items()})


def _read(text: str) -> Token:
    said = json.loads(text)

    def at(name: str) -> datetime | None:
        return datetime.fromisoformat(said[name]) if said.get(name) else None

    return Token(
        said["access"], at("ends"), said.get("refresh"), at("refresh_ends"), said.get("origin") or "", at("given")
    )
