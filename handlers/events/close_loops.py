"""What happens to an answer that tells of an idea moves the loop that it closes, in the same transaction."""

from __future__ import annotations

from bot.domain import events as e
from bot.domain.loops import LoopState
from bot.domain.telling import moved
from bot.ports import Change, UnitOfWork, Work
from handlers.loops import NOTICE, look_work

_NEWS = (e.CustomerWrote, e.PostDeleted)
"""After these somebody may be told who could not, or not any more."""

_STUCK = (e.AnswerFailed, e.AnswerUnclear)


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
    await _tell_of_stuck(uow, change)


def _concerns(change: Change) -> bool:
    c = change.conversation
    if c.shipped or (c.answer is not None and c.answer.idea is not None):
        return True
    return any(isinstance(event, e.NotTold | e.Forgotten) for event in change.events)


async def _tell_of_stuck(uow: UnitOfWork, change: Change) -> None:
    """Who sent many is told once that some did not go out."""
    answer = change.conversation.answer
    if answer is None or answer.idea is None or not any(isinstance(event, _STUCK) for event in change.events):
        return
    loop = await uow.loops.get(answer.idea, change.conversation.number)
    once = f"loop-stuck:{answer.idea}:{loop.shipped if loop is not None else 0}:{answer.by.id}"
    payload = {"idea": answer.idea, "what": "stuck", "person": answer.by.id, "mark": once}
    await uow.outbox.put(Work(NOTICE, payload, priority=0, once=once))
