"""Mentions, hashtags and answers on Mastodon and servers that speak its API. https://docs.joinmastodon.org/api/"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson
import structlog

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import BatonError, PermanentError
from integrations import lengths
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.networks.mastodon.statuses import Us, comparable, mention, read_item, revision, with_short_mentions
from integrations.source import FIRST_LOOK, Connector, Options, written
from integrations.text import plain

_log = structlog.get_logger(__name__)

_FOR_THE_MENTION = 32
"""Characters kept free for the author's mention before an answer: a name may have 30."""

_PAGE = 40
_MOST_PAGES = 50
_OVERLAP = 30
"""How many items we go back behind the newest known: some become visible later than what came after them."""

_WATCHED, _WATCHED_FOR, _AT_ONCE = 100, timedelta(days=30), 20
"""How many posts are read again for edits and deletes, for how long, and how many of them in one poll."""

_GONE, _UNKNOWN = (404,), (400, 401, 403, 404, 405, 410, 422)


class MastodonOptions(Options):
    """Whose mentions, and what else is heard."""

    token_env: str = ""
    """Name of the environment variable with the access token of our account's application."""
    search: tuple[str, ...] = ()
    """Hashtags to hear as well, with or without `#`: `["acme", "acmefail"]`."""


@dataclass(slots=True)
class _Cursor:
    """The newest ids of each list, and the posts that are watched: by address their id, last edit and time."""

    since: str
    seen: dict[str, list[str]] = field(default_factory=dict)
    posts: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> _Cursor:
        first = (datetime.now(UTC) - FIRST_LOOK).isoformat()
        try:
            kept = orjson.loads(text or "{}")
            posts = {str(uri): (str(a), str(b), str(c)) for uri, (a, b, c) in kept.get("posts", {}).items()}
            return cls(datetime.fromisoformat(kept.get("since", first)).isoformat(), dict(kept.get("seen", {})), posts)
        except (ValueError, TypeError, AttributeError):
            return cls(first)

    def write(self) -> str:
        oldest = (datetime.now(UTC) - _WATCHED_FOR).isoformat()
        newest = set(sorted(self.posts, key=lambda uri: self.posts[uri][2])[-_WATCHED:])
        posts = {uri: kept for uri, kept in self.posts.items() if uri in newest and kept[2] > oldest}
        return orjson.dumps({"since": self.since, "seen": self.seen, "posts": posts}).decode()


class Mastodon(Connector):
    """`kind = "mastodon"`, `url` = our account's server."""

    kind = "mastodon"
    Options = MastodonOptions
    options: MastodonOptions
    needs = ("url", "token_env")
    abilities = Capabilities(
        poll=True,
        backfill=True,
        reply=True,
        edits=True,
        deletes=True,
        longest=500 - _FOR_THE_MENTION,
        unit="graphemes",
        link=23,
        once="look-up",
        budget=(300, timedelta(minutes=5)),
    )

    _us = Us()
    _takes_several = True

    def capabilities(self) -> Capabilities:
        """As the server allows, once it has told; room for the mention of the author is kept."""
        return self.abilities

    @property
    def account(self) -> str:
        """Our handle, once the server has told it."""
        return self._us.handle or super().account

    def length(self, text: str) -> int:
        """Graphemes; a link counts as the server says, a mention without its host."""
        return lengths.length(with_short_mentions(text), self.abilities.unit, self.abilities.link)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """A list of notifications or of statuses."""
        return self._events(_items(delivery.body, self.name), delivery.received_at)

    def _events(self, items: Iterable[Any], at: datetime) -> list[SourceEvent]:
        us = self._us if self._us.id else Us(handle=self.settings.account or "")
        return self.each(items, partial(read_item, network=self.network, us=us, account=self.account, fetched_at=at))

    # Listening.

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New mentions and posts with our hashtags, oldest first; then edits and deletes of those heard before."""
        await self._introduce()
        kept = _Cursor.read(cursor)
        due = list(kept.posts)[:_AT_ONCE]
        events, left = list[SourceEvent](), False
        for path in self._lists():
            found = await self._fresh(path, kept, limit)
            taken = found[: max(0, limit - len(events))]
            left = left or len(taken) < len(found)
            kept.seen[path] = [*kept.seen.get(path, ()), *_ids(taken)][-_OVERLAP:]
            settled = (_settle(event, kept) for event in self._events(taken, datetime.now(UTC)))
            events += [event for event in settled if event is not None]
        events = await self._rooted(events, kept)
        events += (await self._changes(due, kept))[: max(0, limit - len(events))] if len(events) < limit else []
        return Polled(tuple(events), kept.write(), timedelta(0) if left else None)

    def _lists(self) -> list[str]:
        wanted = urlencode({"types[]": ("mention", "quote", "update")}, doseq=True)
        tags = (quote(tag.strip().lstrip("#"), safe="") for tag in self.options.search)
        return [f"/api/v1/notifications?{wanted}", *(f"/api/v1/timelines/tag/{tag}?" for tag in tags if tag)]

    async def _fresh(self, path: str, kept: _Cursor, limit: int) -> list[Any]:
        """What a list holds that we have not seen, oldest first; from a server that ignores `min_id` as well."""
        seen = kept.seen.get(path, [])
        floor, known = (seen[0] if seen else ""), set(seen)
        found: dict[str, Any] = {}
        odd: dict[str, Any] = {}

        def new(item: Mapping[str, Any]) -> bool:
            later = _order(item["id"]) > _order(floor) if floor else str(item.get("created_at"))[:19] >= kept.since[:19]
            return later and str(item["id"]) not in known and str(item["id"]) not in found

        above = floor
        for _ in range(_MOST_PAGES):
            before, below = len(found), ""
            for _ in range(_MOST_PAGES):
                answer = await self._page(path, min_id=above, max_id=below)
                page = [item for item in answer if isinstance(item, Mapping) and item.get("id")]
                odd |= {repr(item): item for item in answer if item not in page}
                fresh = [item for item in page if new(item)]
                found |= {str(item["id"]): item for item in fresh}
                if not fresh or len(fresh) < len(page):
                    break
                # All of it is new. Where `min_id` is honoured nothing is left between; elsewhere there may be a gap.
                below = min(_ids(page), key=_order)
            if len(found) == before or not floor or len(found) >= limit:
                break
            above = max(found, key=_order)
        return [*odd.values(), *(found[each] for each in sorted(found, key=_order))]

    async def _page(self, path: str, **bounds: str) -> list[Any]:
        asked = {name: value for name, value in bounds.items() if value} | {"limit": str(_PAGE)}
        answer = await self._get(f"{path}&{urlencode(asked)}".replace("?&", "?"))
        return _items(answer.body, self.name)

    async def _changes(self, due: Sequence[str], kept: _Cursor) -> list[SourceEvent]:
        """Reads the posts again that were not looked at for longest. What cannot be told now is asked another time."""
        events: list[SourceEvent] = []
        try:
            several = await self._several([kept.posts[uri][0] for uri in due])
            for uri in due:
                status_id = kept.posts[uri][0]
                status = several.get(status_id) or await self._one(status_id)
                known = kept.posts.pop(uri)
                if status is None:
                    events.append(self.deleted(status_id))
                    continue
                kept.posts[uri] = known
                if "content" in status:
                    shown = self._events([status], datetime.now(UTC))
                    events += filter(None, (_settle(event, kept) for event in shown if event.post is not None))
        except BatonError as error:
            _log.warning("not_read_again", source=self.name, why=str(error))
        return events

    async def _several(self, ids: Sequence[str]) -> dict[str, Any]:
        """These statuses in one request, from Mastodon 4.3 on; what is missing there has to be asked for alone."""
        if not ids or not self._takes_several:
            return {}
        answer = await self._get(f"/api/v1/statuses?{urlencode({'id[]': ids}, doseq=True)}", expected=_UNKNOWN)
        self._takes_several = answer.status == 200
        items = _items(answer.body, self.name) if self._takes_several else []
        return {str(item["id"]): item for item in items if isinstance(item, Mapping) and "id" in item}

    async def _one(self, id: str) -> Mapping[str, Any] | None:
        """A status; None when there is none any more; empty when the server will not say."""
        answer = await self._get(f"/api/v1/statuses/{quote(id, safe='')}", expected=_UNKNOWN)
        return None if answer.status in _GONE else _object(answer) if answer.status == 200 else {}

    async def _rooted(self, events: Sequence[SourceEvent], kept: _Cursor) -> list[SourceEvent]:
        """Answers to what we have not heard get their thread's beginning, which we may have."""
        ids, rooted = {known[0] for known in kept.posts.values()}, list(events)
        for place, event in enumerate(events):
            post = event.post
            if post is None or post.parent_id is None or post.parent_id in ids:
                continue
            try:
                context = await self._context(post.external_id)
            except BatonError as error:
                # Better heard without it than not at all.
                _log.warning("threads_not_read", source=self.name, why=str(error))
                break
            above = [item for item in context.get("ancestors", ()) if isinstance(item, Mapping) and item.get("id")]
            if above:
                # A server may show a post under another id once it was edited; its address stays.
                root, parent = (_known_id(kept, each) for each in (above[0], above[-1]))
                update = {"post": post.model_copy(update={"root_id": root, "parent_id": parent})}
                rooted[place] = event.model_copy(update=update)
        return rooted

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Mentions and posts with our hashtags since then, newest first, as far back as the server keeps them."""
        await self._introduce()
        for path in self._lists():
            below = ""
            while page := await self._page(path, max_id=below):
                events = self._events(page, datetime.now(UTC))
                yield [event for event in events if event.post is None or event.post.posted_at >= since]
                lowest = min(_ids(page), key=_order, default="")
                past = any(event.post is not None and event.post.posted_at < since for event in events)
                if past or not lowest or (below and _order(lowest) >= _order(below)):
                    break
                below = lowest

    # Answering.

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answers below the post, to whoever sees it; what is not public goes to those whom it mentions alone."""
        await self._introduce()
        content = {
            "status": _answer(post, text),
            "in_reply_to_id": post.external_id,
            "visibility": post.visibility.value if post.visibility.value != "private" else "direct",
        }
        headers = {**self._headers(), "Idempotency-Key": idempotency_key}
        address = self._url("/api/v1/statuses")
        # The key is kept for an hour, and not by every server: what was cut off is looked up, not sent again.
        answer = await self.ask(
            "POST", address, headers=headers, json=content, repeatable=False, expected=(400, 401, 403, 404, 410, 422)
        )
        if answer.status != 200:
            raise PermanentError(f"{self._us.host} refuses the answer: {_reason(answer)}")
        sent = _object(answer)
        return Sent(str(sent["id"]), sent.get("url") or sent.get("uri"))

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """The answer with this text that our account gave to this post."""
        await self._introduce()
        wanted = comparable(_answer(post, text))
        now = await self._one(post.external_id) or {}
        ids = {post.external_id, str(now.get("id") or post.external_id)}
        for item in (await self._context(post.external_id)).get("descendants", ()):
            if str(item["account"]["id"]) != self._us.id or str(item.get("in_reply_to_id")) not in ids:
                continue
            if wanted in {comparable(plain(str(item["content"]))), comparable(str(item.get("text") or ""))}:
                return Sent(str(item["id"]), item.get("url") or item.get("uri"))
        return None

    async def _context(self, id: str) -> Mapping[str, Any]:
        answer = await self._get(f"/api/v1/statuses/{quote(id, safe='')}/context", expected=_UNKNOWN)
        return _object(answer) if answer.status == 200 else {}

    # Asking.

    async def _introduce(self) -> None:
        """Who we are there, and how long a post may be; asked once."""
        if self._us.id:
            return
        account = _object(await self._get("/api/v1/accounts/verify_credentials"))
        answer = await self._get("/api/v2/instance", expected=_UNKNOWN)
        if answer.status != 200:
            answer = await self._get("/api/v1/instance")
        server = _object(answer)
        told = str(server.get("domain") or server.get("uri") or "")
        host = (urlsplit(told).hostname if "//" in told else told) or urlsplit(self.settings.url or "").hostname or ""
        limits = (server.get("configuration") or {}).get("statuses") or {}
        longest = int(limits.get("max_characters") or server.get("max_toot_chars") or 500)
        link = int(limits.get("characters_reserved_per_url") or 23)
        self.abilities = replace(self.abilities, longest=max(1, longest - _FOR_THE_MENTION), link=link)
        self._us = Us(str(account["id"]), f"@{account['username']}@{host}", host)

    async def _get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", self._url(path), headers=self._headers(), **more)

    def _url(self, path: str) -> str:
        return f"{(self.settings.url or '').rstrip('/')}{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret('token_env')}"}


def _known_id(kept: _Cursor, status: Mapping[str, Any]) -> str:
    known = kept.posts.get(str(status.get("uri")))
    return known[0] if known is not None else str(status["id"])


def _settle(event: SourceEvent, kept: _Cursor) -> SourceEvent | None:
    """The event as it is against what we know of the post: new, edited since, or nothing; and remembers it."""
    post = event.post
    if post is None:
        return event
    uri, edited = str(post.raw.get("uri") or post.external_id), revision(post)
    known = kept.posts.pop(uri, None)
    first_id = known[0] if known is not None else post.external_id
    kept.posts[uri] = (first_id, edited, post.posted_at.isoformat())
    if known is None:
        return event
    if known[1] == edited:
        return None
    return written(post.model_copy(update={"external_id": first_id}), edited=True, revision=edited)


def _answer(post: Post, text: str) -> str:
    """The text, with the author's mention before it unless it is in there already."""
    named = mention(post)
    return text if re.search(rf"(?<!\w){re.escape(named)}(?![\w.@-])", text, re.IGNORECASE) else f"{named} {text}"


def _order(id: Any) -> tuple[int, str]:
    """Ids grow; those of Mastodon are numbers, written as texts."""
    return len(str(id)), str(id)


def _ids(items: Iterable[Any]) -> list[str]:
    return [str(item["id"]) for item in items if isinstance(item, Mapping) and item.get("id")]


def _items(body: bytes, name: str) -> list[Any]:
    try:
        items = read_json(body)
    except ValueError as error:
        raise PermanentError(f"{name}: this is not JSON, so no list of Mastodon's API.") from error
    if not isinstance(items, list) or (items and not any(isinstance(item, dict) for item in items)):
        raise PermanentError(f"{name}: this is no list of notifications or statuses of Mastodon's API.")
    return items


def _object(answer: Answer) -> dict[str, Any]:
    try:
        read = read_json(answer.body)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise PermanentError(f"{urlsplit(answer.url).hostname} does not answer as Mastodon's API does.")
    return read


def _reason(answer: Answer) -> str:
    """Why not, in the server's words."""
    try:
        return str(read_json(answer.body)["error"])[:300]
    except (ValueError, KeyError, TypeError):
        return f"it answers {answer.status}."
