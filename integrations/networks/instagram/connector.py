"""An Instagram business account: comments, mentions and messages. https://developers.facebook.com/docs/instagram-platform"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.delivery import Capabilities, Sent
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import PermanentError, UnknownResultError
from bot.speech import mark
from integrations.graph import Happening, moment, text_id
from integrations.graph_messages import REFUSALS, WEEK, before, same
from integrations.networks.instagram import reading
from integrations.networks.instagram.login import InstagramAccount
from integrations.source import written

_REPLY = "id,text,timestamp,username,from,parent_id"
_COMMENT = f"{_REPLY},replies.limit(50){{{_REPLY}}}"
_MENTION = ("id,text,timestamp,username,media{id,permalink}", "id,text,timestamp")
_CAPTION = ("id,caption,timestamp,username,permalink,media_type,media_url", "id,caption,timestamp")
"""Of what mentions us: the fields that we want, and those that Meta certainly gives."""


class Instagram(InstagramAccount):
    """`kind = "instagram"`: `secret_env` is the app's secret, `account` our username."""

    kind = "instagram"
    objects = frozenset({"instagram"})
    platform = "instagram"
    inbox = "https://www.instagram.com/direct/inbox/"
    needs = ("token_env", "account")
    abilities = Capabilities(
        push=True,
        poll=True,
        backfill=True,
        reply=True,
        edits=True,
        deletes=True,
        longest=1000,
        unit="bytes",
        once="look-up",
        budget=(200, timedelta(hours=1)),
    )
    fields = ("comments",)
    refusals: Mapping[int, str] = {
        **REFUSALS,
        2534014: mark("This customer cannot be reached by message."),
        2534025: mark("Instagram takes no message for this comment any more: one was sent, or the time is over."),
    }

    def happened(self, one: Happening, now: datetime) -> SourceEvent | None:
        """A comment, or that somebody mentions us; None for what we wrote, and for figures of stories."""
        value = one.value
        if one.field == "mentions":
            return self.hint(text_id(value.get("comment_id") or value["media_id"]), value)
        if one.field == "story_insights":
            return None
        if one.field not in {"comments", "live_comments"}:
            raise ValueError(f"events of the field {one.field} are not known")
        who = reading.author(value)
        if who.handle.lower() == self.us_here or (one.to and who.external_id == one.to) or who.handle in self.us:
            return None
        page = f"https://www.instagram.com/{self.us_here}/" if self.us_here and not self.us_here.isdigit() else None
        said = reading.comment(value, one.field == "live_comments", page)
        at = moment(value["timestamp"]) if value.get("timestamp") else one.sent_at or now
        return written(Post(network=self.network, account=self.account, posted_at=at, fetched_at=now, **said))

    async def since(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Comments on what we showed in the last week, with the answers to them, and messages."""
        oldest, ours = min(since, datetime.now(UTC) - WEEK), await self.mine()
        asked = {"fields": f"id,permalink,timestamp,comments.limit(50){{{_COMMENT}}}", "limit": "25"}
        async for rows in self.pages("/me/media" if self.alone else f"/{ours}/media", asked):
            for row in rows:
                seen = {"id": row["id"], "permalink": row.get("permalink")}
                async for comments in self.below(row, "comments", {"fields": _COMMENT}, since, "timestamp"):
                    yield self.each(comments, partial(self._row, ours=ours, media=seen))
                    for each in comments:
                        async for replies in self.below(each, "replies", {"fields": _REPLY}, since, ""):
                            yield self.each(replies, partial(self._row, ours=ours, media=seen, below=each["id"]))
            if before(rows[-1], "timestamp", oldest):
                break
        async for messages in self.conversations(since):
            yield messages

    def _row(self, row: dict[str, Any], ours: str, media: Any, below: str = "") -> SourceEvent | None:
        value = {**row, "media": media, "parent_id": row.get("parent_id") or below}
        return self.happened(Happening(ours, "comments", value, None), datetime.now(UTC))

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """Who mentions us and how, or a message of which only the id came."""
        ours, raw = await self.mine(), hint.raw
        if "message" in raw:
            return await self.one_message(hint.external_id)
        sort, tried = ("comment", _MENTION) if raw.get("comment_id") else ("media", _CAPTION)
        for fields in tried:
            wanted = f"mentioned_{sort}.{sort}_id({hint.external_id}){{{fields}}}"
            try:
                said = await self.graph("GET", f"/{ours}", params={"fields": wanted}, absent=True)
            except PermanentError:
                if fields == tried[-1]:
                    raise
                continue
            row = (said or {}).get(f"mentioned_{sort}")
            return self.each([row], partial(self._mention, value=raw)) if isinstance(row, dict) else ()
        return ()

    def _mention(self, row: dict[str, Any], value: Mapping[str, Any]) -> SourceEvent:
        now, said = datetime.now(UTC), reading.mentioned(value, row)
        at = moment(row["timestamp"]) if row.get("timestamp") else now
        return written(Post(network=self.network, account=self.account, posted_at=at, fetched_at=now, **said))

    def audience(self, post: Post) -> Visibility:
        """To a comment on a live video only its author is answered."""
        return Visibility.PRIVATE if post.raw.get("live") else post.visibility

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """A message, or a comment: in the thread of the one that is answered, as Instagram has one level of answers."""
        if post.raw.get("live"):
            return await self.send(post, text, {"comment_id": post.external_id})
        if post.visibility is Visibility.PRIVATE:
            return await self.send(post, text)
        if mention := post.raw.get("mention"):
            made = await self.graph("POST", f"/{await self.mine()}/mentions", json={**mention, "message": text})
        else:
            made = await self.graph("POST", f"/{self._thread(post)}/replies", json={"message": text})
        if not isinstance(made, dict) or not made.get("id"):
            raise UnknownResultError(f"{self.name}: Instagram took the comment without saying which it is.")
        return Sent(str(made["id"]), post.url)

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """Ours with the same words in the thread. What we wrote on the pictures of others cannot be read."""
        if post.visibility is Visibility.PRIVATE or post.raw.get("live"):
            return await self.find_sent(post, text)
        if post.raw.get("mention"):
            raise PermanentError(f"{self.name}: Instagram does not show what stands on the pictures of others.")
        await self.mine()
        async for rows in self.pages(f"/{self._thread(post)}/replies", {"fields": _REPLY}):
            for row in rows:
                who, newer = reading.author(row), not before(row, "timestamp", post.posted_at)
                if newer and (who.handle in self.us or who.external_id in self.us) and same(row.get("text"), text):
                    return Sent(text_id(row["id"]), post.url)
        return None

    @staticmethod
    def _thread(post: Post) -> str:
        return post.parent_id if post.parent_id and post.parent_id != post.root_id else post.external_id
