"""The ways back to the customer, from the sources that are configured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.post import WORD_OF_MOUTH, StoredPost
from bot.ports import Answering, Source, Way
from bot.speech import say


class SourceAnswering(Answering):
    """A post is answered through the source it came from."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def way(self, stored: StoredPost, now: datetime) -> Way:
        """How this post can be answered, or why not."""
        source, post = self._sources.get(stored.source), stored.post
        if source is None:
            return Way(post.account, post.visibility, None, "characters", None, len, _why_not(stored))
        able, refusal = source.capabilities(), source.refuses(post, now)
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
        )


def _why_not(stored: StoredPost) -> str:
    if stored.post.network == WORD_OF_MOUTH:
        return say("It was told to a colleague, who can answer in the same way.")
    return say("Its source, “{source}”, is not configured any more.", source=stored.source)
