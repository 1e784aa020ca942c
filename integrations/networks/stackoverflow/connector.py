"""Questions on Stack Overflow and its sister sites, by tag, with their answers and comments. https://api.stackexchange.com/docs

One request brings a hundred questions with all that stands under them, so that a day's quota lasts the day: new questions
once, and those of the last two weeks again for what was added, edited or deleted.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from bot.domain.delivery import Capabilities, Delivery, Polled
from bot.domain.post import SourceEvent
from bot.errors import PermanentError, RetriableError
from integrations.budget import Purse
from integrations.http import Http
from integrations.json_text import read_json
from integrations.networks.stackoverflow.exchange import key_of, part_post, parts_of, time_of
from integrations.source import FIRST_LOOK, Connector, Options, SourceSettings, written

OVERLAP = 10 * 60
"""Seconds. Answers of the interface come from a cache."""

WATCHED = 14 * 86400
"""Seconds that a question is looked at again; the newest hundred are."""

_AT_ONCE = 100
_DAY = timedelta(days=1)
_FIELDS = (
    *("question.body", "question.answers", "question.comments", "answer.body", "answer.comments", "answer.link"),
    *("comment.body", "comment.link"),
)
_FOR_NOW = {500, 502, 503}
"""internal_error, throttle_violation, temporarily_unavailable: https://api.stackexchange.com/docs/error-handling"""

_REFUSALS = (400, 401, 402, 403, 404, 405, 406)
_SECONDS = re.compile(r"(\d+) seconds")


class StackOverflowOptions(Options):
    """Which questions are heard."""

    site: str = "stackoverflow"
    """The site of the network: `stackoverflow`, `superuser`, `diy` …"""
    tagged: tuple[str, ...] = ()
    """Questions with at least one of these tags are heard."""
    key_env: str | None = None
    """Variable with the key of an app, for 10,000 requests a day in place of 300."""


@dataclass(slots=True)
class _Cursor:
    """How far we are, the filter that brings all in one, and what may still change: (time, digests by id) by question."""

    at: int
    filter: str = ""
    threads: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None, now: int) -> _Cursor:
        return cls(**orjson.loads(text)) if text else cls(now - int(FIRST_LOOK.total_seconds()) + OVERLAP)

    def write(self, now: int) -> str:
        since = min(self.at - OVERLAP, now - WATCHED)
        kept = sorted(((id_, it) for id_, it in self.threads.items() if it[0] >= since), key=lambda each: each[1][0])
        return orjson.dumps(asdict(_Cursor(self.at, self.filter, dict(kept[-_AT_ONCE:])))).decode()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of questions: what it says; by question its time and what stands under it; what the interface asks for."""

    events: list[SourceEvent]
    present: dict[str, tuple[int, set[str]]]
    more: bool = False
    backoff: float = 0.0
    spent: bool = False


class StackOverflow(Connector):
    """`kind = "stackoverflow"`, `tagged` = the tags."""

    kind = "stackoverflow"
    abilities = Capabilities(
        poll=True,
        backfill=True,
        edits=True,
        deletes=True,
        budget=(300, _DAY),
        why={
            "reply": "Stack Overflow wants answers that people write on the site; for programs it takes an app it has"
            " approved. Open the question and answer there."
        },
    )
    Options = StackOverflowOptions
    options: StackOverflowOptions
    needs = ("tagged",)
    api = "https://api.stackexchange.com/2.3"

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        if settings.secrets.get("key_env") and settings.budget is None:
            self.budget = (10_000, _DAY)
            self.purse = Purse(*self.budget)
        self._away: dict[str, float] = {}

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New questions, then what has changed under those we know; oldest first."""
        now = int(time.time())
        known = _Cursor.read(cursor, now)
        since, number, pages = known.at - OVERLAP, 1, list[_Page]()
        known.filter = known.filter or await self._filter()
        while True:
            pages.append(page := await self._newest(known.filter, since, number))
            number, news = number + 1, self._news(pages, known, since, now)
            if not page.more or page.backoff or page.spent or len(news) >= limit:
                break
        left = page.more or len(news) > limit
        if not left and not page.spent:
            again = [id_ for id_ in known.threads if not any(id_ in page.present for page in pages)]
            if again and not self._wait("questions"):
                pages.append(page := await self._questions(known.filter, again))
                pages.append(_Page([], {id_: (0, set()) for id_ in again if id_ not in page.present}))
                news = self._news(pages, known, since, now)
        for event in news[:limit]:
            _remember(known, event)
        left = left or len(news) > limit
        wait = max(page.backoff for page in pages)
        pause = timedelta(seconds=wait) if left or wait > self.every.total_seconds() else None
        return Polled(tuple(news[:limit]), known.write(now), pause)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Questions since then with all that stands under them, oldest first."""
        wanted, number = await self._filter(), 1
        while True:
            page = await self._newest(wanted, int(since.timestamp()), number)
            yield page.events
            if not page.more:
                return
            number += 1
            await asyncio.sleep(page.backoff)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """Questions, answers and comments of a page, each before what stands under it."""
        parts = [part for item in self._wrapper(delivery.body)["items"] for part in parts_of(item)]
        return self.each(parts, lambda part: self._event(part, delivery.received_at))

    async def _filter(self) -> str:
        """Made once; filters stay for ever: https://api.stackexchange.com/docs/filters"""
        said, _ = await self._ask(
            "filters/create", {"base": "default", "include": ";".join(_FIELDS), "unsafe": "false"}
        )
        try:
            return str(said["items"][0]["filter"])
        except (LookupError, TypeError) as error:
            raise PermanentError(f"{self.name}: Stack Exchange makes no filter.") from error

    async def _newest(self, wanted: str, since: int, number: int) -> _Page:
        params = {"tagged": ";".join(self.options.tagged), "sort": "creation", "order": "asc", "filter": wanted}
        return await self._page("search", {**params, "fromdate": str(since), "page": str(number)})

    async def _questions(self, wanted: str, ids: Sequence[str]) -> _Page:
        return await self._page(f"questions/{';'.join(ids[:_AT_ONCE])}", {"filter": wanted})

    async def _page(self, path: str, params: Mapping[str, str]) -> _Page:
        site = {"site": self.options.site, "pagesize": str(_AT_ONCE)}
        said, delivery = await self._ask(path, {**params, **site})
        present = {key_of(item): (time_of(item), {key_of(part) for part in parts_of(item)}) for item in said["items"]}
        backoff = float(said.get("backoff") or 0)
        self._away[_method(path)] = time.monotonic() + backoff
        return _Page(
            self.parse(delivery), present, bool(said.get("has_more")), backoff, spent=said.get("quota_remaining") == 0
        )

    async def _ask(self, path: str, params: dict[str, str]) -> tuple[dict[str, Any], Delivery]:
        if wait := self._wait(_method(path)):
            raise RetriableError(f"{self.name}: Stack Exchange asks for a pause.", wait)
        if key := self.settings.secrets.get("key_env"):
            params = {**params, "key": key}
        answer = await self.ask("GET", f"{self.api}/{path}", params=params, expected=_REFUSALS)
        return self._wrapper(answer.body), Delivery(answer.body, datetime.now(UTC))

    def _wait(self, method: str) -> float:
        """Seconds that this method may not be asked."""
        return max(0.0, self._away.get(method, 0.0) - time.monotonic())

    def _wrapper(self, body: bytes) -> dict[str, Any]:
        """What every answer comes in: https://api.stackexchange.com/docs/wrapper"""
        try:
            said = read_json(body)
            if error := said.get("error_id"):
                why = f"{self.name}: {said.get('error_name')}, {said.get('error_message')}"
                if error not in _FOR_NOW:
                    raise PermanentError(why)
                seconds = _SECONDS.search(why)
                raise RetriableError(why, float(seconds[1]) if seconds is not None else None)
            if not isinstance(said["items"], list):
                raise TypeError("items")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PermanentError(f"{self.name}: Stack Exchange does not answer with a list of items.") from error
        return dict(said)

    def _event(self, part: Mapping[str, Any], received_at: datetime) -> SourceEvent | None:
        owner = part.get("owner") or {}
        if owner.get("user_id") is not None and str(owner["user_id"]) == self.settings.account:
            return None
        post = part_post(part, self.network, self.account, received_at)
        digest = hashlib.blake2b(post.text.encode("utf-8", "replace"), digest_size=6).hexdigest()
        return written(post, revision=digest)

    def _news(self, pages: Sequence[_Page], known: _Cursor, since: int, now: int) -> list[SourceEvent]:
        """What is not known yet, oldest first; at the end what is gone."""
        present = {question: it for page in pages for question, it in page.present.items()}
        events = {event.external_id: event for page in pages for event in page.events}
        news: list[SourceEvent] = []
        for event in events.values():
            question = (event.post.root_id or event.external_id) if event.post is not None else ""
            thread = known.threads.get(question)
            digest = thread[1].get(event.external_id) if thread is not None else None
            if digest is None and (
                event.post is None or thread is not None or present.get(question, (0, set()))[0] >= since
            ):
                news.append(event)
            elif digest not in (None, event.revision):
                edited = event.post.edited_at if event.post is not None else None
                at = int(edited.timestamp()) if edited is not None else now
                news.append(event.model_copy(update={"kind": "edited", "revision": f"{event.revision}@{at}"}))
        oldest = datetime.fromtimestamp(since, UTC)
        news.sort(key=lambda event: event.post.posted_at if event.post is not None else oldest)
        return news + [
            self.deleted(id_)
            for question, (_, ids) in present.items()
            for id_ in known.threads.get(question, (0, {}))[1]
            if id_ not in ids
        ]


def _method(path: str) -> str:
    return path.partition("/")[0]


def _remember(known: _Cursor, event: SourceEvent) -> None:
    """Put into the cursor what is delivered now."""
    if (post := event.post) is not None:
        at = int(post.posted_at.timestamp())
        _, digests = known.threads.setdefault(post.root_id or post.external_id, (at, {}))
        digests[post.external_id] = event.revision.partition("@")[0]
        if post.root_id is None:
            known.at = max(known.at, at)
    elif event.kind == "deleted":
        known.threads.pop(event.external_id, None)
        for _, digests in known.threads.values():
            digests.pop(event.external_id, None)
