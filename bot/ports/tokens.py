"""What a network gave so that we may act there: access tokens, renewed before they end and kept from one start to the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends (None: it does not), with the refresh token that holds from now on, where there is one,
    and when that ends (None: it does not say).

    `origin` tells of what source and of which configured refresh token it is, without showing it; `given_at` when it was had.
    """

    access: str = field(repr=False)
    ends_at: datetime | None = None
    refresh: str | None = field(default=None, repr=False)
    refresh_ends_at: datetime | None = None
    origin: str = ""
    given_at: datetime | None = None


Renew = Callable[[str | None], Awaitable[Token]]
"""Asks the network for a token. Given is the refresh token that it gave last (None: none is kept, take the configured one).

Raises `PermanentError` where the right was withdrawn, in the network's own words.
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """A permission that is being asked for: the address to open, where it leads back to, and what belongs to its answer."""

    address: str
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """What is known of the token of a source, without the token.

    `alone`: no refresh token came with it. `unreadable`: one is kept, sealed with a secret that is not there any more. `failure`: why it could not be renewed at
    `failed_at`. `cut_off_at`: a process ended while it renewed it, so that what the network gave then may be lost.
    """

    ends_at: datetime | None = None
    refresh_ends_at: datetime | None = None
    alone: bool = False
    unreadable: bool = False
    failure: str = ""
    failed_at: datetime | None = None
    cut_off_at: datetime | None = None


class TokenKeeper(Protocol):
    """Keeps one token for each source, over restarts and for every replica. Nobody else reads what is kept."""

    lasting: bool = True
    """Whether it outlives the process, and is one for all replicas."""

    def renewing(self, source: str) -> AbstractAsyncContextManager[None]:
        """While this is held no other process renews the token of this source: some networks take a refresh token once."""
        ...

    async def kept(self, source: str) -> Token | None:
        """The token that is kept; None without one, or where it cannot be read with the present secret."""
        ...

    async def keep(self, source: str, token: Token) -> None:
        """Keep it in place of the one before."""
        ...

    async def failed(self, source: str, why: str) -> None:
        """It could not be renewed: `standing` says so until one is kept."""
        ...

    async def standing(self, source: str) -> TokenStanding | None:
        """What is known of its token; None where there never was one."""
        ...


class SourceTokens(Protocol):
    """The token of one source."""

    keeper: TokenKeeper

    @property
    def used(self) -> bool:
        """Whether the source acts by a token that can be renewed."""
        ...

    @property
    def askable(self) -> bool:
        """Whether the owner of the account can be asked for the permission that it rests on."""
        ...

    async def renew_ahead(self) -> None:
        """Renew it where that is due before anybody needs it; raises as `Renew` does."""
        ...

    async def standing(self) -> TokenStanding | None:
        """What is known of it; None where there never was one."""
        ...

    async def close(self) -> None:
        """Wait for a renewal that is under way: what the network answers is not given twice."""
        ...

    def ask(self, redirect: str) -> Asking:
        """Begin to ask for the permission that it rests on; raises `UserError` where the network has no such way."""
        ...

    async def allow(self, asking: Asking, pasted: str) -> Token:
        """Take what was pasted as the answer, have the token, and keep it; raises `UserError` or as `Renew` does."""
        ...


@dataclass(frozen=True, slots=True)
class SealedToken:
    """A token as the store has it: `sealed` is nothing without the secret of the installation. See `TokenStanding`."""

    sealed: str | None = field(repr=False)
    cut_off_at: datetime | None = None
    failure: str = ""
    failed_at: datetime | None = None


class SealedTokens(Protocol):
    """The tokens of sources as the store has them, and whose turn it is to renew one."""

    async def get(self, source: str) -> SealedToken | None:
        """What is kept for a source."""
        ...

    async def lease(self, source: str, by: str, now: datetime, until: datetime) -> bool:
        """True where `by` alone may renew it until then. A lease that is over and was never given back is told as cut off."""
        ...

    async def extend(self, source: str, by: str, until: datetime) -> None:
        """Let the lease of `by` last until then."""
        ...

    async def release(self, source: str, by: str) -> None:
        """Give the lease of `by` back."""
        ...

    async def keep(self, source: str, sealed: str, since: datetime, at: datetime) -> bool:
        """Keep it in place of what was there and of any failure, unless another was kept after `since`; was it kept?"""
        ...

    async def replace(self, source: str, before: str, after: str) -> None:
        """Keep the same token sealed anew, where it is still this one."""
        ...

    async def failed(self, source: str, why: str, at: datetime) -> None:
        """Keep why it could not be renewed."""
        ...

    async def forget(self, source: str) -> bool:
        """Drop all of it; was there anything?"""
        ...
