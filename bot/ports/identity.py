"""Who is one with whom: merges of customers, proposals, and what is needed to compare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.customer import Identity
from bot.domain.evidence import Commonness, Likeness
from bot.domain.identity import Known
from bot.domain.joining import Merge, Proposal
from bot.domain.people import PersonRef


class Identities(Protocol):
    """Merges. A customer keeps everything that is theirs; who is one with others is shown with all that is theirs together."""

    async def root(self, customer_id: str) -> str | None:
        """Under whose id the customer is shown; None for one that there is not."""
        ...

    async def merge(
        self, one: str, other: str, why: str, at: datetime, by: PersonRef | None = None, via: str = "baton"
    ) -> Merge | None:
        """Make two customers one; None when they are already."""
        ...

    async def unmerge(
        self, merge_id: str, why: str, at: datetime, by: PersonRef | None = None, via: str = "baton"
    ) -> Merge | None:
        """Undo a merge, which is not proposed again; None when there is none of this id, or it was undone before."""
        ...

    async def merges(self, customer_id: str) -> list[Merge]:
        """All merges of the customer and of those they are one with, undone ones included, newest first."""
        ...

    async def proposals(self, customer_id: str, limit: int = 3) -> list[Proposal]:
        """Whom the customer probably is, and nobody has accepted or refused; likeliest first."""
        ...

    async def refuse(self, one: str, other: str, by: PersonRef, at: datetime) -> None:
        """These are two; it is never proposed again."""
        ...

    async def add(self, customer_id: str, identity: Identity, at: datetime) -> str | None:
        """The customer has this identity, too. Gives whose it is already, and changes nothing then."""
        ...

    async def open_conversations(self, customer_id: str, limit: int = 50) -> list[int]:
        """Numbers of the conversations whose cards show the customer and are not resolved."""
        ...


class Likenesses(Protocol):
    """What is needed to compare customers. Those who are one are compared as one, under the id they are shown under."""

    async def remember(self, keys: Mapping[str, frozenset[str]], mentioned: Mapping[str, frozenset[str]]) -> None:
        """By what customers are found, and which addresses their texts give as theirs; replaces what was kept before."""
        ...

    async def own(self, customer_ids: Sequence[str]) -> list[Known]:
        """Customers by themselves, with addresses from their latest posts."""
        ...

    async def around(self, customer_id: str) -> tuple[str, list[Known], Commonness, frozenset[str]] | None:
        """Under whose id the customer is, all who share a key with them and they themselves, how common names are, and
        whom it is not, as colleagues said."""
        ...

    async def propose(self, one: str, other: str, likeness: Likeness, at: datetime) -> None:
        """Propose that two are one, or say again how likely it is; nothing where a colleague has answered it."""
        ...

    async def withdraw(self, one: str, other: str) -> None:
        """It is not likely any more."""
        ...

    async def open(self, customer_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Open proposals that one of these is part of."""
        ...

    async def after(self, customer_id: str, limit: int) -> list[str]:
        """Ids of customers, in order, from the one after this."""
        ...
