"""Folding events into what a conversation knows of its answers; the part of `bot.domain.replay` that is about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain import events as e
from bot.domain.answer import Answer, AnswerState, Draft
from bot.domain.conversation import Conversation, State
from bot.domain.people import PersonRef


def of_answer(c: Conversation, event: e.Event) -> dict[str, Any]:
    """What changes in the conversation's answer and draft."""
    match event:
        case e.Drafted() | e.AnswerWritten() | e.AnswerApproved() | e.AnswerRejected() | e.AnswerRepeated():
            return _of_writing(c, event)
        case e.AnswerSent() | e.AnswerFailed() | e.AnswerUnclear():
            return _of_sending(c, event)
        case e.IdeaShipped():
            return {"shipped": (*c.shipped, event.idea)}
        case e.NotTold():
            return {"shipped": _without(c.shipped, event.idea)}
        case e.Claimed() | e.PassAccepted() | e.LeaseExpired() | e.Released() | e.Resolved() | e.Reopened():
            return _let_go(c, event)
        case _:
            return {}


def _of_writing(
    c: Conversation, event: e.Drafted | e.AnswerWritten | e.AnswerApproved | e.AnswerRejected | e.AnswerRepeated
) -> dict[str, Any]:
    match event:
        case e.Drafted(by=PersonRef() as by):
            return {"draft": Draft(event.text, by, event.at)}
        case e.AnswerWritten(by=PersonRef() as by):
            state = AnswerState.ASKED if event.needs else AnswerState.SENDING
            written = Answer(
                event.answer_id,
                event.post_id,
                event.text,
                by,
                event.at,
                state,
                event.needs,
                idea=event.idea,
                template=event.template,
            )
            # What somebody began to write about something else is for whoever goes on with that.
            return {"answer": written} | ({"draft": None} if event.idea is None else {})
        case e.AnswerApproved(by=PersonRef() as by) if c.answer is not None:
            left = tuple(key for key in c.answer.needs if key != event.department)
            state = AnswerState.ASKED if left else AnswerState.SENDING
            return {"answer": replace(c.answer, needs=left, state=state, approved=(*c.answer.approved, by))}
        case e.AnswerRejected() if c.answer is not None:
            if c.answer.idea is not None:
                return {"answer": None}
            return {"answer": None, "draft": Draft(c.answer.text, c.answer.by, c.answer.at)}
        case e.AnswerRepeated(by=PersonRef() as by) if c.answer is not None:
            # Whoever holds it by now may send what another wrote; it is theirs then.
            return {"answer": replace(c.answer, state=AnswerState.SENDING, why="", by=by)}
        case _:
            return {}


def _of_sending(c: Conversation, event: e.AnswerSent | e.AnswerFailed | e.AnswerUnclear) -> dict[str, Any]:
    if c.answer is None or c.answer.id != event.answer_id:
        return {}
    match event:
        case e.AnswerFailed():
            failed = {"answer": replace(c.answer, state=AnswerState.FAILED, why=event.why)}
            # It seemed to have arrived, and the next step to be the customer's.
            seemed = c.answer.state is AnswerState.SENT and c.state is State.WAITING and c.is_held_by(c.answer.by)
            return failed | ({"state": State.HELD} if seemed else {})
        case e.AnswerUnclear():
            return {"answer": replace(c.answer, state=AnswerState.UNCLEAR, why=event.why)}
    changes: dict[str, Any] = {
        "answer": replace(c.answer, state=AnswerState.SENT, why="", url=event.url),
        "answered": c.answered + 1,
        "first_answer_at": c.first_answer_at or event.at,
    }
    if c.answer.idea is not None:
        return changes | {"shipped": _without(c.shipped, c.answer.idea)}
    # The next step is the customer's, unless they wrote meanwhile, or another took over or is asked to. Who snoozed it
    # wants to see it again all the same.
    wrote_since = c.last_post_at is not None and c.last_post_at > c.answer.at
    if c.state is State.HELD and c.is_held_by(c.answer.by) and not wrote_since and c.pass_request is None:
        changes["state"] = State.WAITING
    return changes


def _let_go(c: Conversation, event: e.Event) -> dict[str, Any]:
    """Only the holder answers: whoever lets go of the baton takes back what still waits for approval. It stays as a draft."""
    if c.answer is None or c.answer.state is not AnswerState.ASKED:
        return {}
    if event.by is not None and event.by.id == c.answer.by.id and isinstance(event, e.Claimed | e.PassAccepted):
        return {}
    if c.answer.idea is not None:
        return {"answer": None}
    return {"answer": None, "draft": Draft(c.answer.text, c.answer.by, c.answer.at)}


def _without(ideas: tuple[int, ...], idea: int) -> tuple[int, ...]:
    return tuple(each for each in ideas if each != idea)
