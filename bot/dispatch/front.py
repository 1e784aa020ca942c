"""What a chat platform needs of the dispatcher: one method for each way in which people act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.cards import Card
from bot.commands import CommandSpec, Origin, Reply
from bot.dispatch.search import Found, Sought
from bot.domain.people import Person


class ThreadListener(Protocol):
    """What colleagues write in a card's thread. `message` is (platform, channel, message id), `at` when the platform says
    it was written. Texts may name people as `@platform:id`.

    Deliveries may come late and out of order: who tells of an edit or a delete whose message was not heard yet says by
    whom and in which thread, so that it is known when it comes.
    """

    async def heard(
        self, actor: Person, text: str, message: tuple[str, str, str], thread: str, at: datetime | None = None
    ) -> None:
        """A message in a thread; one that is not under a card is none of ours."""
        ...

    async def edited(
        self,
        text: str,
        message: tuple[str, str, str],
        at: datetime | None = None,
        by: Person | None = None,
        thread: str | None = None,
    ) -> None:
        """Its author edited it."""
        ...

    async def erased(self, message: tuple[str, str, str], by: Person | None = None, thread: str | None = None) -> None:
        """Its author deleted it."""
        ...


class Commands(Protocol):
    """What the dispatcher does."""

    threads: ThreadListener

    @property
    def specs(self) -> tuple[CommandSpec, ...]:
        """All verbs."""
        ...

    async def run_text(self, actor: Person, text: str, origin: Origin, verb: str | None = None) -> Reply:
        """A typed command."""
        ...

    async def press(self, actor: Person, verb: str, args: Mapping[str, str], origin: Origin) -> Reply:
        """A button, a menu option or a message shortcut."""
        ...

    async def submit(self, actor: Person, verb: str, args: Mapping[str, str], origin: Origin) -> Reply:
        """A filled-in form; raises `FieldErrors`."""
        ...

    async def home(self, actor: Person, origin: Origin) -> Card:
        """What the Home tab shows."""
        ...

    async def card_at(self, actor: Person, origin: Origin) -> Card | None:
        """The present card of the conversation that is shown where this comes from; None for guests and elsewhere."""
        ...

    async def search(self, actor: Person, sought: Sought, query: str) -> list[Found]:
        """Customers or conversations, while one types."""
        ...
