"""What the store knows of one person, and how it is erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.forgetting import Forgetting, Report
from bot.domain.post import StoredPost
from bot.domain.record import Owed
from bot.ports.customers import ImportedCustomer


@dataclass(frozen=True, slots=True)
class Told:
    """A message of ours about something, to a person or in a thread, and where it stands."""

    mark: str
    about: str
    platform: str
    channel: str
    message: str


HOME = "home"
"""What a `Told` is about that says that a person's Home tab shows something: `channel` is the team, `message` the user."""


class Privacy(Protocol):
    """Requests to forget somebody, and all that is kept of one person."""

    async def put(self, request: Forgetting) -> None:
        """Keep a request as it is now."""
        ...

    async def get(self, request_id: str) -> Forgetting | None:
        """One request."""
        ...

    async def waiting(self, customer_id: str, at: datetime) -> Forgetting | None:
        """The request about the customer, or who is one with them, that waits for its second person or is being carried out."""
        ...

    async def requests(self, limit: int) -> list[Forgetting]:
        """The newest requests first."""
        ...

    async def one_with(self, customer_id: str) -> list[str]:
        """The ids of all customers who are this one, the one they are shown under first."""
        ...

    async def forgotten(self, customer_id: str) -> bool:
        """Whether nothing is kept of this customer any more, on their request."""
        ...

    async def numbers(self, customers: Sequence[str]) -> list[int]:
        """All their conversations."""
        ...

    async def elsewhere(self, customers: Sequence[str]) -> list[tuple[str, int]]:
        """Their posts in the conversations of others, as (post id, conversation)."""
        ...

    async def told(self, told: Told) -> None:
        """A message of ours stands there."""
        ...

    async def messages(self, about: Sequence[str]) -> list[Told]:
        """Our messages about these."""
        ...

    async def taken_back(self, mark: str) -> None:
        """A message is not there any more."""
        ...

    async def drop_work(self, numbers: Sequence[int], customers: Sequence[str] = ()) -> int:
        """Drop work about these conversations that nobody has in hand; gives how much is in somebody's hands. What names one
        of these customers is counted, and stays: it is about others, too."""
        ...

    async def owed(self, customers: Sequence[str], numbers: Sequence[int]) -> dict[str, list[Owed]]:
        """Our entries about them, by CRM."""
        ...

    async def erase(self, customers: Sequence[str], numbers: Sequence[int], at: datetime) -> Report:
        """Erase everything that is kept of them; conversations and posts stay as empty shells for the counts."""
        ...

    async def forgotten_among(self, imported: Sequence[ImportedCustomer]) -> frozenset[str]:
        """The keys of those who were forgotten: an import would bring them back."""
        ...

    async def forget_no_more(self, imported: Sequence[ImportedCustomer]) -> None:
        """An import may bring these, though they were forgotten."""
        ...

    async def drop_again(self, posts: Sequence[StoredPost]) -> frozenset[str]:
        """Drop posts that were forgotten and delivered once more; gives their ids."""
        ...

    async def everything(self, customers: Sequence[str]) -> Mapping[str, Any]:
        """All that is kept of them, as JSON takes it."""
        ...

    async def expire(
        self, what: str, networks: Sequence[str], before: datetime, after: str, limit: int
    ) -> tuple[int, str]:
        """Purge the raw payloads (`raw`) or all texts (`text`) of posts heard before then, from the one behind `after` on,
        `limit` posts at most; gives how many posts were looked at, and behind which to go on."""
        ...
