"""The company's own customer record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.customer import Identity
from bot.domain.record import Activity, ContactHistory, ContactMatch, ContactPage, Owed, Written


class Crm(Protocol):
    """A CRM. `kind` names the connector, `name` is the key in baton.toml.

    Every call raises `RetriableError` (not now; with the seconds to wait where the CRM says so) or `PermanentError` (in
    words for whoever can mend it). Writing raises `UnknownResultError` where it may have been done: the same call is safe
    again, since the key is looked for first.
    """

    kind: str
    name: str

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """Who this may be, best first: by e-mail, phone, linked handle, else by name."""
        ...

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact with purchases and tickets; None when it is no longer there."""
        ...

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """All contacts, page by page: from the first, or from where an earlier page said that the next begins.

        A cursor holds across restarts. Who is there from the beginning to the end is on a page; who is changed meanwhile may
        be on two.
        """
        ...

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """Write an entry, once per `activity.key`, however often it is called."""
        ...

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """Keep a handle with the contact; False where the CRM has no place for it."""
        ...

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Erase these entries of ours; gives the keys of those that are still there.

        What is not there, or not any more, is erased: the same call is safe again after a crash.
        """
        ...

    async def health(self) -> str:
        """Who we are there and that we may read and write, in a line for `doctor`; raises when not."""
        ...
