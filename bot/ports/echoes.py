"""Conversations that say the same as another one: how they are recognised, and who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.ports.conversations import Line

Signature = tuple[int, ...]
"""See `bot.domain.signature`."""


class Echoes(Protocol):
    """Leaders by the words of their first posts, and the conversations that say the same."""

    async def remember(self, leaders: Mapping[int, tuple[datetime, Signature]]) -> None:
        """From now on others are compared with these conversations: when each was heard, and its first post's signature.

        None of them is known yet; `forget` one that is.
        """
        ...

    async def forget(self, number: int) -> None:
        """No other is compared with this conversation any more."""
        ...

    async def clear(self, before: datetime) -> None:
        """Forget all that were heard before then."""
        ...

    async def alike(self, keys: Sequence[int], since: datetime) -> dict[int, Signature]:
        """Open conversations heard since then that share one of these keys, with their signatures; none that is an echo."""
        ...

    async def waiting(self, leader: int, after: int = 0, limit: int = 50) -> list[int]:
        """Numbers of the echoes that wait for their leader's outcome, from the one behind `after` on, the oldest first."""
        ...

    async def browse(self, leader: int, limit: int = 10, offset: int = 0) -> list[Line]:
        """All echoes of a leader, resolved ones too, the newest first."""
        ...
