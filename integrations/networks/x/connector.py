"""Posts that name our account on X, and direct messages to it; delivered, polled and answered. https://docs.x.com/x-api"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import orjson

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import PermanentError, UnknownResultError
from bot.speech import mark
from integrations.budget import DOLLAR
from integrations.json_text import read_json
from integrations.networks.x.asking import MONTH, AsOurAccount
from integrations.networks.x.deliveries import Item, read_item, unpack
from integrations.networks.x.lists import FIELDS, SEARCHED, Place, Spot, Went, gone, id_at, ids_of
from integrations.networks.x.posts import Row, Us, answered, comparable, row, rows
from integrations.networks.x.weighing import LINK, weighted
from integrations.signatures import challenged, unsigned
from integrations.source import FIRST_LOOK


class X(AsOurAccount):
    """`kind = "x"`: deliveries come to `/hooks/x/<name>`; `account` = our name there; `url` another server than X's own."""

    kind = "x"
    needs = ("user_id", "client_id")
    abilities = Capabilities(
        push=True, poll=True, backfill=True, reply=True, edits=True, deletes=True,
        longest=280, link=LINK, once="look-up", budget=(50 * DOLLAR, MONTH), bills=True,
    )  # fmt: skip

    # Listening.

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """X's challenge-response check, and its signature. There is no time in it."""
        if request.method == "GET" and (token := request.query.get("crc_token")):
            if isinstance(signed := challenged(token, self.settings, "base64"), Reject):
                return signed
            answer = {"response_token": f"sha256={signed}"}
            return Challenge(orjson.dumps(answer).decode(), "application/json")
        wrong = unsigned(request, self.settings, "x-twitter-webhooks-signature", before="sha256=", writing="base64")
        return wrong or Delivery(request.body, now)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """A delivery of any of X's products, or a page of a list."""
        try:
            said = read_json(delivery.body)
        except ValueError as error:
            raise PermanentError(f"{self.name}: the body is not JSON.") from error
        return self._events(unpack(said, self.name), delivery.received_at)

    def _events(self, items: Sequence[Item], at: datetime) -> list[SourceEvent]:
        name = (self.settings.account or "").strip().lstrip("@").lower()
        us = Us(frozenset({self.options.user_id} - {""}), name, self.network, self.account)
        return self.each(items, partial(read_item, us=us, at=at))

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """A page of each list, oldest first; once a day, which of the newest posts are gone."""
        place, events, on = Place.read(cursor), list[SourceEvent](), False
        for path, asked in self._lists():
            found, went = await self._page(path, asked, place.spot(path, FIRST_LOOK), limit)
            events, on = [*events, *found], on or went is Went.ON
        today, looked_up = f"{datetime.now(UTC):%Y-%m-%d}", place.known[-self.options.recheck :]
        if self.options.recheck and looked_up and place.looked != today:
            lost = gone(await self.read("/2/tweets", {"ids": ",".join(looked_up)}, len(looked_up), most=0))
            events += [self.deleted(each) for each in lost if each in looked_up]
            place.known = [each for each in place.known if each not in lost]
        place.looked = today
        place.known += [event.external_id for event in events if event.post is not None]
        return Polled(tuple(events), place.write(), timedelta(0) if on else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """The mentions, of which X keeps the newest 800, and what the search finds, which goes back seven days."""
        for path, asked in self._lists():
            spot, went = Spot(id_at(since)), Went.ON
            while went is Went.ON:
                events, went = await self._page(path, asked, spot, 100)
                yield events

    def _lists(self) -> list[tuple[str, dict[str, str]]]:
        query = {"query": self.options.search}
        search = [("/2/tweets/search/recent", query)] if self.options.search else []
        return [(f"/2/users/{self.options.user_id}/mentions", {}), *search]

    async def _page(self, path: str, asked: dict[str, str], spot: Spot, limit: int) -> tuple[list[SourceEvent], Went]:
        """The next page, oldest first; asked for once more where X gives another."""
        events, went = list[SourceEvent](), Went.IGNORED
        oldest, least = (id_at(datetime.now(UTC) - SEARCHED), 10) if asked else (0, 5)
        for _ in range(2):
            if went is Went.IGNORED:
                said = await self.read(path, {**FIELDS, **asked, **spot.asks(oldest)}, least, min(100, limit))
                events = [*reversed(self._events(unpack(said, self.name), datetime.now(UTC))), *events]
                went = spot.went(ids_of(said), more=bool(row(said.get("meta")).get("next_token")))
        return events, went

    # Answering.

    def length(self, text: str) -> int:
        """As X weighs it."""
        return weighted(text)

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Since February 2026 X takes an answer only where the author "summoned" the account, but with Enterprise access."""
        called = post.visibility is Visibility.PRIVATE or post.raw.get("summoned")
        if not called and self.options.plan != "enterprise":
            return mark("X takes answers through its API only where the author mentions or quotes your account.")
        return super().refuses(post, now)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """An answer under the post, or a direct message to its author."""
        if post.visibility is Visibility.PRIVATE:
            said = await self.call("POST", f"{self._with(post)}/messages", json={"text": text})
        else:
            below = {"in_reply_to_tweet_id": post.raw.get("id") or post.external_id}
            said = await self.call("POST", "/2/tweets", json={"text": text, "reply": below})
        self.pay(self.price_of(text))
        return self._sent(row(said.get("data")))

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """Ours among what the account wrote after the post, or wrote to its author."""
        us, ids, wanted = self.options.user_id, {post.external_id, post.raw.get("id")}, " ".join(text.split())
        if post.visibility is Visibility.PRIVATE:
            asked = {"dm_event.fields": "id,text,sender_id", "event_types": "MessageCreate", "max_results": "20"}
            said = await self.call("GET", f"{self._with(post)}/dm_events", each=self.options.price_user, params=asked)
            ours = (row(each) for each in rows(said.get("data") or []) if str(row(each).get("sender_id")) == us)
            found = [{**each, "dm_event_id": each.get("id")} for each in ours]
        else:
            asked = {**FIELDS, "expansions": "author_id", "since_id": post.external_id, "max_results": "100"}
            said = await self.call("GET", f"/2/users/{us}/tweets", params=asked)
            found = [dict(row(each)) for each in rows(said.get("data") or []) if ids & set(answered(row(each)))]
        return next((self._sent(each) for each in found if comparable(each) == wanted), None)

    def _with(self, post: Post) -> str:
        return f"/2/dm_conversations/with/{post.author.external_id}"

    def _sent(self, said: Row) -> Sent:
        if number := said.get("dm_event_id"):
            return Sent(str(number))
        if not (number := said.get("id")):
            raise UnknownResultError(f"{self.name}: X took the answer without saying where it stands.")
        return Sent(str(number), f"https://x.com/{(self.settings.account or 'i').lstrip('@')}/status/{number}")
