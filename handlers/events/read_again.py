"""What triage was unsure of is read again by a model, once it is committed; the card is there all the while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.config import Config
from bot.domain.post import StoredPost
from bot.domain.second_reading import is_unsure, merged, read_again
from bot.domain.triage import Reading
from bot.errors import PermanentError
from bot.ports import Clock, SecondReader, Storage, Taken, Triage, UnitOfWork, Work
from handlers.showing import case, show

KIND = "read_again"

AT_LATEST = timedelta(hours=1)
"""After so long people have read it themselves."""

_log = structlog.get_logger("baton")


def is_wanted(config: Config, reading: Reading) -> bool:
    """Is this reading to be asked of the model, too?"""
    if not config.ai.model or config.ai.when == "never":
        return False
    return config.ai.when == "always" or is_unsure(reading)


async def ask(uow: UnitOfWork, post_ids: Sequence[str]) -> None:
    """Have these posts read again, together."""
    if post_ids:
        await uow.outbox.put(Work(KIND, {"posts": list(post_ids)}, key=KIND))


class PostReader:
    """Asks the model, and folds what it found into the conversations."""

    def __init__(
        self, storage: Storage, config: Config, clock: Clock, triage: Triage, reader: SecondReader | None
    ) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._triage = triage
        self._reader = reader

    async def __call__(self, taken: Taken) -> None:
        """Read these posts again; no transaction is held open while the model thinks."""
        if self._reader is None or self._clock.now() - taken.created_at > AT_LATEST:
            return
        async with self._storage.reading() as uow:
            found = [await uow.posts.get(str(post_id)) for post_id in taken.work.payload["posts"]]
        posts = [post for post in found if post is not None and _has_words(post)]
        try:
            readings = await self._reader.read([post.post.text for post in posts]) if posts else []
        except PermanentError as error:
            # What triage found stands; `doctor` says what is wrong with the model.
            _log.warning("not_read_again", posts=len(posts), why=str(error))
            return
        for post, second in zip(posts, readings, strict=True):
            if second is not None:
                await self._fold(post, second)

    async def _fold(self, read: StoredPost, second: Reading) -> None:
        """Only what is still the newest word of the conversation, as it was read."""
        async with self._storage.writing() as uow:
            stored = await uow.posts.get(read.id)
            if stored is None or stored.conversation is None or stored.version != read.version:
                return
            c = await uow.conversations.take(stored.conversation)
            newest = [post for post in await uow.posts.of(c.number) if post.deleted_at is None]
            if not newest or newest[-1].id != read.id:
                return
            reading = merged(self._triage.read(read.post.text), second)
            routed = self._config.routed(await case(uow, self._config, replace(c, reading=reading)))
            at = max(self._clock.now(), c.changed_at or c.opened_at)
            events = read_again(c, at, read.id, reading, routed.departments)
            if events:
                await show(uow, self._config, await uow.conversations.save(c, events), was_urgent=c.urgent)


def _has_words(post: StoredPost) -> bool:
    return post.deleted_at is None and post.conversation is not None and bool(post.post.text.strip())
