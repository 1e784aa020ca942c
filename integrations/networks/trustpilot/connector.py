"""Service reviews on Trustpilot, polled or delivered, and answered. https://developers.trustpilot.com/service-reviews-api"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import GoneError, PermanentError
from bot.speech import mark, say
from integrations.http import Http
from integrations.json_text import read_json
from integrations.networks.trustpilot.asking import TrustpilotApi
from integrations.networks.trustpilot.door import stranger
from integrations.networks.trustpilot.reviews import DELETED, id_of, reply_to, review_event, review_in, things_in
from integrations.source import SourceSettings
from integrations.watching import Found, Watch

WATCH = Watch(back=timedelta(days=14), pages=20, asked_for=10, remembered=2_000)
"""Each poll reads far back: the list is in the order of writing, and says of edits and deletes nothing."""

EVERY_PAGE = 10_000

_ANSWERED = mark(
    "Somebody has answered this review, and Trustpilot keeps one answer. Change it in Trustpilot Business."
)


class Trustpilot(TrustpilotApi):
    """`kind = "trustpilot"`, `business_unit`, `api_key_env`, `api_secret_env`; `business_user` to answer, `secret_env` to be told."""

    kind = "trustpilot"
    abilities = Capabilities(
        push=True, poll=True, backfill=True, edits=True, deletes=True, reply=True, longest=10_000, unit="utf16",
        once="look-up", budget=(800, timedelta(minutes=5)),
    )  # fmt: skip

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._ours: dict[str, str] = {}  # what this process has answered, by review: that may be replaced

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Trustpilot keeps one answer, in somebody's name."""
        if not self.options.business_user:
            return say("To answer on Trustpilot, set business_user of sources.{source}.", source=self.name)
        return super().refuses(post, now) or (_ANSWERED if post.raw.get("answered") else None)

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """By the secret in the address: there is no signature, and no time."""
        return stranger(request, self.settings) or Delivery(request.body, now)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The reviews of a page, or what a webhook says."""
        try:
            things = things_in(read_json(delivery.body))
        except (ValueError, TypeError) as error:
            raise PermanentError(say("{source}: this is no list of reviews.", source=self.name)) from error
        return self.each(things, lambda thing: self._event(thing, delivery.received_at))

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New reviews and edits, oldest first; what is not on the list any more is asked for by itself."""
        return await WATCH.poll(cursor, limit, self._page, self._is_gone, self.deleted)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Page by page, newest first."""
        async for events in Found().pages(self._page, since, EVERY_PAGE):
            yield events

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """The company's answer, in the name of `business_user`. One that somebody else has given since stays."""
        stands = await self._stands(post)
        if stands and stands not in {text, self._ours.get(post.external_id)}:
            raise PermanentError(_ANSWERED)
        self._ours[post.external_id] = text
        said = {"authorBusinessUserId": self.options.business_user, "message": text}
        await self.api("POST", f"/v1/private/reviews/{quote(post.external_id, safe='')}/reply", json=said)
        return Sent(f"{post.external_id}:reply", post.url)

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """Whether it stands with the review."""
        ours = (await self._stands(post)).split() == text.split()
        return Sent(f"{post.external_id}:reply", post.url) if ours else None

    async def missing(self) -> Sequence[str]:
        """Trustpilot's words where it gives no reviews."""
        try:
            await self.api("GET", self._list, params={"perPage": "1"})
        except PermanentError as error:
            return [str(error)]
        return ()

    @property
    def _list(self) -> str:
        return f"/v1/private/business-units/{quote(self.options.business_unit, safe='')}/reviews"

    async def _is_gone(self, id_: str) -> bool:
        try:
            await self.api("GET", f"/v1/private/reviews/{quote(id_, safe='')}")
        except GoneError:
            return True
        return False

    async def _page(self, after: str | None) -> tuple[list[SourceEvent], str | None]:
        asked = {"orderBy": "createdat.desc", "perPage": "100", "page": after or "1"}
        events = self.parse(Delivery((await self.api("GET", self._list, params=asked)).body, datetime.now(UTC)))
        # Beyond the last page there is an empty one.
        return events, str(int(asked["page"]) + 1) if events else None

    async def _stands(self, post: Post) -> str:
        answer = await self.api("GET", f"/v1/private/reviews/{quote(post.external_id, safe='')}")
        try:
            return reply_to(read_json(answer.body))
        except ValueError as error:
            raise PermanentError(say("{source}: this is no review.", source=self.name)) from error

    def _event(self, thing: dict[str, Any], received_at: datetime) -> SourceEvent:
        what, review = review_in(thing)
        if what == DELETED:
            return self.deleted(id_of(review))
        return review_event(what, review, self.network, self.account, received_at)
