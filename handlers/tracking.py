"""Ideas and their issues: linking and parting them, and what an issue's change in its tracker moves here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Config
from bot.domain import idea_events as e
from bot.domain import idea_life as life
from bot.domain.idea import Idea, IdeaState
from bot.domain.people import PersonRef
from bot.domain.tracking import IdeaLink, TrackedIssue, agreed, to_move
from bot.ports import UnitOfWork, Work
from bot.speech import say
from bot.views.wording import one_line
from handlers.ideas import save

LOOK = "issue_changed"
"""The kind of work that looks an issue up which changed, and moves its idea."""

CREATE = "issue_create"
"""The kind of work that makes an issue for an idea."""

MOVE = "issue_move"
"""The kind of work that shows an idea's state in one of its issues."""

TELL_ASKED = "issue_asked"
"""The kind of work that tells one issue how many ask."""


def lane(tracker: str, ref: str) -> str:
    """What is done with one issue is done one after the other."""
    return f"tracker:{tracker}:{ref}"


def kind_of(config: Config, tracker: str) -> str:
    """What a trail names as the system that acted: the tracker's kind."""
    part = config.trackers.get(tracker)
    return part.kind if part is not None else tracker


async def root_of(uow: UnitOfWork, number: int) -> Idea | None:
    """The idea that stands for this one: itself, where it was merged into none."""
    idea = await uow.ideas.get(number)
    while idea is not None and idea.merged_into is not None:
        idea = await uow.ideas.get(idea.merged_into)
    return idea


async def standing(uow: UnitOfWork, number: int) -> Idea:
    """The idea that stands for this one, locked until the unit of work ends."""
    idea = await root_of(uow, number)
    return await uow.ideas.take(idea.number if idea is not None else number)


async def link_to(
    uow: UnitOfWork,
    idea: Idea,
    tracker: str,
    issue: TrackedIssue,
    at: datetime,
    *,
    by: PersonRef | None = None,
    via: str = "baton",
    made: bool = False,
    told: int = 0,
) -> IdeaLink:
    """The idea, which was taken, has this issue from now on, as it stands there."""
    link = IdeaLink(
        idea=idea.number,
        tracker=tracker,
        ref=issue.ref,
        url=issue.url,
        state=issue.state,
        word=one_line(issue.word, 40),
        updated_at=issue.updated_at,
        linked_at=at,
        told=told,
    )
    await uow.idea_links.put(link)
    linked = e.Linked(at=at, by=by, via=via, tracker=tracker, ref=issue.ref, url=issue.url, made=made)
    await save(uow, idea, (linked,))
    return link


async def take_in(uow: UnitOfWork, config: Config, link: IdeaLink, issue: TrackedIssue, at: datetime) -> None:
    """The issue stands as it says now: keep that, and move the idea where its issues say so together.

    An issue as it was seen before, or as it was still earlier, moves nothing: so what we changed there ourselves does not
    come back, and what is late or doubled does no harm.
    """
    idea = await standing(uow, link.idea)
    known = await uow.idea_links.get(link.tracker, link.ref)
    if known is None or issue.updated_at < known.updated_at:
        return
    seen = replace(known, state=issue.state, word=one_line(issue.word, 40), updated_at=issue.updated_at, gone=False)
    await uow.idea_links.put(seen)
    if issue.state is known.state and not known.gone:
        return
    others = [each for each in await uow.idea_links.of(idea.number) if not each.gone and each.ref != link.ref]
    said = agreed([issue.state, *(each.state for each in others)])
    to = to_move(idea.state, said)
    if to is None:
        return
    why = ""
    if to in {IdeaState.DECLINED, IdeaState.CONSIDERING}:
        why = say("{issue} is {state}", issue=issue.ref, state=one_line(issue.word, 40))
    events = life.move(idea, to, at, via=kind_of(config, link.tracker), why=why)
    await save(uow, idea, events)


async def lose(uow: UnitOfWork, config: Config, link: IdeaLink, at: datetime) -> None:
    """The issue was deleted, or moved elsewhere: the link says so, and the idea stays as it is."""
    idea = await standing(uow, link.idea)
    known = await uow.idea_links.get(link.tracker, link.ref)
    if known is None or known.gone:
        return
    await uow.idea_links.put(replace(known, gone=True))
    via = kind_of(config, link.tracker)
    await save(uow, idea, (e.Unlinked(at=at, via=via, tracker=link.tracker, ref=link.ref, gone=True),))


def moving(link: IdeaLink, cause: str) -> Work:
    """The work of showing the idea's state in an issue; `cause` tells one occasion from another."""
    payload = {"tracker": link.tracker, "ref": link.ref}
    once = f"{MOVE}:{link.tracker}:{link.ref}:{cause}"
    return Work(MOVE, payload, key=lane(link.tracker, link.ref), priority=1, once=once)


def creation(tracker: str, idea: Idea, by: PersonRef | None, via: str) -> Work:
    """The work of making an issue for the idea as it is now."""
    key = f"I-{idea.number}-{idea.version}"
    payload = {
        "tracker": tracker,
        "idea": idea.number,
        "key": key,
        "by": {"id": by.id, "name": by.name, "department": by.department} if by is not None else None,
        "via": via,
    }
    return Work(CREATE, payload, key=lane(tracker, idea.ref), priority=0, once=f"{CREATE}:{tracker}:{key}")


async def heard(uow: UnitOfWork, tracker: str, delivery: str, refs: Sequence[str]) -> int:
    """A delivery of the tracker tells that these issues changed; gives how many of them are an idea's."""
    ours = 0
    for ref in refs:
        if await uow.idea_links.get(tracker, ref) is None:
            continue
        ours += 1
        payload = {"tracker": tracker, "ref": ref}
        once = f"{LOOK}:{tracker}:{delivery}:{ref}" if delivery else None
        await uow.outbox.put(Work(LOOK, payload, key=lane(tracker, ref), priority=0, once=once))
    return ours
