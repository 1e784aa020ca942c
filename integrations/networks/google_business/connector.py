"""Reviews of places on Google Maps and Search: told by Pub/Sub, polled and answered.

https://developers.google.com/my-business/content/review-data, https://developers.google.com/my-business/content/notification-setup
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.domain.delivery import Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import GoneError, PermanentError, quoted
from bot.speech import say
from integrations.google import ANSWERED
from integrations.http import Http
from integrations.id_tokens import KEYS_AT, SigningKeys, unproven
from integrations.json_text import read_json
from integrations.networks.google_business.asking import BusinessProfile
from integrations.networks.google_business.reviews import answer, original, refusal_of, reply_id, told
from integrations.networks.google_business.rounds import Round
from integrations.source import SourceSettings

_log = structlog.get_logger(__name__)

_AT_ONCE = 40  # lists that a poll asks for
_NOTIFICATION = {"message", "subscription", "notificationType", "reviewName"}


class GoogleBusiness(BusinessProfile):
    """`kind = "google_business"`, `account` = the account that has the places, like `accounts/123`."""

    kind = "google_business"

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.keys = SigningKeys(f"{settings.url.rstrip('/')}/oauth2/v3/certs" if settings.url else KEYS_AT)
        self._ours: defaultdict[str, set[str]] = defaultdict(set)  # what this process has answered, by review
        self._looked_up: set[str] = set()  # no list has shown it to us yet

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """By the token that Pub/Sub signs for the service account of the subscription."""
        audience, pusher = self.options.audience, self.options.pusher
        if not (audience and pusher):
            return Reject(401, "no_secret", f"Set audience and pusher of sources.{self.name} in baton.toml.")
        id_ = request.headers.get(
            "X-Goog-Pubsub-Message-Id", ""
        )  # where the subscription is set to send the data alone
        return unproven(request, self.keys, audience, pusher, now) or Delivery(request.body, now, id_)

    async def prepare(self) -> None:
        """Fetch the keys by which Google signs."""
        await self.keys.fetch(lambda method, url: self.ask(method, url, cost=0))

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """A notification, which names a review and no more; or a page of reviews."""
        try:
            said = read_json(delivery.body)
            if not isinstance(said, dict) or "error" in said:
                raise ValueError("no page")
        except ValueError as error:
            raise PermanentError(f"{self.name}: that is neither a notification nor a page of reviews.") from error
        if said.keys() & _NOTIFICATION:
            came = delivery.id if delivery.id.isascii() and delivery.id else f"{delivery.received_at.timestamp():.0f}"
            return self.each([said], lambda envelope: self._told(envelope, came))
        return self._read(said, delivery.received_at)

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """The places one after the other, what changed last first; what there is no room for is left to the next poll."""
        now = datetime.now(UTC)
        at, news, refusals, size = Round.read(cursor, now), list[SourceEvent](), list[PermanentError](), min(50, limit)
        at.expect(expected := list(self._looked_up))
        if not (self._places and at.left):
            await self._find_places()
            at.begin(self._places, now)
        before = len(at.left)
        for _ in range(_AT_ONCE):
            if not at.left or len(news) + size > limit:
                break
            try:
                events, page = await self._page(at.left[0], size, at.page)
            except PermanentError as error:
                refusals += [error] if at.refused() else []
                continue
            fresh, vanished = at.news(events, page)
            news += fresh
            gone = [id_ for id_ in vanished[: limit - len(news)] if await self._is_gone(id_)]
            news += map(self.deleted, at.forgotten(gone))
        for why in refusals:
            if len(refusals) >= len(self._places):
                raise why
            _log.warning("not_heard", source=self.name, why=str(why))  # one place keeps back no other
        self._looked_up.difference_update(expected)
        at_once = at.left and (news or len(at.left) < before)  # not where the server gives the same page for ever
        news.sort(key=lambda event: (event.kind == "deleted", event.revision))
        return Polled(tuple(news), at.write(), timedelta(0) if at_once else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Place by place, what changed last first."""
        await self._find_places()
        for place in tuple(self._places):
            page, more = "", True
            while more:
                events, page = await self._page(place, 50, page)
                yield [event for event in events if event.post is None or event.post.posted_at >= since]
                changed = [float(event.revision) for event in events if event.post is not None]
                more = bool(page) and min(changed, default=since.timestamp()) >= since.timestamp()

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """The review as it is now. One that cannot be had yet, or is gone again, is a matter of the next poll."""
        try:
            review = await self._review("GET", hint.external_id)
        except GoneError:
            return ()
        self._looked_up.add(hint.external_id)
        return self._read({"reviews": [review]}, datetime.now(UTC))

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Google keeps one reply: one that stands is not replaced."""
        return super().refuses(post, now) or (say(ANSWERED) if post.raw.get("answered") else None)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Set the reply; to set it twice is the same. One that somebody else has given since stays."""
        id_, text = post.external_id, text.strip()
        if (stands := answer(await self._review("GET", id_))) and stands not in {text, *self._ours[id_]}:
            raise PermanentError(say(ANSWERED))
        self._ours[id_].add(original(text))
        said = await self._review("PUT", f"{id_}/reply", json={"comment": text})
        if why := refusal_of(said):
            raise PermanentError(say("Google does not show it: {why}", why=quoted(why)))
        return Sent(reply_id(id_, said), post.url)

    async def _is_gone(self, id_: str) -> bool:
        try:
            return not await self._review("GET", id_)
        except PermanentError as error:
            return isinstance(error, GoneError)

    def _told(self, envelope: Mapping[str, Any], came: str) -> SourceEvent | None:
        note = told(envelope)
        return self.hint(note.review, {"type": note.type}, note.id or came) if note is not None else None
