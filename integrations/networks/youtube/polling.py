"""What a poll of YouTube finds new: threads come newest first, and change without a sign. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.domain.post import SourceEvent
from integrations.networks.youtube.comments import comments_of, moment
from integrations.source import FIRST_LOOK

OVERLAP = timedelta(minutes=30)
WATCHED = timedelta(days=7)
_REMEMBERED = 1_000


@dataclass(slots=True)
class Cursor:
    """How far we are (ISO), and what may still change: (posted, updated, replies) by id; replies are None for a reply."""

    at: str
    seen: dict[str, tuple[str, str, int | None]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None, now: datetime) -> Cursor:
        """The cursor as written; without one, a day back."""
        return cls(**orjson.loads(text)) if text else cls((now - FIRST_LOOK + OVERLAP).isoformat())

    @property
    def since(self) -> datetime:
        """How far back the next poll reads."""
        return moment(self.at) - OVERLAP

    def write(self, now: datetime) -> str:
        """As text, without what will not change any more."""
        since = min(self.since, now - WATCHED)
        kept = sorted(
            ((id_, it) for id_, it in self.seen.items() if moment(it[0]) >= since), key=lambda each: each[1][0]
        )
        return orjson.dumps(asdict(Cursor(self.at, dict(kept[-_REMEMBERED:])))).decode()


@dataclass(slots=True)
class Found:
    """What a poll has met so far: events by id, all ids that are there, how many replies threads have, and which threads'
    replies are all here."""

    events: dict[str, SourceEvent] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    replies: dict[str, int] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)

    def add(self, events: Sequence[SourceEvent], items: Sequence[Any]) -> None:
        """Take a page: what it says, and as it came."""
        self.events |= {event.external_id: event for event in events}
        for item in items:
            comments = [comment for comment in comments_of(item) if isinstance(comment, dict)]
            self.ids |= {str(comment.get("id")) for comment in comments}
            if comments and isinstance(total := comments[0].get("totalReplyCount"), int):
                self.replies[str(comments[0].get("id"))] = total
                if len(comments) > total:
                    self.complete.add(str(comments[0].get("id")))

    def news(self, known: Cursor, since: datetime) -> list[SourceEvent]:
        """What is not known yet, oldest first; what was posted before `since` only in threads that are known."""
        news = []
        for id_, event in self.events.items():
            if event.post is None:
                news.append(event)
            elif (seen := known.seen.get(id_)) is not None:
                if seen[1] != event.revision:
                    news.append(event.model_copy(update={"kind": "edited"}))
            elif event.post.posted_at >= since or event.post.root_id in known.seen:
                news.append(event)
        return sorted(news, key=lambda event: event.post.posted_at if event.post is not None else since)


def remember(known: Cursor, found: Found, taken: Sequence[SourceEvent], left: Sequence[SourceEvent]) -> None:
    """Put into the cursor what is delivered now; of a thread whose replies wait, that they do."""
    for event in taken:
        if event.kind == "deleted":
            known.seen.pop(event.external_id, None)
        elif (post := event.post) is not None:
            replies = None if post.parent_id else -1
            known.seen[event.external_id] = (post.posted_at.isoformat(), event.revision, replies)
            if not post.parent_id:
                known.at = max(known.at, post.posted_at.isoformat(), key=moment)
    waiting = {event.post.root_id for event in left if event.post is not None}
    for id_ in found.complete - waiting:
        if (seen := known.seen.get(id_)) is not None:
            known.seen[id_] = (seen[0], seen[1], found.replies.get(id_, 0))
