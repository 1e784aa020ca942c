"""Answering the customer: one function per act, like those of `bot.domain.life`. Only the holder sends, sends again, or says
that an answer of unknown fate arrived; drafts are open to all, and approving to the departments that policy names.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import events as e
from bot.domain.acting import Act, Events, must_be_open, must_be_remembered, must_hold, offer
from bot.domain.answer import Answer, AnswerState
from bot.domain.conversation import Conversation
from bot.domain.life import activity
from bot.domain.policy import Policies
from bot.domain.templates import Filled
from bot.errors import UserError
from bot.speech import say

SENDS = (e.AnswerWritten, e.AnswerApproved, e.AnswerRepeated)
"""After these an answer may be on its way."""


def draft(c: Conversation, act: Act, p: Policies, text: str) -> Events:
    """Keep a text for whoever answers; it replaces an earlier draft."""
    must_be_open(c)
    words = text.strip()
    if not words:
        raise UserError(
            say("A draft needs words."),
            say("For example: `draft {ref} We are sorry, a new one is on its way.`", ref=c.ref),
        )
    if c.draft is not None and c.draft.text == words:
        return ()
    return (e.Drafted(at=act.at, by=act.by, via=act.via, text=words), *activity(c, act, p))


def must_be_answerable(c: Conversation, act: Act) -> None:
    """The one who acts holds it, and no answer is on its way or of unknown fate."""
    must_hold(c, act)
    must_be_settled(c)


def must_be_settled(c: Conversation) -> None:
    """No answer is on its way or of unknown fate: nothing is closed or answered over it."""
    state = c.answer.state if c.answer is not None else None
    if state is AnswerState.SENDING:
        raise UserError(
            say("Your last answer in {ref} is still going out.", ref=c.ref),
            say("Wait until the card says that it is sent."),
        )
    if state is AnswerState.UNCLEAR:
        raise UserError(
            say("Nobody knows yet whether the last answer in {ref} arrived.", ref=c.ref),
            say("Look at the network; then say that it arrived, or send it again."),
            (offer(c, say("It arrived"), "sent"), offer(c, say("Send it again"), "resend")),
        )


def answer(
    c: Conversation,
    act: Act,
    p: Policies,
    *,
    answer_id: str,
    post_id: str,
    text: str,
    needs: tuple[str, ...] = (),
    template: Filled | None = None,
) -> Events:
    """The holder answers a post, in these words or with a `template` that reads so when it is filled in. It goes out at once,
    or once every department of `needs` has approved it.

    One that still waits for approval is replaced. The author's own department need not approve.
    """
    must_be_answerable(c, act)
    words = text.strip()
    if not words:
        raise UserError(
            say("An answer needs words."),
            say("For example: `reply {ref} We are sorry, a new one is on its way.`", ref=c.ref),
        )
    others = tuple(key for key in dict.fromkeys(needs) if key != act.by.department)
    written = e.AnswerWritten(
        at=act.at,
        by=act.by,
        via=act.via,
        answer_id=answer_id,
        post_id=post_id,
        text=words,
        needs=others,
        template=template,
    )
    return (written, *activity(c, act, p))


def answered_there(c: Conversation, act: Act, p: Policies, *, answer_id: str, post_id: str, text: str) -> Events:
    """The holder answered on the network itself, in these words. Nothing is sent, and there is nothing left to approve."""
    must_be_answerable(c, act)
    words = text.strip()
    if not words:
        raise UserError(
            say("Say what you wrote there."),
            say("For example: `sent {ref} We are sorry, a new one is on its way.`", ref=c.ref),
        )
    written = e.AnswerWritten(at=act.at, by=act.by, via=act.via, answer_id=answer_id, post_id=post_id, text=words)
    stands = e.AnswerSent(at=act.at, by=act.by, via=act.via, answer_id=answer_id)
    return (written, stands, *activity(c, act, p))


def must_approve(c: Conversation, act: Act, answer_id: str = "") -> Answer:
    """The answer that waits for the approval of the department of the one who acts; `answer_id` is the one they saw."""
    _must_be_there(c)
    waiting = c.answer
    if waiting is None or waiting.waits_for is None:
        raise UserError(
            say("No answer in {ref} waits for approval.", ref=c.ref), say("See where it is: `show {ref}`.", ref=c.ref)
        )
    if answer_id and waiting.id != answer_id:
        raise UserError(
            say("That answer was replaced by another one."), say("Read the new one first: `show {ref}`.", ref=c.ref)
        )
    if act.by.id == waiting.by.id:
        raise UserError(say("Your own answer is for others to approve."), say("Wait, or ask them with `discuss`."))
    if act.by.department != waiting.waits_for:
        raise UserError(
            say(
                "This answer waits for {department}, and you are not of that department.",
                department=waiting.waits_for.capitalize(),
            ),
            say("Write what you think of it as a note."),
            (offer(c, say("Note…"), "note"),),
        )
    return waiting


def _must_be_there(c: Conversation) -> None:
    """Open, unless the answer tells of an idea: that goes out in resolved ones, too."""
    if c.answer is not None and c.answer.idea is not None:
        must_be_remembered(c)
    else:
        must_be_open(c)


def approve(c: Conversation, act: Act, answer_id: str = "") -> Events:
    """One department approves; after the last one it goes out."""
    waiting = must_approve(c, act, answer_id)
    department = waiting.waits_for or ""
    return (e.AnswerApproved(at=act.at, by=act.by, via=act.via, answer_id=waiting.id, department=department),)


def reject(c: Conversation, act: Act, why: str, answer_id: str = "") -> Events:
    """One department does not approve, with a reason; the text becomes a draft again."""
    waiting = must_approve(c, act, answer_id)
    if not why.strip():
        raise UserError(
            say("Rejecting needs a reason."), say("Say why: `reject {ref} we may not promise a date`.", ref=c.ref)
        )
    return (
        e.AnswerRejected(
            at=act.at,
            by=act.by,
            via=act.via,
            answer_id=waiting.id,
            author=waiting.by,
            text=waiting.text,
            why=why.strip(),
            idea=waiting.idea,
        ),
    )


def must_be_stuck(c: Conversation, act: Act) -> Answer:
    """The answer that failed or whose fate is unknown; the one who acts holds the baton, unless it tells of an idea and nobody
    does."""
    if c.answer is None or c.answer.idea is None or c.baton is not None:
        must_hold(c, act)
    must_be_remembered(c)
    if c.answer is None or c.answer.state not in {AnswerState.FAILED, AnswerState.UNCLEAR}:
        raise UserError(
            say("No answer in {ref} is stuck.", ref=c.ref),
            say("Write one: `reply {ref}`.", ref=c.ref),
            (offer(c, say("Reply…"), "reply"),),
        )
    return c.answer


def resend(c: Conversation, act: Act, p: Policies) -> Events:
    """Send the answer again that failed, or of which the holder knows by now that it did not arrive."""
    stuck = must_be_stuck(c, act)
    return (e.AnswerRepeated(at=act.at, by=act.by, via=act.via, answer_id=stuck.id), *activity(c, act, p))


def confirm(c: Conversation, act: Act) -> Events:
    """The holder has looked: it did arrive."""
    stuck = must_be_stuck(c, act)
    return (e.AnswerSent(at=act.at, by=act.by, via=act.via, answer_id=stuck.id),)


def is_going_out(c: Conversation, answer_id: str) -> bool:
    """Is this the answer that is on its way?"""
    return c.answer is not None and c.answer.id == answer_id and c.answer.state is AnswerState.SENDING


def sent(c: Conversation, at: datetime, answer_id: str, url: str | None) -> Events:
    """The network has it; also when that is known so late that nobody expected it any more."""
    if c.answer is None or c.answer.id != answer_id or c.answer.state in {AnswerState.ASKED, AnswerState.SENT}:
        return ()
    return (e.AnswerSent(at=at, via="network", answer_id=answer_id, url=url),)


def failed(c: Conversation, at: datetime, answer_id: str, why: str) -> Events:
    """It certainly did not arrive."""
    if not is_going_out(c, answer_id):
        return ()
    return (e.AnswerFailed(at=at, via="network", answer_id=answer_id, why=why),)


def came_back(c: Conversation, at: datetime, answer_id: str, why: str) -> Events:
    """The network had taken it and says afterwards that it did not arrive."""
    if c.answer is None or c.answer.id != answer_id or c.answer.state in {AnswerState.ASKED, AnswerState.FAILED}:
        return ()
    return (e.AnswerFailed(at=at, via="network", answer_id=answer_id, why=why),)


def unclear(c: Conversation, at: datetime, answer_id: str, why: str) -> Events:
    """It may have arrived or not, and the network cannot tell."""
    if not is_going_out(c, answer_id):
        return ()
    return (e.AnswerUnclear(at=at, via="network", answer_id=answer_id, why=why),)
