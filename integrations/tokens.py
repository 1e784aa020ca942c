"""The access token of one source: had when it is first needed, renewed before it ends, by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.errors import BatonError, NotSetError, PermanentError, UserError
from bot.ports.tokens import Asking, Renew, SourceTokens, Token, TokenKeeper, TokenStanding
from bot.speech import say
from integrations.permission import Permission, code_in

EARLY = timedelta(minutes=5)
"""So long before its end a token is renewed by whoever needs it ..."""

FARTHEST = timedelta(days=10)
"""... and by the clock when a fifth of its life is left, but never so long before its end."""

LONG, DAILY = timedelta(days=2), timedelta(days=1)
"""One that does not live so long is renewed by the clock once a day: by that one hears of a permission that was withdrawn,
and a refresh token does not end because nobody used it."""

LOOKED = timedelta(minutes=1)
"""After so long one looks whether another process keeps another token."""

ENDING = 15.0
"""Seconds that a renewal has when Baton is told to end in the middle of it: what the network answers then is lost otherwise."""


class InMemory(TokenKeeper):
    """Forgets with the process; enough for tokens that are had anew for a secret that stays."""

    lasting = False

    def __init__(self) -> None:
        self._kept: dict[str, Token] = {}
        self._failures: dict[str, tuple[str, datetime]] = {}
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
        self._failures.pop(source, None)

    async def failed(self, source: str, why: str) -> None:
        """Until the process ends."""
        self._failures[source] = (why, datetime.now(UTC))

    async def standing(self, source: str) -> TokenStanding | None:
        """Of this process."""
        token, (why, at) = self._kept.get(source), self._failures.get(source, ("", None))
        if token is None:
            return TokenStanding(failure=why, failed_at=at) if why else None
        alone = token.refresh is None
        return TokenStanding(token.ends_at, token.refresh_ends_at, alone, failure=why, failed_at=at)


@dataclass(frozen=True, slots=True)
class Way:
    """How a source comes by its tokens: how one is renewed, and how the owner of the account gives its permission."""

    renewal: Callable[[], Renew | None]
    permission: Permission | None = None
    app: Callable[[], tuple[str, str]] = lambda: ("", "")
    exchange: Callable[[str, Asking], Awaitable[Token]] | None = None


class Tokens(SourceTokens):
    """The token of one source; `keeper` may be replaced by one that survives a restart before the first use.

    `kind` and `configured` (the refresh token of the configuration) tell which kept token is still meant: what was kept for
    another network, or before somebody configured another refresh token, is not used.
    """

    def __init__(
        self,
        source: str,
        kind: str = "",
        configured: str = "",
        way: Way | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.keeper: TokenKeeper = InMemory()
        self._source = source
        self._kind, self._mark = kind, _mark(configured)
        self._way = way
        self._now = now
        self._token: Token | None = None
        self._looked = now()
        self._unkept: Token | None = None
        self._under_way: set[asyncio.Task[Token]] = set()

    @property
    def used(self) -> bool:
        """Whether there is a way to renew it, with all that this needs."""
        try:
            return self._way is not None and self._way.renewal() is not None
        except NotSetError:
            return False

    @property
    def askable(self) -> bool:
        """Whether its owner can be asked."""
        return self._way is not None and self._way.permission is not None

    async def get(self, renew: Renew, refused: str = "") -> str:
        """A token that holds; another than `refused`, which the network takes no longer."""
        now, token = self._now(), self._token
        if token is not None and now - self._looked < LOOKED and self._holds(token, refused):
            return token.access
        kept = await self._kept()
        if kept is None or not self._holds(kept, refused):
            kept = await self._to_its_end(self._renew(renew, lambda token: self._holds(token, refused)))
        self._token, self._looked = kept, now
        return kept.access

    async def renew_ahead(self) -> None:
        """Renew it where it ends soon, or was not renewed for long."""
        renew = self._way.renewal() if self._way is not None and self.used else None
        if renew is None:
            return
        kept = await self._kept()
        if kept is None or self._due(kept):
            self._token = await self._to_its_end(self._renew(renew, lambda token: not self._due(token)))
            self._looked = self._now()

    async def standing(self) -> TokenStanding | None:
        """What is known of it."""
        return await self.keeper.standing(self._source)

    async def close(self) -> None:
        """Let what is under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=ENDING)

    def ask(self, redirect: str) -> Asking:
        """The address to open."""
        way = self._way
        if way is None or way.permission is None:
            raise UserError(
                say("“{source}” is not allowed in this way.", source=self._source),
                say("See docs/networks/{kind}.md for how it is.", kind=self._kind),
            )
        return way.permission.ask(way.app()[0], redirect)

    async def allow(self, asking: Asking, pasted: str) -> Token:
        """Exchange the code, and keep the token."""
        if self._way is None or self._way.exchange is None:
            raise PermanentError(f"{self._source} takes no codes.")
        exchange, code = self._way.exchange, code_in(pasted, asking)

        async def had(kept: str | None) -> Token:
            return await exchange(code, asking)

        # Nothing of the one before goes on: it may be of another account.
        self._token = await self._to_its_end(self._renew(had, lambda token: False, anew=True))
        self._looked = self._now()
        return self._token

    async def _renew(self, renew: Renew, enough: Callable[[Token], bool], *, anew: bool = False) -> Token:
        async with self.keeper.renewing(self._source):
            kept = None if anew else await self._kept()
            if kept is not None and enough(kept):
                return kept  # another process was first
            try:
                fresh = await renew(kept.refresh if kept is not None else None)
            except BatonError as error:
                if not anew and not isinstance(error, NotSetError):
                    await self.keeper.failed(self._source, str(error))
                raise
            fresh = replace(joined(kept, fresh), origin=f"{self._kind}:{self._mark}", given_at=self._now())
            # From here on the network may take no other refresh token than this one.
            self._unkept = fresh
            await self.keeper.keep(self._source, fresh)
            self._unkept = None
            return fresh

    async def _kept(self) -> Token | None:
        if (waiting := self._unkept) is not None:
            # It could not be kept when it came.
            await self.keeper.keep(self._source, waiting)
            self._unkept = None
        kept = await self.keeper.kept(self._source)
        if kept is None or not kept.origin:
            return kept
        kind, _, mark = kept.origin.partition(":")
        return kept if kind == self._kind and (mark == self._mark or not self._mark) else None

    async def _to_its_end(self, renewal: Coroutine[Any, Any, Token]) -> Token:
        """Wait for it; whoever is told to stop waiting does so when it has ended, since its result is not given twice."""
        task = asyncio.create_task(renewal)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait({task}, timeout=ENDING)
            raise

    def _holds(self, token: Token, refused: str) -> bool:
        ends = token.ends_at
        return token.access != refused and (ends is None or self._now() < ends - EARLY)

    def _due(self, token: Token) -> bool:
        if token.ends_at is None:
            return False
        given = token.given_at or self._now()
        life = token.ends_at - given
        due = token.ends_at - min(life / 5, FARTHEST) if life > LONG else given + DAILY
        return self._now() >= due


def joined(before: Token | None, fresh: Token) -> Token:
    """The fresh token; with the refresh token of the one before, and its end, where the network says nothing of them."""
    if before is None:
        return fresh
    refresh = fresh.refresh or before.refresh
    ends_at = fresh.refresh_ends_at or (before.refresh_ends_at if refresh == before.refresh else None)
    return replace(fresh, refresh=refresh, refresh_ends_at=ends_at)


def _mark(configured: str) -> str:
    return blake2b(configured.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest() if configured else ""
