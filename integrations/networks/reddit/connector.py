"""Mentions, replies and messages to an account, and what is posted in subreddits or found by a search. https://www.reddit.com/dev/api

No list is asked for what came `before` a post: once that post is deleted, Reddit answers with nothing for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError
from bot.speech import mark, say
from integrations.json_text import read_json
from integrations.networks.reddit.asking import RedditApi
from integrations.networks.reddit.refusals import written_thing
from integrations.networks.reddit.things import SITE, author_of, is_gone, thing_post, things_of
from integrations.oauth import TokenRefusedError
from integrations.source import written
from integrations.watching import Found, Seen

OVERLAP = timedelta(hours=1)
"""What a filter or a moderator held back for so long is heard all the same."""

WATCHED, REMEMBERED = timedelta(days=7), 1_000
"""What is asked for again at each poll: edits and deletes are told in no other way."""

_AT_ONCE, _PAGES = 100, 10
"""A page at most, and a list at most: Reddit gives a thousand things of any."""


class Reddit(RedditApi):
    """`kind = "reddit"`, `account` = our user name, without `u/`."""

    kind = "reddit"
    abilities = Capabilities(
        poll=True,
        reply=True,
        edits=True,
        deletes=True,
        longest=10_000,
        once="look-up",
        budget=(1_000, timedelta(minutes=10)),
        why={"backfill": "Reddit's lists end after a thousand entries."},
    )

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Reddit closes threads to everybody when they are old, and moderators do."""
        if post.raw.get("archived"):
            return mark("The thread is archived: Reddit takes no answers any more.")
        return mark("A moderator has locked the thread.") if post.raw.get("locked") else super().refuses(post, now)

    def length(self, text: str) -> int:
        """With what makes line ends stay."""
        return super().length(_markdown(text))

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """Whatever stands in a listing."""
        return self.each(self._things(delivery.body), lambda thing: self._event(thing, delivery.received_at))

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """What is new in every list; then what has become of the posts of the last days."""
        now = datetime.now(UTC)
        seen, found = Seen.of(cursor, now), Found()
        since = seen.newest - OVERLAP
        for path, params in self._lists():
            await found.read(partial(self._page, path, params), since, _PAGES)
        # A comment in the inbox does not say whether its thread is locked; private messages cannot be looked up.
        brief = {
            id_ for id_, event in found.events.items() if event.post is not None and "locked" not in event.post.raw
        }
        fresh = [id_ for id_ in found.events if id_ in brief and id_ not in seen.posts]
        ids = [id_ for id_ in (*fresh, *seen.watched(now - WATCHED)) if id_ in brief or id_ not in found.events]
        ids = [id_ for id_ in dict.fromkeys(ids) if not id_.startswith("t4_")]
        for at in range(0, len(ids), _AT_ONCE):
            events, _ = await self._page("/api/info", {"id": ",".join(ids[at : at + _AT_ONCE])}, None)
            found.events |= {event.external_id: event for event in events}
        news, keep = seen.news(found.events.values(), since), min(since, now - WATCHED)
        return seen.polled(news, limit, now, keep, complete=found.complete, most=REMEMBERED)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """A comment below, or an answer to a message."""
        form = {"thing_id": post.external_id, "text": _markdown(text)}
        return _sent(written_thing(await self.post("/api/comment", form)), post)

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """Ours among what we wrote last, with these words."""
        path = "/message/sent" if post.external_id.startswith("t4_") else f"/user/{self.ours}/comments"
        answer = await self.get(path, {"limit": str(_AT_ONCE), "sort": "new"})
        listed = [thing["data"] for thing in self._things(answer.body) if isinstance(thing, dict)]
        mine = [data for data in listed if isinstance(data, dict) and data.get("parent_id") == post.external_id]
        return next((_sent(each, post) for each in mine if str(each.get("body")).split() == text.split()), None)

    async def missing(self) -> Sequence[str]:
        """Which of the lists Reddit does not let us read, and why."""
        found = []
        for path, params in (("/api/v1/me", {}), *self._lists()):
            try:
                await self.get(path, {**params, "limit": "1"})
            except TokenRefusedError as error:
                return [str(error)]
            except PermanentError as error:
                found.append(f"{path}: {error}")
        return found

    def _lists(self) -> list[tuple[str, dict[str, str]]]:
        together = "+".join(name.removeprefix("r/") for name in self.options.subreddits)
        lists = ["/message/inbox", "/message/mentions"] if self.options.inbox else []
        lists += [f"/r/{together}/new", f"/r/{together}/comments"] if together else []
        searches = [("/search", {"q": search, "sort": "new", "type": "link"}) for search in self.options.searches]
        return [*((path, {}) for path in lists), *searches]

    async def _page(self, path: str, params: dict[str, str], after: str | None) -> tuple[list[SourceEvent], str | None]:
        asked = {**params, "limit": str(_AT_ONCE), **({"after": after} if after else {})}
        answer = await self.get(path, asked)
        events = self.parse(Delivery(answer.body, datetime.now(UTC)))
        return events, read_json(answer.body)["data"].get("after")

    def _things(self, body: bytes) -> list[Any]:
        try:
            return list(things_of(read_json(body)))
        except (ValueError, LookupError, TypeError) as error:
            raise PermanentError(say("{source}: Reddit does not answer with a listing.", source=self.name)) from error

    def _event(self, thing: dict[str, Any], received_at: datetime) -> SourceEvent | None:
        kind, data = str(thing["kind"]), thing["data"]
        if kind == "more":
            return None  # Ids of comments that are not here.
        if kind not in {"t1", "t3", "t4"}:
            raise ValueError(f"a thing of kind {kind}")
        ours = self.ours and author_of(data).casefold() == self.ours.casefold()
        if ours or (kind == "t4" and data.get("distinguished") == "admin"):
            return None  # Our own, or Reddit's news.
        if is_gone(data):
            return self.deleted(str(data.get("name") or f"{kind}_{data['id']}"))
        return written(thing_post(kind, data, self.network, self.account, received_at))


def _markdown(text: str) -> str:
    """Reddit joins lines unless two spaces stand before their end."""
    return text.replace("\n", "  \n")


def _sent(data: dict[str, Any], post: Post) -> Sent:
    path = data.get("permalink")
    return Sent(str(data.get("name") or data["id"]), f"{SITE}{path}" if path else post.url)
