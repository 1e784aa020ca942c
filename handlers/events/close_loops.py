"""What happens to an answer that tells of an idea moves the loop that it closes, in the same transaction."""

from __future__ import annotations

import hashlib
from typing import Any

from bot.domain import events as e
from bot.domain.loops import LoopState
from bot.domain.people import PersonRef
from bot.domain.telling import moved
from bot.ports import Change, UnitOfWork, Work
from handlers.loops import NOTICE, look_work

_NEWS = (e.CustomerWrote, e.PostDeleted)
"""After these somebody may be told who could not, or not any more."""


async def follow(uow: UnitOfWork, change: Change) -> None:
    """The loops of a conversation after what happened to it."""
    if not _concerns(change):
        return
    news = any(isinstance(event, _NEWS) for event in change.events)
    for loop in await uow.loops.of_conversation(change.conversation.number):
        after = moved(loop, change.conversation, change.events)
        if after != loop:
            await uow.loops.keep(after)
        if news and after.state in {LoopState.DRAFTED, LoopState.UNTOLD}:
            await uow.outbox.put(look_work(after.idea, after.number))
    await _tell_of_trouble(uow, change)


def _concerns(change: Change) -> bool:
    c = change.conversation
    if c.shipped or (c.answer is not None and c.answer.idea is not None):
        return True
    return any(isinstance(event, e.NotTold | e.Forgotten) for event in change.events)


async def _tell_of_trouble(uow: UnitOfWork, change: Change) -> None:
    """Who told many is told once that some did not go out, or may not."""
    answer = change.conversation.answer
    for event in change.events:
        match event:
            case e.AnswerRejected(idea=int() as idea):
                more = {"what": "rejected", "person": event.author.id, "why": event.why, "by": _name(event.by)}
                await _put(uow, change.conversation.number, idea, more, f"{event.author.id}:{event.why}")
            case e.AnswerFailed() | e.AnswerUnclear() if answer is not None and answer.idea is not None:
                more = {"what": "stuck", "person": answer.by.id}
                await _put(uow, change.conversation.number, answer.idea, more, answer.by.id)
            case _:
                pass


async def _put(uow: UnitOfWork, number: int, idea: int, more: dict[str, Any], key: str) -> None:
    loop = await uow.loops.get(idea, number)
    mark = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    once = f"loop-{more['what']}:{idea}:{loop.shipped if loop is not None else 0}:{mark}"
    await uow.outbox.put(Work(NOTICE, {"idea": idea, "mark": once, **more}, priority=0, once=once))


def _name(by: PersonRef | None) -> str:
    return by.name if by is not None else ""
