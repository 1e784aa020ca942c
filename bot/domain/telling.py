"""Telling customers that an idea they asked for has shipped. Pure; what goes out is an answer like any other.

Telling takes no next step: the conversation stays where it is, resolved or on the floor, and nobody holds it for longer than
the act. Who holds an open one is who tells its customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain import events as e
from bot.domain.acting import Act, Events, held_by_other, must_be_remembered, offer
from bot.domain.answer import AnswerState
from bot.domain.answering import must_be_settled
from bot.domain.conversation import Conversation, State
from bot.domain.life import activity
from bot.domain.loops import Loop, LoopState, Why
from bot.domain.people import PersonRef
from bot.domain.policy import Policies
from bot.errors import Offer, UserError
from bot.speech import say


def shipped(c: Conversation, at: datetime, idea: int) -> Events:
    """An idea that it asks for has shipped: its customer can be told."""
    if c.forgotten or idea in c.shipped:
        return ()
    return (e.IdeaShipped(at=at, via="idea", idea=idea),)


def withdraw(c: Conversation, at: datetime, idea: int, why: str = "") -> Events:
    """There is nothing to tell any more."""
    return (e.NotTold(at=at, via="idea", idea=idea, why=why),) if idea in c.shipped else ()


def holder(c: Conversation, at: datetime) -> PersonRef | None:
    """Who alone may tell; None where anybody may: nobody holds it, or only rested on it until their time was over."""
    if c.baton is None or (c.state is State.WAITING and c.baton.lease.until <= at):
        return None
    return c.baton.holder


def must_be_tellable(c: Conversation, act: Act, idea: int) -> None:
    """The customer waits to be told of this idea, nobody else holds the conversation, and no other answer is under way."""
    must_be_remembered(c)
    if idea not in c.shipped:
        raise UserError(
            say("There is nothing to tell the customer of {ref} about I-{idea}.", ref=c.ref, idea=idea),
            say("See who was told: `tell I-{idea}`.", idea=idea),
            (Offer(say("Show I-{idea}", idea=idea), "idea", (("what", "show"), ("idea", f"I-{idea}"))),),
        )
    its = holder(c, act.at)
    if its is not None and its.id != act.by.id:
        raise held_by_other(c, its, act.by)
    must_be_settled(c)
    answer = c.answer
    if answer is None or answer.state is AnswerState.SENT or answer.idea == idea:
        return
    if answer.state is AnswerState.FAILED:
        raise UserError(
            say("The last answer in {ref} did not go out.", ref=c.ref),
            say("Send it again or change it first, so that it is not lost."),
            (offer(c, say("Send it again"), "resend"), offer(c, say("Show"), "show")),
        )
    raise UserError(
        say("An answer in {ref} waits for approval.", ref=c.ref),
        say("Tell the customer when it is out."),
        (offer(c, say("Show"), "show"),),
    )


def tell(
    c: Conversation,
    act: Act,
    p: Policies,
    *,
    idea: int,
    answer_id: str,
    post_id: str,
    text: str,
    needs: tuple[str, ...] = (),
) -> Events:
    """Answer a post with the news, at once or once every department of `needs` has approved it."""
    must_be_tellable(c, act, idea)
    words = text.strip()
    if not words:
        raise UserError(
            say("That needs words."), say("For example: `tell {ref} What you asked for is here now.`", ref=c.ref)
        )
    others = tuple(key for key in dict.fromkeys(needs) if key != act.by.department)
    written = e.AnswerWritten(
        at=act.at, by=act.by, via=act.via, answer_id=answer_id, post_id=post_id, text=words, needs=others, idea=idea
    )
    return (written, *activity(c, act, p))


def leave(c: Conversation, act: Act, idea: int, why: str = "") -> Events:
    """Decide not to tell this customer."""
    must_be_tellable(c, act, idea)
    return (e.NotTold(at=act.at, by=act.by, via=act.via, idea=idea, why=" ".join(why.split())),)


def moved(loop: Loop, c: Conversation, events: Iterable[e.Event]) -> Loop:
    """The loop after what happened to its conversation, which led to `c`."""
    for event in events:
        loop = _after(loop, event)
    if loop.state is LoopState.SENDING and (c.answer is None or c.answer.id != loop.answer_id) and not c.forgotten:
        # Another answer took its place, or who wrote it let go of the baton before it was approved.
        return _drafted(loop, c.changed_at or loop.at)
    return loop


def _after(loop: Loop, event: e.Event) -> Loop:
    match event:
        case e.AnswerWritten(idea=loop.idea):
            sending = replace(loop, state=LoopState.SENDING, at=event.at, text=event.text, answer_id=event.answer_id)
            return replace(sending, why=None, detail="")
        case e.AnswerRepeated(answer_id=loop.answer_id):
            return replace(loop, state=LoopState.SENDING, at=event.at, why=None, detail="")
        case e.AnswerRejected(answer_id=loop.answer_id):
            return replace(_drafted(loop, event.at), detail=event.why)
        case e.AnswerSent(answer_id=loop.answer_id):
            return replace(loop, state=LoopState.TOLD, at=event.at, why=None, detail="")
        case e.AnswerFailed(answer_id=loop.answer_id):
            return replace(loop, state=LoopState.UNTOLD, at=event.at, why=Why.FAILED, detail=event.why)
        case e.AnswerUnclear(answer_id=loop.answer_id):
            return replace(loop, why=Why.UNCLEAR, detail=event.why)
        case e.NotTold(idea=loop.idea) if event.by is not None:
            return replace(loop, state=LoopState.LEFT, at=event.at, why=None, detail=event.why)
        case e.Forgotten() if loop.state not in {LoopState.TOLD, LoopState.LEFT}:
            return replace(loop, state=LoopState.UNTOLD, at=event.at, why=Why.FORGOTTEN, detail="")
        case _:
            return loop


def _drafted(loop: Loop, at: datetime) -> Loop:
    return replace(loop, state=LoopState.DRAFTED, at=at, answer_id=None, why=None, detail="")
