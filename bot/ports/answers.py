"""Answers to customers on their way out: how a post can be answered, and what was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.delivery import Unit
from bot.domain.post import StoredPost, Visibility
from bot.domain.templates import Template
from bot.ports.posts import PostKey


@dataclass(frozen=True, slots=True)
class Way:
    """How one post can be answered now: as which account, seen by whom, how long. `refusal` says why it cannot be; `over` tells
    that it could be for a time, which has passed. `templates`: texts that the network approved can be sent all the same.

    `link` is how much each link counts, where the network does not count its letters.
    """

    account: str
    audience: Visibility
    longest: int | None
    unit: Unit
    link: int | None
    length: Callable[[str], int]
    refusal: str | None = None
    over: bool = False
    templates: bool = False


class Answering(Protocol):
    """Knows the ways back to the customer."""

    def way(self, stored: StoredPost, now: datetime, heard: datetime | None = None) -> Way:
        """How this post can be answered, or why not. `heard`: when somebody wrote last in its thread, where that is known."""
        ...

    async def templates(self, stored: StoredPost) -> Sequence[Template]:
        """The texts that its network approved. Raises `RetriableError` where it does not tell them in a moment, and
        `PermanentError` where it does not tell them at all."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer as the store keeps it beside the trail. `begun_at`: a try to send it began and was not seen to end."""

    id: str
    number: int
    post_id: str
    begun_at: datetime | None = None
    external_id: str | None = None


class Answers(Protocol):
    """What is sent or was sent to customers."""

    async def add(self, answer_id: str, number: int, stored: StoredPost) -> None:
        """An answer to this post exists."""
        ...

    async def get(self, answer_id: str) -> Outgoing | None:
        """One answer, locked until this unit of work ends."""
        ...

    async def begin(self, answer_id: str, at: datetime | None) -> None:
        """A try begins now; None: it ended, and nothing was done."""
        ...

    async def arrived(self, answer_id: str, external_id: str) -> None:
        """It stands on its network under this id."""
        ...

    async def last_in_thread(self, stored: StoredPost) -> datetime:
        """When a customer wrote last in the thread of this post, by the network's clock; whether it still stands or not."""
        ...

    async def conversations(self, keys: Sequence[PostKey]) -> dict[PostKey, int]:
        """The conversations in which we wrote what has these (network, account, external id)."""
        ...
