"""Edits, deletes and counts reach the posts they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.config import Config
from bot.domain import echoing, one_post
from bot.domain.campaigns import campaigns_of
from bot.domain.conversation import Conversation, State
from bot.domain.events import Event, PostDeleted, PostEdited
from bot.domain.post import SourceEvent, StoredPost
from bot.domain.triage import is_urgent
from bot.ports import Triage, UnitOfWork
from handlers.echoes import remember_again, tell_leader
from handlers.events import read_again
from handlers.rolling import Rolling, show_anew


class PostChanges:
    """One batch of them."""

    def __init__(
        self, uow: UnitOfWork, config: Config, at: datetime, triage: Triage, rolling: Rolling | None = None
    ) -> None:
        self._uow = uow
        self._config = config
        self._at = at
        self._triage = triage
        self._rolling = rolling
        self._anew: dict[int, Conversation] = {}

    async def apply(
        self,
        changes: Sequence[tuple[str, SourceEvent, StoredPost | None]],
        told: Sequence[tuple[SourceEvent, StoredPost]] = (),
    ) -> None:
        """In order of arrival; what came before its post waits in the store until the post is there.

        Before them what is `told` of posts that came by another way, too.
        """
        for event, first in told:
            await self._change(event, first)
        for _, event, stored in changes:
            if stored is not None and stored.same_as is not None:
                await self._of_a_copy(event, stored.same_as)
            elif (
                stored is not None and stored.post.via is None and event.post is not None and event.post.via is not None
            ):
                # A tool that is set up for the same account goes by the network's own key.
                await self._told_by_a_tool(event, stored)
            elif stored is not None:
                await self._change(event, stored)
        await show_anew(self._uow, self._config, self._rolling, self._anew.values(), self._at)
        await self._uow.posts.done([change_id for change_id, _, stored in changes if stored is not None])

    async def _of_a_copy(self, event: SourceEvent, first_id: str) -> None:
        """A tool tells of a post that is known by another way, too: of the network itself, or of the tool that was quicker."""
        first = await self._uow.posts.get(first_id)
        if first is not None:
            await self._told_by_a_tool(event, first)

    async def _told_by_a_tool(self, event: SourceEvent, first: StoredPost) -> None:
        if event.kind == "metrics":
            fresh = {name: n for name, n in event.metrics.items() if first.post.via or name not in first.post.metrics}
            event = event.model_copy(update={"metrics": fresh})
        elif event.post is not None:
            earlier = await self._uow.posts.versions(first.id)
            edited = one_post.tools_edit(first, event.post, [text for _, text in earlier])
            if edited is None:
                return
            event = event.model_copy(update={"post": edited})
        await self._change(event, first)

    async def _change(self, event: SourceEvent, stored: StoredPost) -> None:
        match event.kind:
            case "metrics":
                await self._uow.posts.measure(stored.id, event.metrics)
            case "deleted":
                if await self._uow.posts.erase(stored.id, self._at) and stored.conversation is not None:
                    await self._deleted(await self._uow.conversations.take(stored.conversation), stored)
            case "edited" | "created":
                edited = await self._uow.posts.edit(stored.id, event, self._at)
                if edited is not None and edited.conversation is not None:
                    await self._edited(await self._uow.conversations.take(edited.conversation), edited)

    async def _edited(self, c: Conversation, edited: StoredPost) -> None:
        """What the newest post says now is read anew; it may have become urgent, and belong elsewhere."""
        posts = await self._uow.posts.of(c.number, c.posts)
        newest = bool(posts) and posts[-1].id == edited.id and not c.filed
        reading = self._triage.read(edited.post.text) if newest else None
        urgent = reading is not None and is_urgent(reading)
        happened = PostEdited(
            at=self._at,
            via="network",
            post_id=edited.id,
            version=edited.version,
            urgent=urgent,
            why_urgent=reading.urgent_for if urgent and reading is not None else None,
            reading=reading,
            campaigns=self._campaigns(c, edited),
        )
        apart = await self._apart(c, edited, urgent=urgent)
        saved = await self._save(c, happened, *apart)
        for event in apart:
            await tell_leader(self._uow, c, event)
        if posts and posts[0].id == edited.id:
            await remember_again(self._uow, saved, edited, self._at)
        if saved.state is State.ECHO:
            return
        if reading is not None and read_again.is_wanted(self._config, reading):
            await read_again.ask(self._uow, [edited.id])
        wanted = (saved.urgent and not c.urgent) or saved.campaigns != c.campaigns
        if (apart and reading is not None) or (wanted and not c.forgotten and not c.filed):
            self._anew[saved.number] = saved

    def _campaigns(self, c: Conversation, edited: StoredPost) -> tuple[str, ...]:
        """Those that it did not belong to before; the time in which it was heard counts, not that of the edit."""
        found = campaigns_of(self._config.campaign_rules, edited.post, edited.heard_at, edited.source)
        return tuple(name for name in found if name not in c.campaigns)

    async def _apart(self, c: Conversation, edited: StoredPost, *, urgent: bool) -> Sequence[Event]:
        """What says the same as another one may say something else now."""
        if c.state is not State.ECHO:
            return ()
        before = await self._uow.posts.versions(edited.id)
        return echoing.edited(c, self._at, before[-1][1] if before else "", edited.post.text, urgent=urgent)

    async def _deleted(self, c: Conversation, stored: StoredPost) -> None:
        await self._save(c, PostDeleted(at=self._at, via="network", post_id=stored.id))
        posts = await self._uow.posts.of(c.number, c.posts)
        if posts and posts[0].id == stored.id:
            await self._uow.echoes.forget(c.number)

    async def _save(self, c: Conversation, *happened: Event) -> Conversation:
        return await self._uow.conversations.save(c, happened)
