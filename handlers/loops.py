"""Loops: which change of an idea makes drafts for those who asked for it, or drops them; and whether they can be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain import idea_events as e
from bot.domain.conversation import Conversation, State
from bot.domain.idea import Idea, IdeaState
from bot.domain.loops import Loop, LoopState, Why
from bot.domain.people import PersonRef
from bot.domain.post import StoredPost
from bot.domain.telling import holder
from bot.ports import Answering, UnitOfWork, Work

DRAFT = "loops"
"""The kind of work that brings the drafts of an idea up to date; its payload names the idea."""

LOOK = "loop"
"""The kind of work that looks again whether one customer can be told."""

NOTICE = "loop_notice"
"""The kind of work that tells colleagues what they are needed for; its payload names the idea, `what` and whom."""


def lane(idea: int) -> str:
    """What is done with the loops of one idea is done one after the other."""
    return f"loops:{idea}"


async def follow_idea(uow: UnitOfWork, before: Idea, after: Idea, events: Iterable[e.Event]) -> None:
    """Have the drafts of an idea brought up to date that ships or shipped, and of the one that it was merged with."""
    happened = tuple(events)
    shipped = next((event for event in happened if isinstance(event, e.Shipped)), None)
    if IdeaState.SHIPPED in {before.state, after.state}:
        payload: dict[str, Any] = {"idea": after.number}
        if shipped is not None:
            # Who raised it, and who held its next step, is told when the drafts are there.
            payload |= {"shipped": after.version, "holder": before.holder.id if before.holder is not None else None}
        await uow.outbox.put(draft_work(payload, f"{before.number}:{after.version}"))
    for event in happened:
        match event:
            case e.Merged():
                other = event.into
            case e.Unmerged():
                other = event.out_of
            case _:
                continue
        await uow.outbox.put(
            draft_work({"idea": await _standing(uow, other)}, f"{before.number}:{after.version}:other")
        )


def draft_work(payload: dict[str, Any], once: str) -> Work:
    """The work of bringing the drafts up to date."""
    return Work(DRAFT, payload, key=lane(payload["idea"]), priority=1, once=f"loop:{once}")


def look_work(idea: int, number: int, *, again: bool = False) -> Work:
    """The work of looking whether one customer can be told; `again`: also where an answer failed."""
    payload = {"idea": idea, "number": number, "again": again}
    return Work(LOOK, payload, key=lane(idea), priority=1, dedup=f"{idea}:{number}:{again}")


async def _standing(uow: UnitOfWork, number: int) -> int:
    """The idea that stands for this one."""
    idea = await uow.ideas.get(number)
    while idea is not None and idea.merged_into is not None:
        number = idea.merged_into
        idea = await uow.ideas.get(number)
    return number


def judged(
    loop: Loop, conversation: Conversation, posts: Sequence[StoredPost], answering: Answering, now: datetime
) -> Loop:
    """The loop as a draft, or why its customer cannot be told now. `posts` are those that were not deleted."""
    if conversation.forgotten:
        found = replace(loop, state=LoopState.UNTOLD, why=Why.FORGOTTEN, detail="", text="")
    elif not posts:
        found = replace(loop, state=LoopState.UNTOLD, why=Why.DELETED, detail="")
    else:
        way = answering.way(posts[-1], now)
        loop = replace(loop, audience=way.audience)
        if way.refusal is not None:
            why = Why.WINDOW if way.over else Why.REFUSED
            found = replace(loop, state=LoopState.UNTOLD, why=why, detail=way.refusal)
        else:
            # Why a department did not approve it stays with the draft.
            detail = loop.detail if loop.state is LoopState.DRAFTED else ""
            found = replace(loop, state=LoopState.DRAFTED, why=None, detail=detail)
    return replace(found, at=now) if found.state is not loop.state or found.why is not loop.why else found


async def live_posts(uow: UnitOfWork, number: int) -> list[StoredPost]:
    """What the customer wrote and did not delete."""
    return [post for post in await uow.posts.of(number) if post.deleted_at is None]


async def who_alone_tells(uow: UnitOfWork, conversation: Conversation, at: datetime) -> PersonRef | None:
    """Who holds it, or holds the one that stands for it, and so is who tells; None where anybody may."""
    if conversation.state is State.ECHO and conversation.echo_of is not None:
        leader = await uow.conversations.get(conversation.echo_of)
        return holder(leader, at) if leader is not None else None
    return holder(conversation, at)
