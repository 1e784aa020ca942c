"""Hacker News, searched by words. https://hn.algolia.com/api

What was found is read again for some hours at https://github.com/HackerNews/API, where edits and deletes show first.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson
import structlog

from bot.domain.delivery import Capabilities, Delivery, Polled
from bot.domain.post import Author, Post, SourceEvent
from bot.errors import BatonError, PermanentError
from bot.speech import mark
from integrations.json_text import read_json
from integrations.source import FIRST_LOOK, Connector, Options, written
from integrations.text import plain

_log = structlog.get_logger(__name__)

MOST_HITS = 1_000
"""A query answers with its newest hits only, so many; what is older takes a query over less time."""

OVERLAP = 15 * 60
"""Seconds. The index takes its time with some posts."""

WATCHED = 4 * 3600
"""Seconds. Authors can edit and delete for two hours; moderators take a little longer."""

_READ_AGAIN = 100
_REMEMBERED = 2_000
_SITE = "https://news.ycombinator.com"


class HackerNewsOptions(Options):
    """What to look for."""

    search: tuple[str, ...] = ()
    """What to search for, like `["acme backpack", "acme.example"]`. Each finds posts with all its words; words between double
    quotes stand together."""


@dataclass(slots=True)
class _Cursor:
    """How far we are, and the posts that may still change: (time, digest of the text, root) by id; no digest: deleted."""

    at: int
    seen: dict[str, tuple[int, str, str | None]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None, now: int) -> _Cursor:
        return cls(**orjson.loads(text)) if text else cls(now - int(FIRST_LOOK.total_seconds()) + OVERLAP)

    def write(self, now: int) -> str:
        kept = [(id_, it) for id_, it in self.seen.items() if it[0] >= min(self.at - OVERLAP, now - WATCHED)]
        return orjson.dumps(asdict(_Cursor(self.at, dict(kept[-_REMEMBERED:])))).decode()


class HackerNews(Connector):
    """`kind = "hackernews"`, `search` = what to look for."""

    kind = "hackernews"
    abilities = Capabilities(
        poll=True,
        backfill=True,
        edits=True,
        deletes=True,
        budget=(10_000, timedelta(hours=1)),
        why={"reply": mark("Hacker News has no interface for writing. Open the post on Hacker News and answer there.")},
    )
    Options = HackerNewsOptions
    options: HackerNewsOptions
    needs = ("search",)
    searched_at = "https://hn.algolia.com/api/v1/search_by_date"
    read_at = "https://hacker-news.firebaseio.com/v0/item"

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New posts, oldest first; then those of the last hours that changed or went away."""
        now = int(time.time())
        known = _Cursor.read(cursor, now)
        found, until = await self._window(known.at - OVERLAP, now + 1)
        fresh = [event for event in found if event.external_id not in known.seen]
        taken = fresh[:limit]
        for event in taken:
            known.seen[event.external_id] = _trace(event, now)
        left = len(fresh) > limit
        known.at = _trace(taken[-1], known.at)[0] if left else max(known.at + (until <= now), until - 1)
        if left or until <= now:
            return Polled(tuple(taken), known.write(now), timedelta(0))
        changed = await self._changed(known.seen, now, limit - len(taken))
        return Polled((*taken, *changed), known.write(now))

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Everything since then, oldest first."""
        now, start = int(time.time()) + 1, int(since.timestamp())
        while start < now:
            found, start = await self._window(start, now)
            yield found

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The posts on a page of hits, newest first as they come."""
        return self.each(self._page(delivery.body)["hits"], lambda hit: self._event(hit, delivery.received_at))

    async def _window(self, since: int, until: int) -> tuple[list[SourceEvent], int]:
        """What was written from `since` on, oldest first, and the time before which that is all: `until` or sooner."""
        found: dict[str, SourceEvent] = {}
        for search in self.options.search:
            answer = await self._search(search, since, until, 0)
            while (page := self._page(answer.body))["nbHits"] > MOST_HITS and until - since > 1:
                if not all(since <= _trace(event, since)[0] < until for event in self.parse(answer)):
                    page["nbPages"] = 1  # The times are ignored: what is newest is all there is to have.
                    break
                until = since + (until - since) // 2
                answer = await self._search(search, since, until, 0)
            found |= {event.external_id: event for event in self.parse(answer)}
            for number in range(1, page["nbPages"]):
                more = self.parse(await self._search(search, since, until, number))
                found |= {event.external_id: event for event in more}
        within = [event for event in found.values() if since <= _trace(event, since)[0] < until]
        return sorted(within, key=lambda event: _trace(event, since)[0]), until

    async def _search(self, search: str, since: int, until: int, page: int) -> Delivery:
        params = {
            "query": search,
            "tags": "(story,comment)",
            "numericFilters": f"created_at_i>={since},created_at_i<{until}",
            "hitsPerPage": str(MOST_HITS),
            "page": str(page),
            # Whoever writes a name that is nearly ours does not mean us.
            "typoTolerance": "false",
            "advancedSyntax": "true",
        }
        answer = await self.ask("GET", self.searched_at, params=params)
        return Delivery(answer.body, datetime.now(UTC))

    def _page(self, body: bytes) -> dict[str, Any]:
        try:
            page = read_json(body)
            pages, hits = int(page.get("nbPages", 1)), int(page.get("nbHits", 0))
            if not isinstance(page["hits"], list):
                raise TypeError("hits")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PermanentError(f"{self.name}: Hacker News does not answer with a page of hits.") from error
        return {"hits": page["hits"], "nbPages": pages, "nbHits": hits}

    def _event(self, hit: Mapping[str, Any], received_at: datetime) -> SourceEvent | None:
        if hit["author"] and hit["author"] == self.settings.account:
            return None
        words = [plain(hit.get(name) or "") for name in ("title", "story_text", "comment_text")]
        words.append(hit.get("url") or "")
        id_, author, parent, root = str(hit["objectID"]), hit["author"], hit.get("parent_id"), hit.get("story_id")
        counts = {"points": hit.get("points"), "replies": hit.get("num_comments")}
        post = Post(
            network=self.network,
            account=self.account,
            external_id=id_,
            root_id=str(root) if root and str(root) != id_ else None,
            parent_id=str(parent) if parent else None,
            author=Author(external_id=author, handle=author, profile_url=f"{_SITE}/user?id={author}"),
            text="\n\n".join(filter(None, words))[:50_000],
            html=(hit.get("story_text") or hit.get("comment_text") or "")[:200_000] or None,
            posted_at=datetime.fromtimestamp(hit["created_at_i"], UTC),
            fetched_at=received_at,
            url=f"{_SITE}/item?id={id_}",
            metrics={name: count for name, count in counts.items() if isinstance(count, int)},
            raw={"story_title": hit["story_title"]} if hit.get("story_title") else {},
        )
        return written(post)

    async def _changed(self, seen: dict[str, tuple[int, str, str | None]], now: int, room: int) -> list[SourceEvent]:
        """Edits and deletes among the posts of the last hours; whichever was not read for longest comes first."""
        watched = [id_ for id_, (at, digest, _) in seen.items() if digest and at > now - WATCHED]
        changed: list[SourceEvent] = []
        for id_ in watched[:_READ_AGAIN]:
            if len(changed) >= room:
                break
            at, digest, root = seen.pop(id_)
            seen[id_] = (at, digest, root)
            try:
                answer = await self.ask("GET", f"{self.read_at}/{id_}.json")
                events = self.each([read_json(answer.body)], partial(self._again, root=root))
            except (BatonError, ValueError) as error:
                # New posts must not wait for that.
                _log.warning("not_read_again", source=self.name, why=str(error))
                break
            for event in events:
                now_is = _trace(event, at)[1]
                if event.kind != "unread" and now_is != digest:
                    seen[id_] = (at, now_is, root)
                    changed.append(event.model_copy(update={"revision": f"{now_is}@{now}"}))
        return changed

    def _again(self, item: Mapping[str, Any] | None, *, root: str | None) -> SourceEvent | None:
        """What has become of a post; None when it is not there yet."""
        if item is None:
            return None
        if item.get("deleted") or item.get("dead"):
            return self.deleted(str(item["id"]))
        text = "comment_text" if item["type"] == "comment" else "story_text"
        hit = {"title": item.get("title"), "url": item.get("url"), text: item.get("text"), "story_id": root}
        hit |= {"points": item.get("score"), "num_comments": item.get("descendants"), "parent_id": item.get("parent")}
        hit |= {"objectID": item["id"], "author": item["by"], "created_at_i": item["time"]}
        event = self._event(hit, datetime.now(UTC))
        return event.model_copy(update={"kind": "edited"}) if event is not None else None


def _trace(event: SourceEvent, now: int) -> tuple[int, str, str | None]:
    """What the cursor keeps of a post; the two interfaces may write white space differently."""
    if event.post is None:
        return now, "", None
    digest = hashlib.blake2b(" ".join(event.post.text.split()).encode("utf-8", "replace"), digest_size=6).hexdigest()
    return int(event.post.posted_at.timestamp()), digest, event.post.root_id
