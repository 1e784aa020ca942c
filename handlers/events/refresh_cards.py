"""After a change, bring the conversation's cards up to date: the work item names a posting, its card is made when it runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bot.cards import Card
from bot.config import Config, Surface
from bot.domain import events as e
from bot.errors import GoneError, RetriableError
from bot.languages import speaking_to
from bot.ports import (
    Answering,
    Change,
    ChatPlatform,
    Clock,
    Posting,
    SentMessage,
    Sight,
    Storage,
    Taken,
    UnitOfWork,
)
from bot.views import conversation_card, why_not
from handlers.events.spread_notes import catch_up

KIND = "card"

NOT_CONNECTED = 60.0
"""Seconds after which a card is tried again whose platform is not configured yet."""

UNSEEN = (e.Opened, e.LeaseWarned, e.PassWanted, e.WasPartOfCrisis)
"""Events that change nothing on a card; a new conversation's cards are asked for where it is routed."""


async def follow(uow: UnitOfWork, change: Change) -> None:
    """Every posting of a changed conversation is brought up to date, at once when a person did it."""
    if change.conversation.echo_of is not None:
        # It has no card: it is counted on that of the one that stands for it.
        return
    seen = [event for event in change.events if not isinstance(event, UNSEEN)]
    if seen:
        await uow.postings.refresh(change.conversation.number, soon=any(event.by is not None for event in seen))


def fingerprint(card: Card) -> str:
    """Tells whether a card shows something else than the one that is there."""
    return hashlib.blake2b(repr(card).encode(), digest_size=16).hexdigest()


def no_connection(platform: str) -> RetriableError:
    """A platform may be connected later."""
    return RetriableError(f"there is no connection to {platform}", NOT_CONNECTED)


class CardRefresher:
    """Posts a card or shows its present state in it."""

    def __init__(
        self,
        storage: Storage,
        platforms: Mapping[str, ChatPlatform],
        config: Config,
        clock: Clock,
        answering: Answering,
    ) -> None:
        self._answering = answering
        self._storage = storage
        self._platforms = platforms
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """Bring one posting up to date; nothing is sent when it shows the present state already."""
        async with self._storage.reading() as uow:
            posting = await uow.postings.get(str(taken.work.payload["posting"]))
            sight = await uow.conversations.sight(posting.number) if posting is not None else None
        surface = self._config.surface(posting.surface) if posting is not None else None
        platform = self._platforms.get(surface.platform) if surface is not None else None
        if posting is None or sight is None or surface is None:
            return
        if platform is None:
            raise RetriableError(f"there is no connection to {surface.platform}", NOT_CONNECTED)
        if sight.conversation.forgotten and posting.message is None and taken.attempt == 1:
            return
        with speaking_to(self._config.language_on(surface)):
            await self._show(taken, posting, sight, surface, platform)

    async def _show(
        self, taken: Taken, posting: Posting, sight: Sight, surface: Surface, platform: ChatPlatform
    ) -> None:
        now = self._clock.now()
        why = why_not(sight, self._answering, now)
        card = conversation_card(sight, self._config, now=now, answerable=why is None, refusal=why or "")
        shown = fingerprint(card)
        # What an earlier try has sent is not known: it may have shown something else, without a word of it here.
        if posting.message is not None and posting.shown == shown and taken.attempt == 1:
            return
        there = SentMessage(posting.channel, posting.message) if posting.channel and posting.message else None
        sent = await bring_up_to_date(platform, there, surface.channel, card, posting.id, taken)
        async with self._storage.writing() as uow:
            await uow.postings.sent(posting.id, sent.channel, sent.message, shown)
            if posting.message is None:
                await catch_up(uow, posting)


async def bring_up_to_date(
    platform: ChatPlatform,
    there: SentMessage | None,
    channel: str,
    card: Card,
    mark: str,
    taken: Taken,
    thread: str | None = None,
) -> SentMessage:
    """Show a card in our message with this mark, which is made, in this thread, where it is not there; gives where it is.

    An earlier try may have posted it without a word of that here: then it is looked up first.
    """
    if there is not None:
        try:
            await platform.update(there, card, mark)
        except GoneError:
            # Somebody deleted our card; what it shows still needs one, unless an earlier try has posted it anew.
            pass
        else:
            return there
    found = await platform.find(channel, mark, taken.created_at, thread) if taken.attempt > 1 else None
    if found is None:
        return await platform.post(channel, card, mark, thread)
    await platform.update(found, card, mark)
    return found
