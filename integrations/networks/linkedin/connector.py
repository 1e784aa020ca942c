"""Comments on a company's LinkedIn page and posts that mention it; delivered, polled and answered.

https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError
from integrations.json_text import read_json
from integrations.networks.linkedin.asking import AsThePage, said_in, sent_as
from integrations.networks.linkedin.pages import Place, read_pages, stamp
from integrations.networks.linkedin.reading import (
    COMMENT,
    coded,
    comments_under,
    id_of,
    is_comment,
    known_as,
    post_of,
    stands,
    told_in,
    under,
    urn_of,
    words,
    writer,
)
from integrations.signatures import challenged, unsigned
from integrations.source import written

SAID = ("COMMENT", "SHARE", "SHARE_MENTION", "ADMIN_COMMENT", "COMMENT_EDIT")
GONE, LIKED = "COMMENT_DELETE", "LIKE"
_BEFORE = "hmacsha256="


class LinkedIn(AsThePage):
    """`kind = "linkedin"`, with `organization`, `client_id` and `secret_env`, which signs deliveries too."""

    kind = "linkedin"
    needs = ("organization", "client_id")
    # LinkedIn documents no length; tools that answer there take 1,250, as its page does.
    abilities = Capabilities(
        push=True, poll=True, backfill=True, reply=True, edits=True, deletes=True,
        longest=1_250, unit="utf16", once="look-up", budget=(500, timedelta(days=1)),
    )  # fmt: skip

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation: no time is in the signature."""
        if request.method == "GET" and (code := request.query.get("challengeCode")):
            if isinstance(signed := challenged(code, self.settings), Reject):
                return signed
            answer = {"challengeCode": code, "challengeResponse": signed}
            return Challenge(orjson.dumps(answer).decode(), "application/json")
        header = "X-LI-Signature"
        before = _BEFORE if request.headers.get(header, "").startswith(_BEFORE) else ""
        # What is signed begins with the name of the hash; some read the documentation as if the header did.
        wrong = unsigned(request, self.settings, header, before=before, said=_BEFORE.encode() + request.body)
        return (wrong and unsigned(request, self.settings, header, before=before)) or Delivery(request.body, now)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The notifications of a delivery."""
        try:
            said = told_in(read_json(delivery.body))
        except (ValueError, LookupError, TypeError) as error:
            raise PermanentError(f"{self.name}: this is no list of LinkedIn's notifications.") from error
        at = stamp(delivery.received_at)
        return self.each(said, lambda each: self._event(each, at))

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """The notifications since the last one, oldest first: they tell of edits and deletes, too."""
        place, now = Place.read(cursor), stamp(datetime.now(UTC))
        asked = f"q=criteria&organizationalEntity={coded(self.us)}&actions=List({','.join((*SAID, GONE))})"
        path = f"/rest/organizationalEntityNotifications?{asked}&timeRange=(start:{place.since},end:{now})"
        taken, more = place.take([each async for page in read_pages(self.read, path) for each in page], limit)
        return Polled(tuple(self.each(taken, self._event)), place.write(), timedelta(0) if more else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """The comments on our posts that were written since then, and the replies to them."""
        async for posts in read_pages(self.read, f"/rest/posts?q=author&author={coded(self.us)}&sortBy=CREATED"):
            recent = [each for each in posts if float(each.get("createdAt") or 0) >= stamp(since)]
            for post in recent:
                async for comments in read_pages(self.read, comments_under(str(post["id"]))):
                    yield self.each(comments, self._event)
                    for comment in comments:
                        if (comment.get("commentsSummary") or {}).get("aggregatedTotalComments"):
                            async for replies in read_pages(self.read, comments_under(known_as(comment["commentUrn"]))):
                                yield self.each(replies, self._event)
            if len(recent) < len(posts):
                return

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """What a notification without words is about."""
        urn, edited = str(hint.raw["urn"]), bool(hint.raw.get("edited"))
        path = f"{comments_under(under(urn))}/{id_of(urn)}" if urn.startswith(COMMENT) else f"/rest/posts/{coded(urn)}"
        answer = await self.call("GET", path)
        if answer.status == 404:
            return (self.deleted(hint.external_id),)
        said = {**said_in(answer), "commentUrn": urn}
        return self.each([said], lambda each: self._written(each, urn, hint.raw.get("at"), edited, hint.revision))

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """A comment of the company under the comment, or under the post that mentions it."""
        thread, above = stands(post)
        below = {"parentComment": thread} if thread != above else {}
        said = {"actor": self.us, "object": above, "message": {"text": text}, **below}
        answer = await self.call("POST", comments_under(thread), json=said)
        made = said_in(answer)
        return sent_as({"id": answer.headers.get("x-restli-id"), **(made if isinstance(made, dict) else {})}, post)

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """A comment of the company there, newer than the post, with the same words."""
        async for page in read_pages(self.read, comments_under(stands(post)[0])):
            for each in page:
                after = float((each.get("created") or {}).get("time") or 0) >= stamp(post.posted_at)
                if after and writer(each) == self.us and (words(each) or "").split() == text.split():
                    return sent_as(each, post)
        return None

    def _event(self, said: Mapping[str, Any], at: int | None = None) -> SourceEvent | None:
        if is_comment(said):
            return self._written(said, urn_of(said), None, edited=False, revision="")
        action, at = str(said.get("action") or said["type"]), (when := said.get("lastModifiedAt")) or at
        if action == LIKED:
            return None
        if action not in (*SAID, GONE, "COMMENT_MENTION"):
            raise ValueError(f"LinkedIn tells of “{action}”, which is not known")
        shown, edited = said.get("decoratedGeneratedActivity"), action == "COMMENT_EDIT"
        body = (shown.get("comment") or shown.get("share")) if isinstance(shown, dict) else None
        urn = known_as(said.get("generatedActivity") or (body or {}).get("entity"))
        if action == GONE:
            return self.deleted(id_of(urn))
        if isinstance(body, dict) and writer(body) and writer(body) == said.get("organizationalEntity"):
            return None
        if isinstance(body, dict) and words(body):
            urn = urn if urn.startswith(COMMENT) else known_as(body.get("entity") or urn)
            return self._written(body, urn, at, edited, str(when))
        return self.hint(id_of(urn), {"urn": urn, "at": at, "edited": edited}, str(said.get("notificationId") or when))

    def _written(self, said: Mapping[str, Any], urn: str, at: Any, edited: bool, revision: str) -> SourceEvent | None:
        if writer(said) == self.us:
            return None
        return written(post_of(said, urn, at, self.network, self.account), edited=edited, revision=revision)
