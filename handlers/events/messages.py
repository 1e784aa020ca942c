"""Sending one notice: to one person, or into the thread under one card. A lost answer is looked up before sending again."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Card
from bot.config import Config
from bot.domain import events as e
from bot.errors import RetriableError
from bot.ports import Account, ChatPlatform, Directory, Storage, Taken
from bot.views import (
    customer_wrote_card,
    discussion_call_card,
    edited_after_card,
    escalated_card,
    lease_expired_card,
    lease_warning_card,
    pass_accepted_card,
    pass_asked_card,
    pass_declined_card,
    pass_wanted_card,
)
from handlers.events.notify import EVENT

CARD_NOT_THERE_YET = 2.0
"""Seconds to wait for a card before trying again to write into its thread."""

CALLED = 5
"""How many people of a department are called by name; more would ping half the company."""


class Messenger:
    """Sends one notice to one person, or into one thread; looks a lost answer up before it sends again."""

    def __init__(
        self, storage: Storage, directory: Directory, platforms: Mapping[str, ChatPlatform], config: Config
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._config = config

    async def direct(self, taken: Taken) -> None:
        """A message to one account."""
        to = taken.work.payload["to"]
        platform = self._platforms.get(to["platform"])
        card = await self._card(taken)
        if platform is None or card is None:
            return
        channel = await platform.direct(Account(to["platform"], to["team"], to["user"]))
        await self._send(platform, channel, card, taken, None)

    async def thread(self, taken: Taken) -> None:
        """A message under one card; waits for the card."""
        async with self._storage.reading() as uow:
            posting = await uow.postings.get(str(taken.work.payload["posting"]))
        surface = self._config.surface(posting.surface) if posting is not None else None
        platform = self._platforms.get(surface.platform) if surface is not None else None
        card = await self._card(taken)
        if posting is None or platform is None or card is None:
            return
        if posting.message is None or posting.channel is None:
            raise RetriableError("the card is not there yet", CARD_NOT_THERE_YET)
        await self._send(platform, posting.channel, card, taken, posting.message)

    async def _send(self, platform: ChatPlatform, channel: str, card: Card, taken: Taken, thread: str | None) -> None:
        mark = str(taken.work.payload["mark"])
        if taken.attempt > 1 and await platform.find(channel, mark, taken.created_at, thread) is not None:
            return
        await platform.post(channel, card, mark, thread)

    async def _card(self, taken: Taken) -> Card | None:
        payload = taken.work.payload
        async with self._storage.reading() as uow:
            sight = await uow.conversations.sight(int(payload["number"]))
        if sight is None:
            return None
        event = EVENT.validate_python(payload["event"])
        match event:
            case e.LeaseWarned():
                return lease_warning_card(sight, self._config)
            case e.LeaseExpired():
                return lease_expired_card(sight, event, self._config)
            case e.PassAsked():
                return pass_asked_card(sight, event, self._config)
            case e.PassWanted():
                return pass_wanted_card(sight, event, self._config)
            case e.PassAccepted():
                return pass_accepted_card(sight, event, self._config)
            case e.PassDeclined():
                return pass_declined_card(sight, event, self._config)
            case e.Escalated() | e.CrisisRaised():
                return escalated_card(sight, event, self._config)
            case e.CustomerWrote():
                return customer_wrote_card(sight, self._config)
            case e.PostEdited() | e.PostDeleted():
                return edited_after_card(sight, event, self._config)
            case e.DiscussionCalled():
                people = [
                    person for key in event.departments for person in (await self._directory.members(key))[:CALLED]
                ]
                return discussion_call_card(sight, event, people, self._config)
            case _:
                return None
