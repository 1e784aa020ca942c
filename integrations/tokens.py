"""The access token of one source: had when it is first needed, renewed before it ends, by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.ports.tokens import Renew, Token, TokenKeeper

EARLY = timedelta(minutes=5)
"""So long before its end a token is renewed."""


class InMemory(TokenKeeper):
    """Forgets with the process; enough for tokens that are had anew for a secret that stays."""

    def __init__(self) -> None:
        self._kept: dict[str, Token] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def renewing(self, source: str) -> AsyncIterator[None]:
        """One at a time within this process."""
        async with self._locks.setdefault(source, asyncio.Lock()):
            yield

    async def kept(self, source: str) -> Token | None:
        """The token of this process."""
        return self._kept.get(source)

    async def keep(self, source: str, token: Token) -> None:
        """Until the process ends."""
        self._kept[source] = token


class Tokens:
    """The token of one source; `keeper` may be replaced by one that survives a restart before the first use."""

    def __init__(self, source: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.keeper: TokenKeeper = InMemory()
        self._source = source
        self._now = now
        self._token: Token | None = None

    async def get(self, renew: Renew, refused: str = "") -> str:
        """A token that holds; another than `refused`, which the network takes no longer."""
        if (token := self._token) is not None and self._holds(token, refused):
            return token.access
        async with self.keeper.renewing(self._source):
            kept = await self.keeper.kept(self._source)
            if kept is None or not self._holds(kept, refused):
                kept = joined(kept, await renew(kept.refresh if kept is not None else None))
                await self.keeper.keep(self._source, kept)
            self._token = kept
            return kept.access

    def _holds(self, token: Token, refused: str) -> bool:
        ends = token.ends_at
        return token.access != refused and (ends is None or self._now() < ends - EARLY)


def joined(before: Token | None, fresh: Token) -> Token:
    """The fresh token; with the refresh token of the one before, and its end, where the network says nothing of them."""
    if before is None:
        return fresh
    refresh = fresh.refresh or before.refresh
    ends_at = fresh.refresh_ends_at or (before.refresh_ends_at if refresh == before.refresh else None)
    return replace(fresh, refresh=refresh, refresh_ends_at=ends_at)
