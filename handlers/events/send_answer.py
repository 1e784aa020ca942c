"""Answers go out to the customer, each once: a try whose end nobody saw is looked up, repeated under its key, or left to the
holder, as the network allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain import answering
from bot.domain.answer import Answer
from bot.domain.conversation import Conversation
from bot.domain.delivery import Sent
from bot.domain.life import Events
from bot.domain.post import StoredPost
from bot.errors import BatonError, PermanentError, RetriableError, UnknownResultError
from bot.ports import Change, Clock, Source, Storage, Taken, UnitOfWork, Work
from bot.speech import mark
from handlers.answering import lately

KIND = "answer"

PATIENCE = timedelta(hours=1)
"""So long a network may be out of reach; then the holder is told, who may try again."""

PATIENCE_WITH_MANY = timedelta(hours=20)
"""What many customers are told at once may wait for as long as a network takes only so many a day."""

UNDER_WAY = timedelta(seconds=15)
"""So long a request whose end nobody saw may still be at work on the other side: it is looked for no sooner."""

_log = structlog.get_logger("baton")


async def follow(uow: UnitOfWork, change: Change) -> None:
    """One work item for every time that an answer is to go out."""
    c = change.conversation
    ids = {event.answer_id for event in change.events if isinstance(event, answering.SENDS)}
    if c.answer is None or c.answer.id not in ids or not answering.is_going_out(c, c.answer.id):
        return
    stored = await uow.posts.get(c.answer.post_id)
    key = f"answers:{stored.source}" if stored is not None else None
    payload = {"number": c.number, "answer": c.answer.id}
    # Who answers one customer does not wait for hundreds who are told of an idea.
    priority = 0 if c.answer.idea is None else 2
    await uow.outbox.put(Work(KIND, payload, key=key, priority=priority, once=f"{KIND}:{c.answer.id}:{c.version}"))


class AnswerSender:
    """Sends one answer and writes down what became of it."""

    def __init__(self, storage: Storage, sources: Mapping[str, Source], clock: Clock) -> None:
        self._storage = storage
        self._sources = sources
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """Send it, unless it is settled already."""
        number, answer_id = int(taken.work.payload["number"]), str(taken.work.payload["answer"])
        begun = await self._begin(number, answer_id)
        if begun is None:
            return
        answer, stored, earlier, heard = begun
        try:
            sent = await self._send(answer, stored, earlier, heard)
        except RetriableError as error:
            lost = isinstance(error, UnknownResultError)
            if not lost and earlier is None:
                await self._nothing_done(answer_id)
            source = self._sources.get(stored.source)
            hopeless = lost and source is not None and source.capabilities().once == "never"
            again = self._clock.now() + timedelta(seconds=error.retry_after or 0)
            patience = PATIENCE if answer.idea is None else PATIENCE_WITH_MANY
            if not hopeless and again - taken.created_at < patience:
                raise
            ended = answering.unclear if lost or earlier is not None else answering.failed
            await self._settle(number, partial(ended, answer_id=answer_id, why=str(error)))
        except PermanentError as error:
            # A refusal now says nothing of the earlier try, unless that was looked for first.
            source = self._sources.get(stored.source)
            looked = source is not None and source.capabilities().once == "look-up"
            ended = answering.failed if earlier is None or looked else answering.unclear
            await self._settle(number, partial(ended, answer_id=answer_id, why=str(error)))
        else:
            _log.info("answer_sent", number=number, source=stored.source)
            await self._settle(number, partial(answering.sent, answer_id=answer_id, url=sent.url), sent)

    async def _begin(self, number: int, answer_id: str) -> tuple[Answer, StoredPost, datetime | None, datetime] | None:
        """Write down that a try begins; gives since when an earlier one is under way whose end nobody saw, and when somebody
        wrote last in the thread."""
        async with self._storage.writing() as uow:
            conversation = await uow.conversations.take(number)
            outgoing = await uow.answers.get(answer_id)
            answer = conversation.answer
            if answer is None or outgoing is None or not answering.is_going_out(conversation, answer_id):
                return None
            stored = await uow.posts.get(outgoing.post_id)
            if stored is None:
                return None
            if outgoing.begun_at is None:
                await uow.answers.begin(answer_id, self._clock.now())
            return answer, stored, outgoing.begun_at, await self._heard(uow, stored)

    async def _heard(self, uow: UnitOfWork, stored: StoredPost) -> datetime:
        source = self._sources.get(stored.source)
        if source is None or not source.capabilities().window_renews:
            return stored.post.posted_at
        return await uow.answers.last_in_thread(stored)

    async def _send(self, answer: Answer, stored: StoredPost, earlier: datetime | None, heard: datetime) -> Sent:
        source = self._sources.get(stored.source)
        if source is None:
            raise PermanentError(f"Its source, “{stored.source}”, is not configured any more.")
        if earlier is not None:
            left = UNDER_WAY - (self._clock.now() - earlier)
            match source.capabilities().once:
                case "never":
                    raise UnknownResultError(mark("Baton was stopped while it was being sent."))
                case "look-up" if left > timedelta():
                    raise UnknownResultError(mark("An earlier try may still be under way."), left.total_seconds())
                case "look-up":
                    found = await self._looked_up(source, answer, stored)
                    if found is not None:
                        return found
                    await self._begin_anew(answer.id)
        elif stored.deleted_at is not None:
            raise PermanentError("The customer deleted the post that it answers.")
        elif answer.template is None and (why := source.refuses(lately(stored.post, heard), self._clock.now())):
            raise PermanentError(why)
        return await self._asked(source, answer, stored)

    async def _asked(self, source: Source, answer: Answer, stored: StoredPost) -> Sent:
        try:
            if answer.template is not None:
                return await source.reply_with(stored.post, answer.template, answer.text, answer.id)
            return await source.reply(stored.post, answer.text, answer.id)
        except BatonError:
            raise
        except Exception as error:
            # Nobody foresaw it, so nobody knows whether it came before the answer was sent or after.
            _log.exception("answer_surprise", source=stored.source)
            raise UnknownResultError(f"Something unexpected happened ({type(error).__name__}).") from error

    async def _looked_up(self, source: Source, answer: Answer, stored: StoredPost) -> Sent | None:
        try:
            return await source.find_reply(stored.post, answer.text, answer.id)
        except (RetriableError, PermanentError) as error:
            # Until it was seen not to be there, it may be.
            after = error.retry_after if isinstance(error, RetriableError) else None
            raise UnknownResultError(f"It cannot be looked up: {error}", after) from error

    async def _begin_anew(self, answer_id: str) -> None:
        async with self._storage.writing() as uow:
            await uow.answers.begin(answer_id, self._clock.now())

    async def _nothing_done(self, answer_id: str) -> None:
        async with self._storage.writing() as uow:
            await uow.answers.begin(answer_id, None)

    async def _settle(
        self, number: int, what: Callable[[Conversation, datetime], Events], sent: Sent | None = None
    ) -> None:
        async with self._storage.writing() as uow:
            conversation = await uow.conversations.take(number)
            answer = conversation.answer
            if answer is not None:
                if sent is not None:
                    await uow.answers.arrived(answer.id, sent.external_id)
                else:
                    await uow.answers.begin(answer.id, None)
            at = max(self._clock.now(), conversation.changed_at or conversation.opened_at)
            await uow.conversations.save(conversation, what(conversation, at))
