"""Bluesky: mentions, answers and quotes of an account, and posts by search. https://docs.bsky.app/docs/category/http-reference

The posts themselves are described at https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky/feed.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import structlog

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import BatonError, PermanentError, UnknownResultError
from bot.speech import mark
from integrations.http import Http
from integrations.json_text import read_json
from integrations.networks.bluesky.posts import POST, is_by, key_of, listed_at, read_post
from integrations.networks.bluesky.session import Refusal, Session
from integrations.networks.bluesky.writing import link_facets, mentions, record_key
from integrations.source import FIRST_LOOK, Connector, Options, SourceSettings, written

_log = structlog.get_logger(__name__)

HEARD = ("mention", "reply", "quote")
"""The notifications that are posts to us."""

_UNHEARD = frozenset({
    "like", "repost", "follow", "starterpack-joined", "verified", "unverified", "like-via-repost", "repost-via-repost",
    "subscribed-post", "contact-match",
})  # fmt: skip
OVERLAP = timedelta(hours=1)
"""Posts are sorted by the time their author's app gives, which may lie behind."""

WATCHED = timedelta(days=7)
_READ_AGAIN, _REMEMBERED, _BATCH = 50, 500, 25
LONGEST, LONGEST_BYTES = 300, 3_000
"""Graphemes and bytes: https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json"""

_ADDRESS = re.compile(r"at://[^/]+/[^/]+/[^/]+")
_CLOSED = mark("The author lets only some people answer this post, and not this account.")


class BlueskyOptions(Options):
    """Whose mentions to hear and what to look for."""

    password_env: str = ""
    """The environment variable with an app password of the account."""
    search: tuple[str, ...] = ()
    """What to search for beside mentions, like `["acme backpack"]`."""
    lang: str | None = None
    """The language that answers are marked with, like `en`. Left out: that of the post that is answered."""


@dataclass(slots=True)
class _Cursor:
    """How far we are in seconds, whether more was waiting, and when each post of the last days was written, by its address."""

    since: float
    behind: bool = False
    seen: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None, now: datetime) -> _Cursor:
        return cls(**orjson.loads(text)) if text else cls((now - FIRST_LOOK).timestamp(), behind=True)

    @property
    def start(self) -> datetime:
        return datetime.fromtimestamp(self.since, UTC) - (timedelta(0) if self.behind else OVERLAP)

    def write(self, now: datetime) -> str:
        oldest = min(self.since - OVERLAP.total_seconds(), (now - WATCHED).timestamp())
        kept = [(uri, at) for uri, at in self.seen.items() if at >= oldest]
        return orjson.dumps(asdict(_Cursor(self.since, self.behind, dict(kept[-_REMEMBERED:])))).decode()


class Bluesky(Connector):
    """`kind = "bluesky"`, `account` = our handle there; `url` where the account is not at bsky.social."""

    kind = "bluesky"
    abilities = Capabilities(
        poll=True,
        backfill=True,
        reply=True,
        deletes=True,
        longest=LONGEST,
        unit="graphemes",
        once="key",
        budget=(3_000, timedelta(minutes=5)),
        why={"edits": "Bluesky has no edits: whoever wants other words deletes the post and writes another."},
    )
    Options = BlueskyOptions
    options: BlueskyOptions
    needs = ("account", "password_env")

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        account = (settings.account or "").removeprefix("@")
        service = settings.url or "https://bsky.social"
        self._session = Session(self.ask, service, account, lambda: self.secret("password_env"))

    def length(self, text: str) -> int:
        """In graphemes; a text of more bytes than Bluesky takes is as much too long, however few graphemes they make."""
        size = len(text.encode("utf-8", "surrogatepass"))
        graphemes = super().length(text)
        return graphemes if size <= LONGEST_BYTES else max(graphemes, -(-size * LONGEST // LONGEST_BYTES))

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Authors may say who answers."""
        viewer = post.raw.get("viewer")
        return _CLOSED if isinstance(viewer, dict) and viewer.get("replyDisabled") is True else None

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The posts of a page of notifications or of posts, newest first as they come."""
        try:
            page = read_json(delivery.body)
            items = page["notifications"] if "notifications" in page else page["posts"]
        except (ValueError, LookupError, TypeError) as error:
            raise PermanentError(f"{self.name}: this is no page of notifications or posts of Bluesky.") from error
        if not isinstance(items, list):
            raise PermanentError(f"{self.name}: this is no page of notifications or posts of Bluesky.")
        return self._events(items, delivery.received_at)

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New posts, oldest first; then those of the last days that were deleted."""
        now = datetime.now(UTC)
        known = _Cursor.read(cursor, now)
        found: dict[str, Any] = {}
        async for page in self._pages(known.start):
            found |= {key_of(item): item for item in page if key_of(item) not in known.seen}
        fresh = sorted(found.items(), key=lambda each: listed_at(each[1], now))
        taken = dict(fresh[:limit])
        events = self._events(await self._whole(taken), now)
        known.behind = len(fresh) > limit
        known.seen |= {key: listed_at(item, now).timestamp() for key, item in taken.items()}
        known.since = max([known.since, *(known.seen[key] for key in taken)])
        if known.behind:
            return Polled(tuple(events), known.write(now), timedelta(0))
        gone = await self._gone(known.seen, now, limit - len(events))
        return Polled((*events, *gone), known.write(now))

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What was posted since then, newest first: the notifications, then each search."""
        async for page in self._pages(since):
            yield self._events(await self._whole({key_of(item): item for item in page}), datetime.now(UTC))

    async def _pages(self, since: datetime) -> AsyncIterator[list[Any]]:
        """Everything that is not older, page by page."""
        notified = {"reasons": HEARD, "priority": "false"}
        async for page in self._paged("app.bsky.notification.listNotifications", "notifications", since, notified):
            yield page
        for search in self.options.search:
            asked = {"q": search, "sort": "latest", "since": since.isoformat().replace("+00:00", "Z")}
            async for page in self._paged("app.bsky.feed.searchPosts", "posts", since, asked):
                yield page

    async def _paged(
        self, name: str, within: str, since: datetime, asked: Mapping[str, str | Sequence[str]]
    ) -> AsyncIterator[list[Any]]:
        """The pages of a list that has the newest first; ends also where the server does not listen to its own cursor."""
        before: set[str] = set()
        params, now = {**asked, "limit": "100"}, datetime.now(UTC)
        while True:
            page = await self._session.get(name, params)
            items = page.get(within)
            if not isinstance(items, list):
                raise PermanentError(f"{self.name}: {name} does not answer with {within}.")
            new = [item for item in items if key_of(item) not in before]
            yield [item for item in new if listed_at(item, now) >= since]
            before |= {key_of(item) for item in new}
            cursor = page.get("cursor")
            if (
                not cursor
                or cursor == params.get("cursor")
                or (items and not new)
                or (new and listed_at(new[-1], now) < since)
            ):
                return
            params["cursor"] = str(cursor)

    async def _whole(self, items: Mapping[str, Any]) -> list[Any]:
        """The items with what a notification leaves out: pictures and counts. What cannot be seen any more stays as it came."""
        bare = [key for key, item in items.items() if isinstance(item, dict) and item.get("reason") in HEARD]
        views = await self._views(bare)
        return [{**item, **views[key]} if key in views else item for key, item in items.items()]

    async def _views(self, uris: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The posts among these that are there, and that we may see."""
        views: dict[str, dict[str, Any]] = {}
        for start in range(0, len(uris), _BATCH):
            page = await self._session.get("app.bsky.feed.getPosts", {"uris": uris[start : start + _BATCH]})
            views |= {str(view["uri"]): view for view in page["posts"]}
        return views

    async def _gone(self, seen: dict[str, float], now: datetime, room: int) -> list[SourceEvent]:
        """The deletes among the posts of the last days; whichever was not read for longest comes first."""
        ours, oldest = f"at://{self._session.did}/", (now - WATCHED).timestamp()
        theirs = [
            uri for uri, at in seen.items() if at >= oldest and _ADDRESS.fullmatch(uri) and not uri.startswith(ours)
        ]
        watched = theirs[: min(_READ_AGAIN, max(room, 0))]
        gone: list[SourceEvent] = []
        try:
            there = await self._views(watched)
            for uri in watched:
                # A post of somebody who blocks us cannot be seen either: that is no delete.
                is_there = uri in there or await self._record(uri) is not None
                at = seen.pop(uri)
                if is_there:
                    seen[uri] = at
                else:
                    gone.append(self.deleted(uri))
        except (BatonError, LookupError, TypeError) as error:
            # New posts must not wait for that.
            _log.warning("not_read_again", source=self.name, why=str(error))
        return gone

    async def _record(self, uri: str) -> dict[str, Any] | None:
        """The record as its own repository has it; None when it is not there."""
        repo, collection, rkey = uri.removeprefix("at://").split("/")
        try:
            return await self._session.get(
                "com.atproto.repo.getRecord", {"repo": repo, "collection": collection, "rkey": rkey}
            )
        except Refusal as refusal:
            if refusal.error in {"RecordNotFound", "RepoNotFound"} or refusal.said.startswith("Could not find repo"):
                return None
            raise

    def _events(self, items: Sequence[Any], received_at: datetime) -> list[SourceEvent]:
        return self.each(items, lambda item: self._event(item, received_at))

    def _event(self, item: Mapping[str, Any], received_at: datetime) -> SourceEvent | None:
        reason = item.get("reason")
        if reason in _UNHEARD or is_by(item["author"], {self.settings.account, self._session.did}):
            return None
        if reason is not None and reason not in HEARD:
            raise ValueError(f"a notification of another kind: {reason}")
        return written(read_post(item, self.network, self.account, received_at))

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """A post under the post. Its key in our repository comes from `idempotency_key`: there can be no second one."""
        text = text.encode("utf-8", "replace").decode()
        if (length := self.length(text)) > LONGEST:
            raise PermanentError(
                f"Bluesky takes {LONGEST} graphemes and {LONGEST_BYTES:,} bytes at most; this answer has "
                f"{super().length(text):,} graphemes and {len(text.encode()):,} bytes. Take out {length - LONGEST:,}."
            )
        await self._session.open()
        rkey = record_key(idempotency_key, post.posted_at)
        sent = Sent(
            f"at://{self._session.did}/{POST}/{rkey}", f"https://bsky.app/profile/{self._session.handle}/post/{rkey}"
        )
        if await self._stands(sent, post):
            return sent
        record = await self._answer(await self._answerable(post), text, self.options.lang or post.lang)
        body = {"repo": self._session.did, "collection": POST, "rkey": rkey, "record": record}
        try:
            await self._session.post("com.atproto.repo.createRecord", body)
        except Refusal as refusal:
            raise PermanentError(f"Bluesky refuses the answer: {refusal.said}") from refusal
        except UnknownResultError as unknown:
            # A key that is taken is answered with 500 and no reason.
            try:
                if await self._stands(sent, post):
                    return sent
            except BatonError:
                raise unknown from None
            raise
        return sent

    async def _stands(self, sent: Sent, post: Post) -> bool:
        """Is the answer to the post there already?"""
        record = ((await self._record(sent.external_id)) or {}).get("value") or {}
        return bool((record.get("reply") or {}).get("parent", {}).get("uri") == post.external_id)

    async def _answerable(self, post: Post) -> dict[str, Any]:
        """The post as it is now; raises `PermanentError` where its author does not let us answer."""
        parent = (await self._views([post.external_id])).get(post.external_id)
        if parent is None:
            raise PermanentError(await self._why_unseen(post))
        if (parent.get("viewer") or {}).get("replyDisabled") is True:
            raise PermanentError(_CLOSED)
        return parent

    async def _why_unseen(self, post: Post) -> str:
        try:
            actor = post.author.external_id or post.author.handle
            viewer = (await self._session.get("app.bsky.actor.getProfile", {"actor": actor})).get("viewer") or {}
        except Refusal:
            viewer = {}
        if viewer.get("blockedBy"):
            return f"{post.author.handle} has blocked {self._session.handle} on Bluesky."
        if viewer.get("blocking") or viewer.get("blockingByList"):
            return f"{self._session.handle} has blocked {post.author.handle} on Bluesky."
        return "The post is not on Bluesky any more."

    async def _answer(self, parent: Mapping[str, Any], text: str, lang: str | None) -> dict[str, Any]:
        this = {"uri": parent["uri"], "cid": parent["cid"]}
        root = (parent["record"].get("reply") or {}).get("root") or this
        facets = [*link_facets(text), *[named async for named in self._named(text)]]
        return {
            "$type": POST,
            "text": text,
            "createdAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reply": {"root": {"uri": root["uri"], "cid": root["cid"]}, "parent": this},
            **({"facets": facets} if facets else {}),
            **({"langs": [lang]} if lang else {}),
        }

    async def _named(self, text: str) -> AsyncIterator[dict[str, Any]]:
        """The mentions of those who are there."""
        for handle, facet in mentions(text):
            try:
                found = await self._session.get("com.atproto.identity.resolveHandle", {"handle": handle.lower()})
            except Refusal:
                continue
            yield facet(str(found["did"]))
