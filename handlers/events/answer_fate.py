"""What a network says afterwards of an answer: that it arrived, though nobody knew, or that it did not, though it was taken."""

from __future__ import annotations

from bot.domain import answering
from bot.domain.conversation import Conversation
from bot.domain.post import SourceEvent
from bot.ports import FATE, Clock, Outgoing, Storage, Taken, UnitOfWork

KIND = FATE


class FateKeeper:
    """Writes it down in the conversation. Of an answer that is not its latest any more, what went wrong is kept with what could
    not be read."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """Take it up; nothing where it is about a message that we did not send."""
        event = SourceEvent.model_validate_json(str(taken.work.payload["event"]))
        async with self._storage.writing() as uow:
            number = await _number(uow, event)
            if number is None:
                return
            conversation = await uow.conversations.take(number)
            outgoing = await _latest(uow, conversation)
            if outgoing is not None and _is_about(event, outgoing):
                await self._keep(uow, conversation, outgoing, event)
            elif event.why:
                unread = event.model_copy(update={"kind": "unread", "raw": event.answer, "why": event.why[:500]})
                await uow.posts.accept([unread], str(taken.work.payload["source"]), self._clock.now())

    async def _keep(self, uow: UnitOfWork, c: Conversation, outgoing: Outgoing, event: SourceEvent) -> None:
        at = max(self._clock.now(), c.changed_at or c.opened_at)
        if event.why:
            await uow.conversations.save(c, answering.came_back(c, at, outgoing.id, event.why))
            return
        if outgoing.external_id is None:
            await uow.answers.arrived(outgoing.id, event.external_id)
        await uow.conversations.save(c, answering.sent(c, at, outgoing.id, None))


async def _number(uow: UnitOfWork, event: SourceEvent) -> int | None:
    outgoing = await uow.answers.get(event.answer) if event.answer else None
    if outgoing is not None:
        return outgoing.number
    key = (event.network, event.account, event.external_id)
    return (await uow.answers.conversations([key])).get(key)


async def _latest(uow: UnitOfWork, c: Conversation) -> Outgoing | None:
    return await uow.answers.get(c.answer.id) if c.answer is not None else None


def _is_about(event: SourceEvent, outgoing: Outgoing) -> bool:
    """By what the network calls it, where that is known: one that was sent again has another name there."""
    if outgoing.external_id is not None:
        return outgoing.external_id == event.external_id
    return outgoing.id == event.answer
