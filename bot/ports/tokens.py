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
    and when that ends (None: it does not say)."""

    access: str = field(repr=False)
    ends_at: datetime | None = None
    refresh: str | None = field(default=None, repr=False)
    refresh_ends_at: datetime | None = None


Renew = Callable[[str | None], Awaitable[Token]]
"""Asks the network for a token. Given is the refresh token that it gave last (None: none is kept, take the configured one).

Raises `PermanentError` where the right was withdrawn, in the network's own words.
"""


class TokenKeeper(Protocol):
    """Keeps one token for each source, over restarts and for every replica. Nobody else reads what is kept."""

    def renewing(self, source: str) -> AbstractAsyncContextManager[None]:
        """While this is held no other process renews the token of this source: some networks take a refresh token once."""
        ...

    async def kept(self, source: str) -> Token | None:
        """The token that is kept; None without one, or where it cannot be read with the present secret."""
        ...

    async def keep(self, source: str, token: Token) -> None:
        """Keep it in place of the one before."""
        ...
