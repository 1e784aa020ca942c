"""The ways back to the customer, from the sources that are configured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.post import WORD_OF_MOUTH, Post, StoredPost
from bot.domain.templates import Template
from bot.errors import RetriableError
from bot.ports import Answering, Source, Way
from bot.speech import mark, say

PATIENCE = 1.5
"""Seconds in which a network tells its templates: whoever asks waits for a form, and platforms wait for three."""

_FRESH = 60.0
"""Seconds for which templates that were told are taken to be the same."""


class SourceAnswering(Answering):
    """A post is answered through the source it came from."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._asked: dict[str, tuple[float, asyncio.Task[Sequence[Template]]]] = {}

    def way(self, stored: StoredPost, now: datetime, heard: datetime | None = None) -> Way:
        """How this post can be answered, or why not."""
        source, post = self._sources.get(stored.source), stored.post
        if source is None:
            return Way(post.account, post.visibility, None, "characters", None, len, _why_not(stored))
        able = source.capabilities()
        post = lately(post, heard) if able.window_renews else post
        refusal = source.refuses(post, now)
        over = able.reply_window is not None and now - post.posted_at > able.reply_window
        return Way(
            account=post.account,
            audience=source.audience(post),
            longest=able.longest,
            unit=able.unit,
            link=able.link,
            length=source.length,
            refusal=refusal,
            over=refusal is not None and over,
            templates=refusal is not None and over and able.templates,
        )

    async def templates(self, stored: StoredPost) -> Sequence[Template]:
        """The texts that its network approved: asked for once a minute, and on while nobody can wait any longer."""
        source = self._sources.get(stored.source)
        if source is None:
            return ()
        asked_at, asking = self._asked.get(source.name, (0.0, None))
        now = asyncio.get_running_loop().time()
        failed = asking is not None and asking.done() and (asking.cancelled() or asking.exception() is not None)
        if asking is None or failed or (asking.done() and now - asked_at > _FRESH):
            asking = asyncio.ensure_future(source.templates(stored.post))
            asking.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._asked[source.name] = now, asking
        done, _ = await asyncio.wait([asking], timeout=PATIENCE)
        if not done:
            raise RetriableError(mark("The network has not told its templates yet. Try once more."))
        return asking.result()


def lately(post: Post, heard: datetime | None) -> Post:
    """The post as if it had been written when somebody wrote last in its thread: a network's time for answers begins there."""
    return post if heard is None or heard <= post.posted_at else post.model_copy(update={"posted_at": heard})


def _why_not(stored: StoredPost) -> str:
    if stored.post.network == WORD_OF_MOUTH:
        return say("It was told to a colleague, who can answer in the same way.")
    return say("Its source, “{source}”, is not configured any more.", source=stored.source)
