"""Lists that come newest first and change without a sign: what is new on them, edited or gone. The cursor holds what was seen.

For networks that cannot be asked "what has changed since then". Each poll reads back beyond what came last, so that whatever
a network shows late is heard too.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from bot.domain.delivery import Polled
from bot.domain.post import Post, SourceEvent
from integrations.source import FIRST_LOOK

_TRIES = 3
"""So often a page is asked for that comes as one which is here already: some servers ignore a cursor at times."""

_LAST = 3
"""So many posts at the end of a page are older than what is looked for before it is believed to be the last."""

_UNREAD = "unread"

Page = Callable[[str | None], Awaitable[tuple[list[SourceEvent], str | None]]]
"""The events of a page, newest first, and the cursor of the next one (None: there is none)."""


def digest(post: Post) -> str:
    """Tells another text, another rating or an author who is gone."""
    said = f"{' '.join(post.text.split())}\0{post.rating}\0{post.author.handle}"
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=6).hexdigest()


@dataclass(slots=True)
class Found:
    """What the lists say, by id; `complete`: as far back as was asked for."""

    events: dict[str, SourceEvent] = field(default_factory=dict)
    complete: bool = True

    async def read(self, page: Page, since: datetime, most: int) -> None:
        """Read a list back to `since`, at most so many pages of it. What other lists said of the same posts gives way."""
        here: dict[str, SourceEvent] = {}
        async for events in self.pages(page, since, most):
            here |= {event.external_id: event for event in events}
        self.events |= here

    async def pages(self, page: Page, since: datetime, most: int) -> AsyncIterator[list[SourceEvent]]:
        """The pages of a list back to `since`, each once, though a server ignore the cursor at times; what is older is left out."""
        here: set[str] = set()
        cursor, tries = None, 0
        for _ in range(most):
            events, after = await page(cursor)
            if cursor and events and here.issuperset(event.external_id for event in events):
                tries += 1
                if tries == _TRIES:
                    self.complete = False
                    return
                continue
            here.update(event.external_id for event in events)
            old = [event.post is not None and event.post.posted_at < since for event in events]
            yield [event for event, is_old in zip(events, old, strict=True) if not is_old]
            last = [is_old for event, is_old in zip(events, old, strict=True) if event.post is not None][-_LAST:]
            if not after or after == cursor or (last and all(last)):
                return
            cursor, tries = after, 0


@dataclass(slots=True)
class Seen:
    """The time of the newest post that was delivered (ISO), and those that may still change: (posted, digest) by id.

    What was posted before `first` is not heard.
    """

    at: str
    first: str
    posts: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None, now: datetime) -> Seen:
        """As written; without a cursor, a day back."""
        first = (now - FIRST_LOOK).isoformat()
        return cls(**orjson.loads(cursor)) if cursor else cls(first, first)

    @property
    def newest(self) -> datetime:
        """Of what was delivered."""
        return datetime.fromisoformat(self.at)

    def watched(self, since: datetime) -> list[str]:
        """The ids of what was posted since then, newest first."""
        posts = [(at, id_) for id_, (at, seen) in self.posts.items() if seen != _UNREAD]
        return [id_ for at, id_ in sorted(posts, reverse=True) if datetime.fromisoformat(at) >= since]

    def news(self, events: Iterable[SourceEvent], since: datetime) -> list[SourceEvent]:
        """What was not delivered yet, oldest first; of what is not known, only what was posted since then."""
        news, since = list[SourceEvent](), max(since, datetime.fromisoformat(self.first))
        for event in events:
            known = self.posts.get(event.external_id)
            if event.post is None:
                # Something unread, or gone.
                if (known is None) == (event.kind == _UNREAD):
                    news.append(event)
            elif known is None:
                if event.post.posted_at >= since:
                    news.append(event)
            elif known[1] != (now_is := digest(event.post)):
                at = event.post.edited_at or event.post.fetched_at or event.post.posted_at
                revision = f"{now_is}@{at.isoformat()}"
                news.append(event.model_copy(update={"kind": "edited", "revision": revision}))
        return sorted(news, key=lambda event: event.post.posted_at if event.post is not None else since)

    def polled(
        self, news: list[SourceEvent], limit: int, now: datetime, since: datetime, *, complete: bool = True, most: int
    ) -> Polled:
        """The first of the news, and the cursor that says so. It goes on only where the lists were read as far as was asked."""
        taken = news[:limit]
        newest = self.newest
        for event in taken:
            if event.kind == "deleted":
                self.posts.pop(event.external_id, None)
            elif event.post is None:
                self.posts[event.external_id] = (now.isoformat(), _UNREAD)
            else:
                self.posts[event.external_id] = (event.post.posted_at.isoformat(), digest(event.post))
                newest = max(newest, min(event.post.posted_at, now))
        if complete:
            self.at = newest.isoformat()
        kept = sorted(self.posts.items(), key=lambda each: datetime.fromisoformat(each[1][0]))
        self.posts = {id_: it for id_, it in kept[-most:] if datetime.fromisoformat(it[0]) >= since}
        return Polled(tuple(taken), orjson.dumps(asdict(self)).decode(), timedelta(0) if len(news) > limit else None)


@dataclass(frozen=True, slots=True)
class Watch:
    """How one list is watched: how far a poll reads `back` beyond what came last, at most how many `pages`, how many of those
    that are missing there it asks for by themselves, and how many it remembers."""

    back: timedelta
    pages: int
    asked_for: int
    remembered: int

    async def poll(
        self,
        cursor: str | None,
        limit: int,
        page: Page,
        is_gone: Callable[[str], Awaitable[bool]],
        deleted: Callable[[str], SourceEvent],
    ) -> Polled:
        """What is new there, edited or gone; oldest first."""
        now = datetime.now(UTC)
        seen, found = Seen.of(cursor, now), Found()
        since = seen.newest - self.back
        await found.read(page, since, self.pages)
        missing = [id_ for id_ in seen.watched(since) if id_ not in found.events] if found.complete else []
        for id_ in missing[: self.asked_for]:
            if await is_gone(id_):
                found.events[id_] = deleted(id_)
        news = seen.news(found.events.values(), since)
        return seen.polled(news, limit, now, since, complete=found.complete, most=self.remembered)


def moment(said: object) -> datetime:
    """A time as APIs write it: ISO 8601 with or without a zone (then UTC), or seconds or milliseconds since 1970."""
    if isinstance(said, str) and not said.replace(".", "", 1).isdecimal():
        at = datetime.fromisoformat(said)
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        raise TypeError(f"{said!r} is no time")
    seconds = float(said)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
