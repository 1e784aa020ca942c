"""Reviews of an app in Apple's App Store, polled and answered.

https://developer.apple.com/documentation/appstoreconnectapi/customer-reviews
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import BudgetError, GoneError, PermanentError
from bot.ports.tokens import Renew
from bot.speech import mark, say
from integrations.http import Answer, Http
from integrations.json_text import read_json
from integrations.networks.app_store.answers import answer_in, answered, id_in, next_in, why
from integrations.networks.app_store.key import by_private_key
from integrations.networks.app_store.reviews import review_event, reviews_in
from integrations.source import Connector, Options, SourceSettings
from integrations.watching import Found, Watch

WATCH = Watch(back=timedelta(days=30), pages=50, asked_for=20, remembered=5_000)
"""Each poll reads far back: Apple shows reviews late, and does not say which were edited."""

EVERY_PAGE = 10_000

REST = 300.0
"""Seconds after the last request of an hour. The hour rolls: meanwhile some of it is free again."""

_REFUSALS = (400, 403, 404, 409, 422)
_ANSWERED = mark(
    "Somebody has answered this review, and the App Store keeps one answer. Change it in App Store Connect."
)


class AppStoreOptions(Options):
    """Whose reviews are heard, and by what right."""

    app: str = ""
    """The app: its Apple ID, a number."""
    key_id: str = ""
    """The id of the API key."""
    issuer_id: str = ""
    """The issuer of a team key; left out for an individual key."""
    private_key_env: str | None = None
    """Variable with the private key, the whole `.p8` file."""


class AppStore(Connector):
    """`kind = "app_store"`, `app` = its Apple ID, `key_id`, `issuer_id` and `private_key_env` = the API key."""

    kind = "app_store"
    abilities = Capabilities(
        poll=True, backfill=True, edits=True, deletes=True, reply=True, longest=5_970, unit="utf16", once="key",
        budget=(3_000, timedelta(hours=1)),
    )  # fmt: skip
    Options = AppStoreOptions
    options: AppStoreOptions
    needs = ("app", "key_id", "private_key_env")

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._rests_until = 0.0
        self._ours: dict[str, str] = {}  # what this process has answered, by review: that may be replaced

    def refuses(self, post: Post, now: datetime) -> str | None:
        """The App Store keeps one answer: one that stands is not replaced."""
        return super().refuses(post, now) or (_ANSWERED if post.raw.get("answered") else None)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The reviews of a page, or one by itself."""
        try:
            reviews, answers = reviews_in(read_json(delivery.body))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PermanentError(say("{source}: Apple does not answer with reviews.", source=self.name)) from error
        whose = (self.network, self.account, self.options.app, delivery.received_at)
        return self.each(reviews, lambda review: review_event(review, answers, *whose))

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New reviews and edits, oldest first; what is not on the list any more is asked for by itself."""
        return await WATCH.poll(cursor, limit, self._page, self._is_gone, self.deleted)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Page by page, newest first."""
        async for events in Found().pages(self._page, since, EVERY_PAGE):
            yield events

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Set the answer; to set it twice is the same. One that somebody else has given since stays."""
        id_ = post.external_id
        try:
            stands = answer_in(await self._ask("GET", f"/v1/customerReviews/{quote(id_, safe='')}/response"))
        except GoneError:
            stands = ""
        if stands and stands not in {text, self._ours.get(id_)}:
            raise PermanentError(_ANSWERED)
        self._ours[id_] = text
        answer = await self._ask("POST", "/v1/customerReviewResponses", json=answered(id_, text), repeatable=True)
        return Sent(id_in(answer) or f"{id_}:response", post.url)

    async def missing(self) -> Sequence[str]:
        """Apple's words where it gives no reviews: a role, or an agreement that nobody has signed."""
        try:
            await self._ask("GET", f"/v1/apps/{self.options.app}/customerReviews?limit=1")
        except PermanentError as error:
            return [str(error)]
        return ()

    def renewal(self) -> Renew:
        """https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests"""
        key, variable = self.secret("private_key_env"), str(self.options.private_key_env)
        return by_private_key(key, self.options.key_id, self.options.issuer_id, variable)

    async def _is_gone(self, id_: str) -> bool:
        try:
            await self._ask("GET", f"/v1/customerReviews/{quote(id_, safe='')}")
        except GoneError:
            return True
        return False

    async def _page(self, after: str | None) -> tuple[list[SourceEvent], str | None]:
        first = {"sort": "-createdDate", "include": "response", "limit": "200"}
        answer = await self._ask("GET", after or f"/v1/apps/{self.options.app}/customerReviews?{urlencode(first)}")
        return self.parse(Delivery(answer.body, datetime.now(UTC))), next_in(answer)

    async def _ask(self, method: str, path: str, **request: Any) -> Answer:
        if (wait := self._rests_until - time.monotonic()) > 0:
            raise BudgetError(say("{source}: Apple takes no more requests for now.", source=self.name), wait)
        url = (self.settings.url or "https://api.appstoreconnect.apple.com").rstrip("/") + path
        answer = await self.as_us(method, url, expected=_REFUSALS, **request)
        if "user-hour-rem:0;" in answer.headers.get("X-Rate-Limit", ""):
            self._rests_until = time.monotonic() + REST
        if answer.status in _REFUSALS:
            raise (GoneError if answer.status == 404 else PermanentError)(why(answer))
        return answer
