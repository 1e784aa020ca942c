"""Sending one notice: to one person, or into the thread under one card. A lost answer is looked up before sending again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.cards import Card
from bot.config import Config, Surface
from bot.domain import events as e
from bot.domain.answer import AnswerState
from bot.domain.conversation import PassRequest
from bot.domain.people import PersonRef
from bot.domain.post import StoredPost
from bot.errors import ClosedError, RetriableError
from bot.languages import speaking_to
from bot.ports import Account, ChatPlatform, Clock, Directory, Posting, Sight, Storage, Taken, Told, UnitOfWork
from bot.views import (
    answer_approved_card,
    answer_failed_card,
    answer_rejected_card,
    answer_unclear_card,
    approval_asked_card,
    called_from_afar_card,
    customer_wrote_card,
    deleted_card,
    discussion_call_card,
    edited_after_card,
    escalated_card,
    lease_expired_card,
    lease_warning_card,
    pass_accepted_card,
    pass_asked_card,
    pass_declined_card,
    pass_wanted_card,
    woken_card,
)
from handlers.events.notify import ABOUT_ANSWERS, EVENT, called
from handlers.events.refresh_cards import NOT_CONNECTED

_log = structlog.get_logger("baton")


class Messenger:
    """Sends one notice to one person, or into one thread; looks a lost answer up before it sends again."""

    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        platforms: Mapping[str, ChatPlatform],
        config: Config,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._config = config
        self._clock = clock

    async def direct(self, taken: Taken) -> None:
        """A message to the first of a person's accounts where they can be reached."""
        accounts = [Account(**to) for to in taken.work.payload["to"]]
        connected = [account for account in accounts if account.platform in self._platforms]
        card = await self._card(taken)
        if card is None:
            return
        for account in connected or accounts:
            platform = self._platform(account.platform)
            try:
                channel = await platform.direct(account)
                await self._send(platform, channel, card, taken, None)
            except ClosedError as error:
                _log.warning("not_told", platform=account.platform, user=account.user, why=str(error))
            else:
                return

    async def thread(self, taken: Taken) -> None:
        """A message under one card; waits for the card."""
        async with self._storage.reading() as uow:
            posting = await uow.postings.get(str(taken.work.payload["posting"]))
        surface = self._config.surface(posting.surface) if posting is not None else None
        if posting is None or surface is None:
            return
        with speaking_to(self._config.language_on(surface)):
            await self._under(posting, surface, taken)

    async def _under(self, posting: Posting, surface: Surface, taken: Taken) -> None:
        card = await self._card(taken, surface.platform)
        if card is None:
            return
        platform = self._platform(surface.platform)
        if posting.message is None or posting.channel is None:
            # Without a time to come back at: that would hold the lane in which the card itself waits.
            raise RetriableError("the card is not there yet")
        await self._send(platform, posting.channel, card, taken, posting.message)

    def _platform(self, name: str) -> ChatPlatform:
        platform = self._platforms.get(name)
        if platform is None:
            raise RetriableError(f"there is no connection to {name}", NOT_CONNECTED)
        return platform

    async def _send(self, platform: ChatPlatform, channel: str, card: Card, taken: Taken, thread: str | None) -> None:
        mark = str(taken.work.payload["mark"])
        sent = await platform.find(channel, mark, taken.created_at, thread) if taken.attempt > 1 else None
        if sent is None:
            sent = await platform.post(channel, card, mark, thread)
        # So that it can be taken back when the customer is forgotten.
        told = Told(mark, str(taken.work.payload["number"]), platform.name, sent.channel, sent.message)
        async with self._storage.writing() as uow:
            await uow.privacy.told(told)

    async def _card(self, taken: Taken, platform: str | None = None) -> Card | None:
        """What is told; `platform` is that of the thread it goes to."""
        payload = taken.work.payload
        event: e.Event = EVENT.validate_python(payload["event"])
        async with self._storage.reading() as uow:
            sight = await uow.conversations.sight(int(payload["number"]))
            edited = await self._edited(uow, event, int(payload["number"]))
        if sight is None or sight.conversation.forgotten:
            return None
        if isinstance(event, e.PostEdited):
            return edited_after_card(sight, edited, self._config, now=self._clock.now()) if edited is not None else None
        if isinstance(event, e.DiscussionCalled) and platform is None:
            return called_from_afar_card(sight, event, self._config)
        if isinstance(event, e.DiscussionCalled):
            people = await self._called(event, str(platform))
            return discussion_call_card(sight, event, self._config, people=people)
        if isinstance(event, ABOUT_ANSWERS):
            return _about_answer(event, sight, self._config, to=str(payload.get("person", "")))
        return _card_of(event, sight, self._config, self._clock.now())

    async def _edited(self, uow: UnitOfWork, event: e.Event, number: int) -> StoredPost | None:
        if not isinstance(event, e.PostEdited):
            return None
        posts = await uow.posts.of(number)
        return next((post for post in posts if post.id == event.post_id), None)

    async def _called(self, event: e.DiscussionCalled, platform: str) -> list[PersonRef]:
        """Those who can be pinged in the thread, since they have an account there."""
        people: dict[str, PersonRef] = {}
        for key in event.departments:
            found = await called(self._directory, key, lambda there: platform in there)
            people.update({person.id: person.ref for person in found if event.by is None or person.id != event.by.id})
        return list(people.values())


def _about_answer(event: e.Event, sight: Sight, config: Config, to: str) -> Card | None:
    """What the person `to` is told of an answer; None when it has been settled or replaced meanwhile."""
    answer = sight.conversation.answer
    match event:
        case e.AnswerRejected():
            return answer_rejected_card(sight, event, config)
        case e.AnswerFailed() if answer is not None and answer.state is AnswerState.FAILED:
            return answer_failed_card(sight, event)
        case e.AnswerUnclear() if answer is not None and answer.state is AnswerState.UNCLEAR:
            return answer_unclear_card(sight, event)
        case e.AnswerApproved() if answer is not None and answer.by.id == to:
            return answer_approved_card(sight, event, config)
        case e.AnswerWritten() | e.AnswerApproved() if answer is not None and answer.waits_for is not None:
            return approval_asked_card(sight, answer, config)
        case _:
            return None


def _card_of(event: e.Event, sight: Sight, config: Config, now: datetime) -> Card | None:
    """What is told of an event, where the conversation and the event say it all."""
    match event:
        case e.LeaseWarned():
            warned = sight.conversation.baton is not None and sight.conversation.baton.warned
            return lease_warning_card(sight, config, now=now) if warned else None
        case e.LeaseExpired():
            return lease_expired_card(sight, event, config, now=now)
        case e.PassAsked(by=PersonRef() as giver):
            request = PassRequest(giver, event.ask, event.at, event.to_person, event.to_department)
            return pass_asked_card(sight, request, config, now=now)
        case e.PassWanted():
            return pass_wanted_card(sight, event, config)
        case e.PassAccepted():
            return pass_accepted_card(sight, event, config)
        case e.PassDeclined():
            return pass_declined_card(sight, event, config)
        case e.Escalated() | e.CrisisRaised():
            return escalated_card(sight, event, config)
        case e.Woken():
            return woken_card(sight, config, now=now) if sight.conversation.baton is not None else None
        case e.CustomerWrote():
            return customer_wrote_card(sight, config, now=now)
        case e.PostDeleted():
            return deleted_card(sight, config, now=now)
        case _:
            return None
