"""A Facebook Page: posts, comments, mentions and reviews by others, and messages. https://developers.facebook.com/docs/pages-api"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.delivery import Capabilities, Sent
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import UnknownResultError
from integrations.graph import Happening, moment, text_id
from integrations.graph_messages import WEEK, GraphMessenger, before, digest_of, same
from integrations.networks.facebook import reading
from integrations.source import written

_POST = "id,message,created_time,from,permalink_url,full_picture"
_COMMENT = "id,message,created_time,from,permalink_url,attachment,parent{id}"
_REVIEW = "created_time,review_text,rating,recommendation_type,reviewer{id,name},open_graph_story{id}"
_NEWEST = "filter(stream).order(reverse_chronological)"
_COMMENTS = {"fields": _COMMENT, "filter": "stream", "order": "reverse_chronological"}


class Facebook(GraphMessenger):
    """`kind = "facebook"`: `secret_env` is the app's secret, `account` the Page's number."""

    kind = "facebook"
    objects = frozenset({"page"})
    platform = "messenger"
    inbox = "https://business.facebook.com/latest/inbox"
    needs = ("token_env", "account")
    abilities = Capabilities(
        push=True,
        poll=True,
        backfill=True,
        reply=True,
        edits=True,
        deletes=True,
        longest=2000,
        unit="utf16",
        once="look-up",
        budget=(600, timedelta(hours=1)),
    )
    scopes = ("pages_manage_metadata", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement")
    message_scopes = ("pages_messaging",)
    fields = ("feed", "mention", "ratings")
    message_fields = ("messages", "message_edits", "messaging_postbacks")

    def happened(self, one: Happening, now: datetime) -> SourceEvent | None:
        """A post, a comment or a review; None for what the Page did itself, and for reactions."""
        value = one.value
        if not isinstance(value, dict):
            raise ValueError(f"events of the kind {one.field} are not known")
        item, verb = value.get("item"), value.get("verb")
        if item in reading.REACTIONS or verb in reading.NOTHING_SAID:
            return None
        # Whoever took it away: the Page may remove what a customer wrote.
        if verb in reading.GONE and reading.known(one):
            return self.deleted(reading.place(value)[0])
        if one.to and reading.author(value).external_id == one.to:
            return None
        if not reading.known(one):
            raise ValueError(f"events of the kind {one.field}/{item}/{verb} are not known")
        if not reading.says_something(value):
            # A second edit is another hint.
            return self.hint(
                reading.place(value)[0], value, f"{verb} {one.sent_at if verb in reading.EDITS else ''}".strip()
            )
        at = moment(value["created_time"]) if value.get("created_time") else one.sent_at or now
        said = reading.fields(value)
        post = Post(network=self.network, account=self.account, posted_at=at, fetched_at=now, **said)
        if verb in reading.EDITS:
            return written(post, edited=True, revision=str(value.get("edited_time") or digest_of(post.text)))
        return written(post)

    async def since(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Posts on the Page and such as mention it, comments on those of the last week, reviews, messages."""
        ours, oldest = await self.mine(), min(since, datetime.now(UTC) - WEEK)
        posts = {"fields": f"{_POST},comments.{_NEWEST}.limit(25){{{_COMMENT}}}", "limit": "25"}
        for path, field in (("/me/feed", "feed"), ("/me/tagged", "mention")):
            async for rows in self.pages(path, posts):
                yield self.each(rows, partial(self._row, ours=ours, field=field))
                for row in rows:
                    async for comments in self.below(row, "comments", _COMMENTS, since):
                        yield self.each(comments, partial(self._row, ours=ours, post=row["id"]))
                if before(rows[-1], "created_time", oldest):
                    break
        async for rows in self.pages("/me/ratings", {"fields": _REVIEW, "limit": "25"}):
            yield self.each(rows, partial(self._row, ours=ours, field="ratings"))
            if before(rows[-1], "created_time", since):
                break
        async for messages in self.conversations(since):
            yield messages

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """A post, comment or message of which only the id came; none where it is gone, or only its author sees it."""
        ours, raw = await self.mine(), hint.raw
        if "message" in raw:
            return await self.one_message(hint.external_id)
        post = raw.get("post_id") if raw.get("item") == "comment" else None
        fields = {"fields": _COMMENT if post else _POST}
        row = await self.graph("GET", f"/{hint.external_id}", params=fields, absent=True)
        return () if row is None else self.each([row], partial(self._row, ours=ours, post=post))

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """A message, or a comment below the post, comment or review."""
        if post.visibility is Visibility.PRIVATE:
            return await self.send(post, text)
        made = await self.graph("POST", f"/{post.external_id}/comments", json={"message": text})
        if not isinstance(made, dict) or not made.get("id"):
            raise UnknownResultError(f"{self.name}: Facebook took the comment without saying which it is.")
        return Sent(str(made["id"]), f"https://www.facebook.com/{made['id']}")

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """The same words by the Page, below the post, or below the comment that it answers: Facebook may move it there."""
        if post.visibility is Visibility.PRIVATE:
            return await self.find_sent(post, text)
        ours, above = await self.mine(), post.parent_id if post.parent_id != post.root_id else None
        for place in filter(None, (post.external_id, above)):
            async for rows in self.pages(f"/{place}/comments", _COMMENTS):
                for row in rows:
                    newer = not before(row, "created_time", post.posted_at)
                    if newer and reading.author(row).external_id == ours and same(row.get("message"), text):
                        return Sent(text_id(row["id"]), row.get("permalink_url"))
                if before(rows[-1], "created_time", post.posted_at):
                    break
        return None

    def _row(self, row: dict[str, Any], ours: str, field: str = "feed", post: Any = None) -> SourceEvent | None:
        """What the Graph API shows, in the form in which it is delivered. `post`: the one that a comment is below."""
        value = {**row, "verb": "add", "item": "comment" if post else "post", "shown": True}
        if field == "ratings":
            value |= {"from": row.get("reviewer"), "open_graph_story_id": row["open_graph_story"]["id"]}
        elif post:
            value |= {"comment_id": row["id"], "post_id": post, "parent_id": (row.get("parent") or {}).get("id")}
        else:
            value["post_id"] = row["id"]
        return self.happened(Happening(ours, field, value, None), datetime.now(UTC))
