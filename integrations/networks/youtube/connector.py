"""Comments on YouTube, polled and answered. https://developers.google.com/youtube/v3/docs/commentThreads/list

Threads come newest first, so a poll reads back to where the last one ended; what came in the last days is asked for again
by its ids, which shows edits, new replies, and what is gone. Replies to replies are replies to the thread.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import structlog

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Answer, Http
from integrations.json_text import read_json
from integrations.networks.youtube.comments import comment_post, comments_of, moment, same_text
from integrations.networks.youtube.polling import Cursor, Found, remember
from integrations.networks.youtube.refusals import REFUSALS, read
from integrations.permission import Permission
from integrations.source import Connector, Options, SourceSettings, written

_log = structlog.get_logger(__name__)

_AT_ONCE = 50
_INSERT = 50
"""Units of quota that an answer costs; a list costs one."""


class YouTubeOptions(Options):
    """Whose comments are heard, and by what right."""

    channel: str | None = None
    """Id of the channel (`UC…`) to hear: the comments on all its videos."""
    videos: tuple[str, ...] = ()
    """Ids of the videos to hear, instead of a channel."""
    api_key_env: str | None = None
    """Variable with the API key that reads comments."""
    client_id_env: str | None = None
    """Variable with the id of the OAuth client that answers."""
    client_secret_env: str | None = None
    """Variable with the secret of that client."""
    refresh_token_env: str | None = None
    """Variable with a refresh token that the channel's owner has granted elsewhere; `app.py sources allow` has one without."""


class YouTube(Connector):
    """`kind = "youtube"`, with `channel` or `videos`."""

    kind = "youtube"
    abilities = Capabilities(
        poll=True,
        backfill=True,
        reply=True,
        edits=True,
        deletes=True,
        # The documentation says only that a text can be too long (commentTextTooLong); the site takes so many.
        longest=10_000,
        unit="utf16",
        once="look-up",
        budget=(10_000, timedelta(days=1)),
    )
    Options = YouTubeOptions
    options: YouTubeOptions
    needs = ("api_key_env",)
    # https://developers.google.com/youtube/v3/guides/auth/server-side-web-apps
    permission = Permission(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        ("https://www.googleapis.com/auth/youtube.force-ssl",),
        more={"access_type": "offline", "prompt": "consent"},
    )

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._ours = settings.account or self.options.channel
        self.api = (settings.url or "https://www.googleapis.com/youtube/v3").rstrip("/")

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Comments are read with a key, and answered only in the name of a channel."""
        missing = [
            getattr(self.options, name) or name
            for name in ("client_id_env", "client_secret_env")
            if not self.settings.secrets.get(name)
        ]
        if not self._ours:
            missing.append("account (the id of the channel that answers)")
        if missing:
            return f"To answer on YouTube, set {', '.join(missing)} for sources.{self.name}: docs/networks/youtube.md."
        return super().refuses(post, now)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The comments of a list of threads or of comments, each thread's first comment before its replies."""
        try:
            if not isinstance(items := read_json(delivery.body)["items"], list):
                raise TypeError("items")
            comments = [comment for item in items for comment in comments_of(item)]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PermanentError(f"{self.name}: YouTube does not answer with a list of comments.") from error
        return self.each(comments, lambda comment: self._event(comment, delivery.received_at))

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New comments and replies, edits and deletes; oldest first."""
        now = datetime.now(UTC)
        known = Cursor.read(cursor, now)
        since, found = known.since, Found()
        async for events, items in self._newest(since):
            found.add(events, items)
        news = found.news(known, since)
        if len(news) <= limit:
            try:
                await self._look_again({event.external_id for event in news}, known, found)
            except RetriableError as error:
                # What was found must not wait for that.
                _log.warning("not_asked_again", source=self.name, why=str(error))
            news = [*found.news(known, since), *map(self.deleted, found.gone)]
        remember(known, found, news[:limit], news[limit:])
        return Polled(tuple(news[:limit]), known.write(now), timedelta(0) if len(news) > limit else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Threads that began since then, with their replies, newest first."""
        async for events, items in self._newest(since):
            found = Found()
            found.add(events, items)
            nothing = Cursor(since.isoformat())
            await self._replies([event.external_id for event in found.news(nothing, since)], nothing, found)
            yield found.news(nothing, since)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answer in the thread of the comment."""
        said = {"snippet": {"parentId": _thread(post), "textOriginal": text}}
        answer = await self._as_us("POST", "comments", {"part": "snippet"}, cost=_INSERT, json=said)
        if answer.status in REFUSALS:
            read(answer, datetime.now(UTC))
        try:
            return _sent(orjson.loads(answer.body), post)
        except (ValueError, LookupError, TypeError) as error:
            raise UnknownResultError("YouTube took the answer and does not say as what.") from error

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """A reply of our channel in the thread, written after the post, with the same text."""
        params = {"part": "snippet", "parentId": _thread(post), "maxResults": "100", "textFormat": "plainText"}
        while True:
            said = read(await self._as_us("GET", "comments", params), datetime.now(UTC))
            for comment in said.get("items", ()):
                snippet = comment.get("snippet") or {}
                by_us = (snippet.get("authorChannelId") or {}).get("value") == self._ours
                words = snippet.get("textOriginal") or snippet.get("textDisplay") or ""
                after = moment(snippet.get("publishedAt") or post.posted_at.isoformat()) >= post.posted_at
                if by_us and after and same_text(words, text):
                    return _sent(comment, post)
            if not (token := said.get("nextPageToken")):
                return None
            params["pageToken"] = token

    async def _newest(self, since: datetime) -> AsyncIterator[tuple[list[SourceEvent], list[Any]]]:
        """Pages of threads, newest first, to the one in which they are older than that."""
        places = [{"videoId": video} for video in self.options.videos]
        if self.options.channel and not places:
            places = [{"allThreadsRelatedToChannelId": self.options.channel}]
        if not places:
            raise PermanentError(f"sources.{self.name} in baton.toml needs the id of a `channel`, or of `videos`.")
        refused = 0
        for place in places:
            try:
                async for page in self._pages("commentThreads", {**place, "order": "time", "maxResults": "100"}):
                    yield page
                    began = [e.post.posted_at for e in page[0] if e.post is not None and e.post.parent_id is None]
                    if began and began[-1] < since:
                        break
            except PermanentError as error:
                # One video without comments keeps back no other.
                refused += 1
                _log.warning("not_heard", source=self.name, where=place, why=str(error))
                if refused == len(places):
                    raise PermanentError(f"{self.name}, {' '.join(place.values())}: {error}") from error

    async def _pages(self, what: str, params: dict[str, str]) -> AsyncIterator[tuple[list[SourceEvent], list[Any]]]:
        part = "snippet,replies" if what == "commentThreads" else "snippet"
        asked = {"part": part, "textFormat": "plainText", "key": self.secret("api_key_env"), **params}
        while True:
            now = datetime.now(UTC)
            answer = await self.ask("GET", f"{self.api}/{what}", params=asked, expected=REFUSALS)
            said = read(answer, now)
            yield self.parse(Delivery(answer.body, now)), said["items"]
            if not (token := said.get("nextPageToken")):
                return
            asked["pageToken"] = token

    async def _look_again(self, fresh: set[str], known: Cursor, found: Found) -> None:
        """What has become of what is known, and the replies to it."""
        await self._again("commentThreads", [id_ for id_, it in known.seen.items() if it[2] is not None], found)
        await self._replies([id_ for id_ in found.replies if id_ in known.seen or id_ in fresh], known, found)
        await self._again("comments", [id_ for id_, it in known.seen.items() if it[2] is None], found)

    async def _again(self, what: str, ids: Sequence[str], found: Found) -> None:
        """Ask for these once more, where this poll has not met them; whatever is missing then is gone."""
        missing = [id_ for id_ in ids if id_ not in found.ids]
        for at in range(0, len(missing), _AT_ONCE):
            batch = missing[at : at + _AT_ONCE]
            try:
                async for events, items in self._pages(what, {"id": ",".join(batch)}):
                    found.add(events, items)
            except PermanentError as error:
                # A video has become private, or takes no comments any more: that says nothing about the others.
                _log.warning("not_asked_again", source=self.name, why=str(error))
                continue
            found.gone += [id_ for id_ in batch if id_ not in found.ids]

    async def _replies(self, threads: Sequence[str], known: Cursor, found: Found) -> None:
        """All replies of those threads that have others than when we last looked; a thread shows but a few by itself."""
        for id_ in threads:
            seen, total = known.seen.get(id_), found.replies.get(id_, 0)
            if id_ not in found.complete and (seen is None or seen[2] != total):
                try:
                    async for events, items in self._pages("comments", {"parentId": id_, "maxResults": "100"}):
                        found.add(events, items)
                except PermanentError as error:
                    _log.warning("not_asked_again", source=self.name, why=str(error))
                    continue
            found.complete.add(id_)

    async def _as_us(self, method: str, what: str, params: dict[str, str], cost: int = 1, json: Any = None) -> Answer:
        """Ask in the name of our channel; with another access token where the first has just ended."""
        more = {"params": params, "json": json, "cost": cost, "expected": REFUSALS}
        return await self.as_us(method, f"{self.api}/{what}", **more)

    def _event(self, comment: dict[str, Any], received_at: datetime) -> SourceEvent | None:
        author = (comment["snippet"].get("authorChannelId") or {}).get("value")
        if author and author == self._ours:
            return None
        post = comment_post(comment, self.network, self.account, received_at)
        return written(post, revision=(post.edited_at or post.posted_at).isoformat())


def _thread(post: Post) -> str:
    return post.root_id or post.parent_id or post.external_id


def _sent(comment: dict[str, Any], post: Post) -> Sent:
    id_, video = str(comment["id"]), comment.get("snippet", {}).get("videoId") or post.raw.get("video")
    return Sent(id_, f"https://www.youtube.com/watch?v={video}&lc={id_}" if video else post.url)
