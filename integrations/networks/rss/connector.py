"""RSS and Atom feeds, polled: blogs, forums, status pages, review sites. https://www.rssboard.org/rss-specification

An entry counts as edited when what we read of it has changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog

from bot.domain.delivery import Capabilities, Delivery, Polled
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError
from bot.speech import mark
from integrations.apart import apart
from integrations.http import Http
from integrations.networks.rss.dates import EARLIEST
from integrations.networks.rss.feeds import ToldBy, digest, entry_post, read_feed, told_apart
from integrations.redaction import redact
from integrations.source import FIRST_LOOK, Connector, SourceSettings, written

_log = structlog.get_logger(__name__)

_REMEMBERED = 2_000
"""Entries whose contents are remembered, newest first, and never fewer than the feed shows: what is forgotten would be new."""

_GONE = {
    404: "There is no feed (404). Is the address right?",
    410: "The feed is gone for good (410). Take the source out of baton.toml, or give it its new address.",
}


@dataclass(slots=True)
class _Cursor:
    """What the feed said last: its validators, and a digest of each entry's content by its id."""

    etag: str = ""
    modified: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> _Cursor:
        return cls(**orjson.loads(text)) if text else cls()

    def write(self, shown: int = 0) -> str:
        newest = dict(list(self.seen.items())[-max(_REMEMBERED, shown) :])
        return orjson.dumps({"etag": self.etag, "modified": self.modified, "seen": newest}).decode()


@dataclass(frozen=True, slots=True)
class _Page:
    """What the feed said, kept while there is more on it than one poll takes: what goes on from `cursor` is there too."""

    cursor: str
    delivery: Delivery
    events: list[SourceEvent]


class Rss(Connector):
    """`kind = "rss"`, `url` = the feed's address."""

    kind = "rss"
    abilities = Capabilities(
        poll=True,
        backfill=True,
        edits=True,
        why={
            "reply": mark("A feed is read only; the page of an entry may take comments."),
            "deletes": "A feed shows its newest entries only: what is gone may be deleted or merely old.",
        },
    )

    _page: _Page | None = None

    @property
    def account(self) -> str:
        """Nobody has an account at a feed."""
        return self.name

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New and changed entries, oldest first. An unchanged feed costs one conditional request."""
        known, page, self._page = _Cursor.read(cursor), self._page, None
        if page is not None and page.cursor == cursor:
            delivery, read = page.delivery, page.events
        else:
            headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
            fetched = await self._fetch({name: value for name, value in headers.items() if value})
            if fetched is None:
                return Polled((), known.write(len(known.seen)))
            delivery, read = fetched, await self._read(fetched)
        events = _as_known(read, known.seen)
        if cursor is None:
            old = delivery.received_at - FIRST_LOOK
            known.seen = {e.external_id: e.revision for e in events if e.post is not None and e.post.posted_at < old}
        fresh = [event for event in events if known.seen.get(event.external_id) != event.revision]
        polled = tuple(
            _edited(event, delivery.received_at) if event.external_id in known.seen else event
            for event in fresh[:limit]
        )
        left = len(fresh) > limit
        after = _Cursor(
            etag="" if left else delivery.headers.get("ETag", ""),
            modified="" if left else delivery.headers.get("Last-Modified", ""),
            seen=_remember(known.seen, events, {event.external_id for event in fresh[limit:]}),
        )
        then = after.write(len(events))
        self._page = _Page(then, delivery, read) if left else None
        return Polled(polled, then, timedelta(0) if left else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What the feed still shows since then; feeds have no archive."""
        delivery = await self._fetch({})
        if delivery is not None:
            events = await self._read(delivery)
            yield [event for event in events if event.post is None or event.post.posted_at >= since]

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The entries of a feed, oldest first; raises `PermanentError` when the bytes are no feed."""
        try:
            feed = read_feed(delivery.body, delivery.headers.get("Content-Type", ""), self._address())
        except PermanentError as error:
            raise PermanentError(f"{self.name}: {redact(self.settings.url or '')} {error}") from error

        def read(entry: tuple[Any, ToldBy]) -> SourceEvent:
            fields = entry_post(entry[0], feed, entry[1], delivery.received_at)
            post = Post(network=self.network, account=self.account, **fields)
            return written(post, revision=digest(post.text, (post.url or "").lower()))

        # Feeds show the newest first; Python's sort keeps the turned order among entries of one time.
        entries = list(zip(feed.entries, told_apart(feed.entries), strict=True))
        events = self.each(reversed(entries), read)
        return sorted(events, key=lambda event: event.post.posted_at if event.post is not None else EARLIEST)

    async def _read(self, delivery: Delivery) -> list[SourceEvent]:
        """As `parse`, apart from us: some bytes keep the parser busy for hours, and all of Baton with it."""
        content_type = delivery.headers.get("Content-Type", "")
        plain_delivery = Delivery(delivery.body, delivery.received_at, headers={"Content-Type": content_type})
        return await apart(_parse, self.settings, plain_delivery)

    async def _fetch(self, headers: Mapping[str, str]) -> Delivery | None:
        """The feed; None when it has not changed."""
        if not self.settings.url:
            raise PermanentError(f"sources.{self.name} in baton.toml needs the feed's url.")
        answer = await self.ask("GET", self.settings.url, headers=headers, expected=(304, *_GONE))
        if answer.status in _GONE:
            raise PermanentError(f"{self.name}: {_GONE[answer.status]}")
        if answer.status == 304:
            return None
        if urlsplit(answer.url)[:3] != urlsplit(self.settings.url)[:3]:
            _log.info("feed_is_elsewhere", source=self.name, now=redact(answer.url))
        return Delivery(answer.body, datetime.now(UTC), headers=answer.headers)

    def _address(self) -> str:
        """Where relative links of the feed begin: its address, without what may be secret about it."""
        parts = urlsplit(self.settings.url or "")
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else ""


def _parse(settings: SourceSettings, delivery: Delivery) -> list[SourceEvent]:
    return Rss(settings, Http()).parse(delivery)


def _edited(event: SourceEvent, at: datetime) -> SourceEvent:
    """An edit; the time makes it another one when an entry goes back and forth between two texts."""
    return event.model_copy(update={"kind": "edited", "revision": f"{event.revision}@{at.isoformat()}"})


def _as_known(events: Sequence[SourceEvent], seen: Mapping[str, str]) -> list[SourceEvent]:
    """Each entry once, and under the id that it had before some upper case became lower case, or the other way."""
    shown = {event.external_id for event in events}
    before = {id_.lower(): id_ for id_ in seen if id_ not in shown}
    once: dict[str, SourceEvent] = {}
    for event in events:
        id_ = event.external_id
        if id_ not in seen and (old := before.get(id_.lower())) is not None and event.post is not None:
            post = event.post.model_copy(update={"external_id": old})
            event = event.model_copy(update={"external_id": old, "post": post})
        once.setdefault(event.external_id, event)
    return list(once.values())


def _remember(seen: Mapping[str, str], events: Sequence[SourceEvent], left: set[str]) -> dict[str, str]:
    """The remembered digests with those that the feed shows now at the end; what is left for next time stays as it was."""
    shown = {event.external_id: event.revision for event in events if event.external_id not in left}
    return {key: digest_ for key, digest_ in seen.items() if key not in shown} | shown
