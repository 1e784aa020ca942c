"""Ideas and their issues in trackers: an idea's state is shown there, and what changes there is looked up and taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.idea import Idea, IdeaState
from bot.domain.people import PersonRef
from bot.domain.tracking import IdeaLink, IssueDraft, TrackedIssue
from bot.errors import GoneError, RetriableError
from bot.ports import Asking, Clock, Storage, Taken, Tracker, Work
from bot.views.tracker_notes import asked_note, issue_body, moved_note
from handlers.ideas import ASKED, MOVED, TRACKED
from handlers.tracking import (
    CREATE,
    LOOK,
    MOVE,
    TELL_ASKED,
    creation,
    lane,
    link_to,
    lose,
    moving,
    root_of,
    standing,
    take_in,
)

KINDS = (TRACKED, ASKED, CREATE, MOVE, TELL_ASKED, LOOK)

LONGEST = timedelta(days=7)
"""So long a tracker may be away; then what was to be done there is a dead letter, which can be replayed."""

NOT_CONFIGURED = 600.0
"""Seconds until work is tried again whose tracker is not configured any more."""


@dataclass(frozen=True, slots=True)
class _About:
    """A link with its tracker, the idea that stands for its own, who asks, and what moved it last."""

    link: IdeaLink
    tracker: Tracker
    idea: Idea
    asking: Asking
    event: e.Event | None


class IssueKeeper:
    """Carries out what is to be done with issues. Nothing of it is doubled when it is done again."""

    def __init__(self, storage: Storage, trackers: Mapping[str, Tracker], config: Config, clock: Clock) -> None:
        self._storage = storage
        self._trackers = trackers
        self._config = config
        self._clock = clock

    async def tracked(self, taken: Taken) -> None:
        """An idea is in another state: each of its issues is to show that, and one is made where baton.toml says so."""
        payload = taken.work.payload
        async with self._storage.writing() as uow:
            idea = await standing(uow, int(payload["idea"]))
            links = [link for link in await uow.idea_links.of(idea.number) if not link.gone]
            cause = f"{payload['idea']}:{payload['step']}"
            await uow.outbox.put(*(moving(link, cause) for link in links))
            for name, part in self._config.trackers.items():
                wanted = part.create != "never" and idea.state is IdeaState(part.create)
                if wanted and all(link.tracker != name for link in links):
                    await uow.outbox.put(creation(name, idea, None, "baton"))

    async def asked(self, taken: Taken) -> None:
        """More conversations ask for an idea: each of its issues is told, which did not hear of as many."""
        async with self._storage.writing() as uow:
            idea = await standing(uow, int(taken.work.payload["idea"]))
            asking = await uow.ideas.asking(idea.number)
            for link in await uow.idea_links.of(idea.number):
                if not link.gone and link.told < asking.conversations and not idea.state.is_over:
                    telling = {"tracker": link.tracker, "ref": link.ref, "mark": f"asked-{taken.id}"}
                    once = f"{TELL_ASKED}:{link.tracker}:{link.ref}:{taken.id}"
                    await uow.outbox.put(Work(TELL_ASKED, telling, key=lane(link.tracker, link.ref), once=once))

    async def create(self, taken: Taken) -> None:
        """Make an issue; where that may have been done already, it is looked for first."""
        payload = taken.work.payload
        name, key = str(payload["tracker"]), str(payload["key"])
        tracker = self._tracker(name)
        async with self._storage.reading() as uow:
            idea = await root_of(uow, int(payload["idea"]))
            links = await uow.idea_links.of(int(payload["idea"]))
            asking = await uow.ideas.asking(idea.number) if idea is not None else Asking()
        if idea is None or any(link.tracker == name and not link.gone for link in links):
            return
        found = await tracker.find(key, taken.created_at) if taken.attempt > 1 else None
        issue = found or await tracker.create(IssueDraft(idea.title, issue_body(idea, asking)), key)
        # As it was made; what became of one that was found later is taken in like any change.
        made = issue if found is None else replace(issue, state=IdeaState.NEW)
        by = PersonRef(**payload["by"]) if payload.get("by") else None
        at, via, told = self._clock.now(), str(payload["via"]), asking.conversations
        async with self._storage.writing() as uow:
            root = await standing(uow, idea.number)
            link = await link_to(uow, root, name, made, at, by=by, via=via, made=True, told=told)
            if found is not None:
                await take_in(uow, self._config, link, found, at)
            if root.state is not IdeaState.NEW and tracker.shown(root.state) is not made.state:
                await uow.outbox.put(moving(link, key))

    async def move(self, taken: Taken) -> None:
        """Say there what was decided here and by whom, once, then show it."""
        about = await self._about(taken)
        if about is None or about.event is None or about.link.gone or about.link.state is None:
            return
        link, tracker, idea = about.link, about.tracker, about.idea
        if tracker.shown(idea.state) is link.state:
            return
        note = moved_note(idea, about.event, about.asking, self._config)
        try:
            await tracker.comment(link.ref, note, f"moved-{taken.id}", _since(taken))
            issue = await tracker.move(link.ref, idea.state)
        except GoneError:
            await self._look(tracker, link)
            return
        await self._keep(link, issue, about.asking)

    async def tell_asked(self, taken: Taken) -> None:
        """Say there how many ask for it now, once."""
        about = await self._about(taken)
        if about is None or about.link.gone or about.link.told >= about.asking.conversations:
            return
        link, mark = about.link, str(taken.work.payload["mark"])
        try:
            await about.tracker.comment(link.ref, asked_note(about.idea, about.asking), mark, _since(taken))
        except GoneError:
            await self._look(about.tracker, link)
            return
        await self._keep(link, None, about.asking)

    async def look(self, taken: Taken) -> None:
        """An issue changed: see how it stands now, and move its idea."""
        about = await self._about(taken)
        if about is not None:
            await self._look(about.tracker, about.link)

    async def _look(self, tracker: Tracker, link: IdeaLink) -> None:
        issue = await tracker.look_up(link.ref)
        async with self._storage.writing() as uow:
            if issue is None:
                await lose(uow, self._config, link, self._clock.now())
            else:
                await take_in(uow, self._config, link, issue, self._clock.now())

    async def _keep(self, link: IdeaLink, issue: TrackedIssue | None, asking: Asking) -> None:
        """What was done there is known from now on, so that its echo moves nothing."""
        async with self._storage.writing() as uow:
            await standing(uow, link.idea)
            known = await uow.idea_links.get(link.tracker, link.ref)
            if known is None:
                return
            told = max(known.told, asking.conversations)
            if issue is not None:
                seen = max(known.updated_at, issue.updated_at)
                known = replace(known, state=issue.state, word=issue.word[:40], updated_at=seen)
            await uow.idea_links.put(replace(known, told=told))

    def _tracker(self, name: str) -> Tracker:
        tracker = self._trackers.get(name)
        if tracker is None:
            raise RetriableError(f"there is no tracker “{name}” in baton.toml", NOT_CONFIGURED)
        return tracker

    async def _about(self, taken: Taken) -> _About | None:
        payload = taken.work.payload
        tracker = self._tracker(str(payload["tracker"]))
        async with self._storage.reading() as uow:
            link = await uow.idea_links.get(tracker.name, str(payload["ref"]))
            idea = await root_of(uow, link.idea) if link is not None else None
            if link is None or idea is None:
                return None
            asking = await uow.ideas.asking(idea.number)
            moves = [event for event in await uow.ideas.trail(idea.number) if isinstance(event, MOVED)]
        return _About(link, tracker, idea, asking, moves[-1] if moves else None)


def _since(taken: Taken) -> datetime | None:
    """From when on an earlier try may have written it."""
    return taken.created_at if taken.attempt > 1 else None
