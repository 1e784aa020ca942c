"""What the connectors of listening tools share: posts by a mapping of fields, lists read page by page, and why nothing is answered there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import orjson

from bot.domain.delivery import Delivery
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, quoted
from bot.speech import mark, say
from integrations.http import Answer, Http
from integrations.json_text import read_json
from integrations.mapping import Mapped
from integrations.mapping import Mapping as FieldMapping
from integrations.mapping.moments import moment
from integrations.source import FIRST_LOOK, Connector, SourceSettings

ANSWERED = frozenset({
    "app_store", "bluesky", "discourse", "facebook", "google_business", "google_play", "instagram", "linkedin", "mastodon", "reddit",
    "telegram", "trustpilot", "whatsapp", "x", "youtube",
})  # fmt: skip
"""Networks with a source of their own that takes answers."""

MOST_PAGES = 500
"""After so many a sweep begins anew: then it goes in a circle."""

REFUSED = (400, 401, 403, 404, 422)

WHY: Mapping[str, str] = {
    "reply": mark("The tool only listens. What came from the network itself as well is answered there."),
    "edits": mark("The tool does not tell what its authors changed."),
    "deletes": mark("The tool does not tell what was deleted at its network."),
}


class ListeningTool(Connector, ABC):
    """Base of the connectors. Its posts stand on their own network, `via` the tool; `mapping` says where in an item is what."""

    mapping: ClassVar[FieldMapping]
    title: ClassVar[str] = ""
    """The tool's name for people."""

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._mapped = Mapped(self.mapping, self.kind, self.account)

    @property
    def listens(self) -> bool:
        """It does nothing else."""
        return True

    def refuses(self, post: Post, now: datetime) -> str | None:
        """The tool takes no answers: say what does."""
        if post.network in ANSWERED:
            words = "{tool} only listens. Set up a source of the kind {kind}, and what it hears too can be answered from here."
            return say(words, tool=self.title, kind=post.network)
        return say("{tool} only listens. Answer at the post's own address.", tool=self.title)

    def listed(self, body: bytes) -> dict[str, Any]:
        """The object in an answer or a delivery; raises `PermanentError` where it has no list."""
        try:
            said = read_json(body)
            if not isinstance(self._mapped.items(said), list) or not isinstance(said, dict):
                raise TypeError("no list in an object")
        except (ValueError, TypeError) as error:
            raise PermanentError(f"{self.name}: this is no list of {self.title}: {error}") from error
        return said

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The posts of a list."""
        return self.read(self.listed(delivery.body), delivery.received_at)

    def read(self, said: dict[str, Any], received_at: datetime) -> list[SourceEvent]:
        """The same of an object that was read."""
        items = [self.prepared(item) for item in self._mapped.items(said)]
        return self.each(items, lambda item: self._mapped.event(item, {}, {}, received_at))

    def prepared(self, item: Any) -> Any:
        """An item as the mapping takes it."""
        return item

    async def told(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """An answer of the API as an object; raises `PermanentError` in the tool's own words."""
        answer = await self._asked(method, path, **request)
        if answer.status in REFUSED:
            raise PermanentError(f"{self.title} refuses: {words_of(answer)}")
        return self.listed(answer.body)

    async def refusal(self, method: str, path: str, **request: Any) -> Sequence[str]:
        """Why the API gives nothing, in its own words; nothing where it does."""
        answer = await self._asked(method, path, **request)
        return [f"{self.title}: {words_of(answer)}"] if answer.status in REFUSED else []

    async def _asked(self, method: str, path: str, **request: Any) -> Answer:
        # To search is to read, whatever the method.
        url, key = f"{(self.settings.url or self.api).rstrip('/')}{path}", self.key()
        headers = {"Accept": "application/json", **request.pop("headers", {}), **key}
        return await self.ask(
            method, url, headers=headers, expected=REFUSED, repeatable=True, secrets=(*key.values(),), **request
        )

    api: ClassVar[str] = ""
    """Where the tool's API is, unless `url` says otherwise."""

    @abstractmethod
    def key(self) -> dict[str, str]:
        """The headers that let us in."""


@dataclass(slots=True)
class Sweep:
    """How far a list was read that comes newest first: the cursor of a poll.

    `until`: all that the tool had then was heard. A sweep goes page by page back to there and somewhat further; `high` is
    the newest of it, `page` where it goes on (empty: a new one begins), `end` where its time ends.
    """

    until: str
    high: str = ""
    end: str = ""
    page: str = ""
    pages: int = 0

    @classmethod
    def of(cls, cursor: str | None, now: datetime) -> Sweep:
        """As written; without a cursor, from a day back."""
        return cls(**orjson.loads(cursor)) if cursor else cls((now - FIRST_LOOK).isoformat())

    def begin(self, now: datetime) -> None:
        """A new sweep, unless one is under way."""
        if not self.page:
            self.high, self.end, self.pages = self.until, now.isoformat(), 0

    def since(self, back: timedelta) -> datetime:
        """Where the sweep ends."""
        return datetime.fromisoformat(self.until) - back

    def turned(self, items: Sequence[Any], names: Sequence[str], after: str, back: timedelta) -> bool:
        """A page with these items was read, whose times have these names; `after` is the next one (empty: there is none).

        Is the sweep over?
        """
        times, now = times_of(items, *names), datetime.fromisoformat(self.end)
        self.high = (
            max([datetime.fromisoformat(self.high), *(min(at, now) for at in times)]).astimezone(UTC).isoformat()
        )
        self.pages += 1
        old = bool(times) and max(times) < self.since(back)
        if after and items and not old and self.pages < MOST_PAGES:
            self.page = after
            return False
        if self.pages < MOST_PAGES:
            self.until = self.high
        self.page = ""
        return True

    def text(self) -> str:
        """As it is kept."""
        return orjson.dumps(asdict(self)).decode()


def times_of(items: Iterable[Any], *names: str) -> list[datetime]:
    """When each item was found or written, of those that say so."""
    times = []
    for item in items:
        said = next((item[name] for name in names if item.get(name)), None) if isinstance(item, dict) else None
        try:
            times.append(moment(said))
        except ValueError:
            continue
    return times


def joined(title: Any, text: Any) -> str:
    """A title before its text, unless the text begins with it or it is but an address."""
    head, body = (value.strip() if isinstance(value, str) else "" for value in (title, text))
    start = head.rstrip("….").strip().casefold()
    if not head or head.startswith(("http://", "https://")) or (start and start in body.casefold()):
        return body
    return f"{head}\n\n{body}".strip()


def words_of(answer: Answer) -> str:
    """What a refusal says, as APIs write it; else its status."""
    try:
        said = read_json(answer.body)
    except ValueError:
        said = None
    found = list(_strings(said)) if isinstance(said, dict | list) else []
    return f"{quoted(' '.join(dict.fromkeys(found))[:300])} ({answer.status})" if found else f"HTTP {answer.status}"


def _strings(said: Any) -> Iterable[str]:
    if isinstance(said, str):
        yield said
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from _strings(each)


def utc(at: datetime) -> str:
    """A time as tools take it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
