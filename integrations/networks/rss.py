"""RSS and Atom feeds, polled: blogs, forums, status pages, review sites.

Feeds in the wild have no ids, wrong dates and HTML where text belongs; https://feedparser.readthedocs.io/ reads nearly
all of them. An entry counts as edited when what we read of it has changed.
"""

from __future__ import annotations

import calendar
import hashlib
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import feedparser
import orjson
import structlog

from bot.domain.delivery import Capabilities, Delivery, Polled
from bot.domain.post import Author, Media, Post, SourceEvent
from bot.errors import PermanentError
from integrations.apart import apart
from integrations.redaction import redact
from integrations.source import Connector, SourceSettings
from integrations.text import plain

_log = structlog.get_logger(__name__)

_REMEMBERED = 2_000
"""Entries whose contents are remembered, newest first: many times what a feed shows at once."""

_LONGEST = 50_000
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=26)
"""A date farther ahead than any time zone explains is wrong."""


_CHARACTER_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_MAIL_AND_NAME = re.compile(r"^\s*([^\s()]+@[^\s()]+)\s*\((.+)\)\s*$")


@dataclass(slots=True)
class _Cursor:
    """What the feed said last: its validators, and a digest of each entry's content by its id."""

    etag: str = ""
    modified: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> _Cursor:
        return cls(**orjson.loads(text)) if text else cls()

    def write(self) -> str:
        newest = dict(list(self.seen.items())[-_REMEMBERED:])
        return orjson.dumps({"etag": self.etag, "modified": self.modified, "seen": newest}).decode()


class Rss(Connector):
    """`kind = "rss"`, `url` = the feed's address."""

    kind = "rss"
    abilities = Capabilities(
        poll=True,
        backfill=True,
        edits=True,
        why={
            "reply": "A feed is read only; the page of an entry may take comments.",
            "deletes": "A feed shows its newest entries only: what is gone may be deleted or merely old.",
        },
    )

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New and changed entries, oldest first. An unchanged feed costs one conditional request."""
        known = _Cursor.read(cursor)
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        delivery = await self._fetch({name: value for name, value in headers.items() if value})
        if delivery is None:
            return Polled((), known.write())
        events = await self._read(delivery)
        fresh = [event for event in events if known.seen.get(event.external_id) != event.revision]
        taken = fresh[:limit]
        polled = tuple(
            _edited(event, delivery.received_at) if event.external_id in known.seen else event for event in taken
        )
        left = len(fresh) > len(taken)
        after = _Cursor(
            etag="" if left else delivery.headers.get("ETag", ""),
            modified="" if left else delivery.headers.get("Last-Modified", ""),
            seen=_remember(known.seen, events, {event.external_id for event in fresh[limit:]}),
        )
        return Polled(polled, after.write(), timedelta(0) if left else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What the feed still shows since then; feeds have no archive."""
        delivery = await self._fetch({})
        if delivery is not None:
            events = await self._read(delivery)
            yield [event for event in events if event.post is not None and event.post.posted_at >= since]

    async def _read(self, delivery: Delivery) -> list[SourceEvent]:
        """As `parse`, apart from us: some bytes keep the parser busy for hours, and all of Baton with it."""
        plain_delivery = Delivery(delivery.body, delivery.received_at, headers=_only_type(delivery.headers))
        return await apart(read_feed, self.settings, plain_delivery)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The entries of a feed, oldest first; raises `PermanentError` when the bytes are no feed."""
        return read_feed(self.settings, delivery)

    async def _fetch(self, headers: Mapping[str, str]) -> Delivery | None:
        """The feed; None when it has not changed."""
        if not self.settings.url:
            raise PermanentError(f"sources.{self.name} in baton.toml needs the feed's url.")
        answer = await self.http.send("GET", self.settings.url, headers=headers, expected=(304,))
        if answer.status == 304:
            return None
        return Delivery(answer.body, datetime.now(UTC), headers=answer.headers)


def read_feed(settings: SourceSettings, delivery: Delivery) -> list[SourceEvent]:
    """The entries of a feed, oldest first; raises `PermanentError` when the bytes are no feed."""
    feed = feedparser.parse(
        BytesIO(_CHARACTER_NUMBER.sub(_replaced, delivery.body)),
        response_headers=_only_type(delivery.headers),
        # We read the HTML of entries ourselves.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.get("version") and not feed.entries:
        address = redact(settings.url or "")
        raise PermanentError(f"{settings.name}: {address} does not answer with an RSS or Atom feed.")
    named = Counter(_name(entry) for entry in feed.entries)
    events = []
    for entry in feed.entries:
        try:
            post = _post(settings, entry, feed.feed, delivery.received_at, alone=named[_name(entry)] == 1)
        except ValueError as error:
            # One that nobody foresaw must not keep back the others.
            _log.warning("entry_left_out", source=settings.name, entry=_name(entry)[:200], why=type(error).__name__)
            continue
        events.append(
            SourceEvent(
                kind="created",
                network=post.network,
                account=post.account,
                external_id=post.external_id,
                post=post,
                revision=_digest(post.text, post.url or ""),
            )
        )
    # Feeds show the newest first; Python's sort keeps the turned order among entries of one time.
    events.reverse()
    return sorted(events, key=lambda event: event.post.posted_at if event.post is not None else _EARLIEST)


def _replaced(reference: re.Match[bytes]) -> bytes:
    """The parser stumbles over numbers that are no character."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) <= 8 else 0
    return reference[0] if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF else b"&#xFFFD;"


def _post(settings: SourceSettings, entry: Any, feed: Any, received_at: datetime, *, alone: bool) -> Post:
    html = _content(entry)
    title, body = plain(entry.get("title", "")), plain(html)
    # Many feeds repeat the beginning of the text as its title.
    text = body if title and body.startswith(title.rstrip("….")) else "\n\n".join(filter(None, (title, body)))
    link = _web_address(entry.get("link"))
    return Post(
        network=settings.network or "rss",
        account=settings.name,
        external_id=_id(entry, text, alone=alone),
        author=_author(entry, feed, settings.url or ""),
        text=text[:_LONGEST],
        html=html[: 4 * _LONGEST] or None,
        lang=(entry.get("language") or feed.get("language") or "")[:35] or None,
        posted_at=_moment(entry, ("published_parsed", "updated_parsed"), received_at) or received_at,
        edited_at=_moment(entry, ("updated_parsed",), received_at),
        fetched_at=received_at,
        url=link,
        media=_media(entry),
        raw={"tags": [tag.get("term") for tag in entry.get("tags", ())]} if entry.get("tags") else {},
    )


def _only_type(headers: Mapping[str, str]) -> dict[str, str]:
    """The header that says how the bytes are encoded; the others would only confuse the parser."""
    return {"content-type": headers["Content-Type"]} if headers.get("Content-Type") else {}


def _edited(event: SourceEvent, at: datetime) -> SourceEvent:
    """An edit; the time makes it another one when an entry goes back and forth between two texts."""
    return event.model_copy(update={"kind": "edited", "revision": f"{event.revision}@{at.isoformat()}"})


def _remember(seen: Mapping[str, str], events: Sequence[SourceEvent], left: set[str]) -> dict[str, str]:
    """The remembered digests with those that the feed shows now at the end; what is left for next time stays as it was."""
    shown = {event.external_id: event.revision for event in events if event.external_id not in left}
    return {key: digest for key, digest in seen.items() if key not in shown} | shown


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _name(entry: Any) -> str:
    """The entry's id, else its link."""
    return str(entry.get("id") or entry.get("link") or "").strip()


def _id(entry: Any, text: str, *, alone: bool) -> str:
    """The entry's name; where there is none, or the feed gives one name to several, what it says makes the difference."""
    name = _name(entry)
    if name and alone and len(name) <= 500:
        return name
    return f"{name[:480]}#{_digest(name, text)}"


def _content(entry: Any) -> str:
    """The longest text of an entry, as HTML."""
    texts = [str(part.get("value", "")) for part in entry.get("content", ())]
    return max([*texts, str(entry.get("summary", ""))], key=len)


def _author(entry: Any, feed: Any, url: str) -> Author:
    detail = entry.get("author_detail") or {}
    # RSS puts both into one; feedparser cuts addresses under longer top-level domains short.
    both = _MAIL_AND_NAME.match(str(entry.get("author") or ""))
    email = both[1] if both else str(detail.get("email") or "").strip()
    name = plain(both[2] if both else detail.get("name") or entry.get("author") or "").strip()
    # A feed without authors speaks for itself.
    handle = name or email or plain(feed.get("title", "")).strip() or urlsplit(url).hostname or "unknown"
    return Author(
        handle=handle[:255],
        display_name=handle[:500],
        email=email[:320] or None,
        profile_url=_web_address(detail.get("href")),
    )


def _web_address(value: Any) -> str | None:
    """An address that is safe to show as a link."""
    text = str(value or "").strip()
    return text if text.startswith(("http://", "https://")) and len(text) <= 2000 else None


def _moment(entry: Any, names: Sequence[str], received_at: datetime) -> datetime | None:
    """The first of these dates that is there and can be true."""
    for name in names:
        # Past feedparser's own get, which would answer with another date when this one is not there.
        parsed: time.struct_time | None = dict.get(entry, name)
        if parsed is None:
            continue
        try:
            moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            continue
        if _EARLIEST <= moment <= received_at + _AHEAD:
            return moment
    return None


def _media(entry: Any) -> tuple[Media, ...]:
    found = [(part.get("href"), part.get("type")) for part in entry.get("enclosures", ())]
    found += [(part.get("url"), part.get("medium") or part.get("type")) for part in entry.get("media_content", ())]
    media: dict[str, Media] = {}
    for address, kind in found:
        if (url := _web_address(address)) is not None:
            media.setdefault(url, Media(url=url, type=str(kind or "file").partition("/")[0][:100] or "file"))
    return tuple(media.values())[:50]
