"""Posts of a Discourse forum, delivered and polled. https://docs.discourse.org and https://meta.discourse.org/t/49045"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Answer, retry_after
from integrations.json_text import read_json
from integrations.networks.discourse.posts import address, customers, gone, read_post, revision, version
from integrations.signatures import unsigned
from integrations.source import FIRST_LOOK, Connector, Options, written
from integrations.text import plain

_SIGNATURE, _EVENT, _DELIVERY = "X-Discourse-Event-Signature", "X-Discourse-Event", "X-Discourse-Event-Id"
_CREATED, _EDITED, _DESTROYED, _RECOVERED = "post_created", "post_edited", "post_destroyed", "post_recovered"

_NOTHING_SAID = frozenset({
    "ping", "topic", "user", "group", "category", "tag", "reviewable", "notification", "user_badge", "group_user",
    "like", "solved", "assign", "topic_voting", "user_promoted",
})  # fmt: skip
"""Kinds of deliveries in which nobody says anything: what is said in a new topic comes as its first post."""

_MOST_GONE = 10
_LOOKED_AT = 30
"""The newest posts of a topic among which an answer is looked for."""


class DiscourseOptions(Options):
    """As whom it reads and answers."""

    api_key_env: str = ""
    """Name of the environment variable with an API key of the forum; without one, only what everybody sees is read."""
    api_username: str = "system"
    """The forum's user in whose name the key reads and answers; what this user writes is not heard."""
    hear_staff: bool = False
    """Hear the forum's administrators and moderators as well."""


@dataclass(slots=True)
class _Cursor:
    """The last post that was taken, and the newest posts as they were seen: (external id, revision) by number."""

    last: int
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)


class Discourse(Connector):
    """`kind = "discourse"`, `url` = the forum's address. Takes deliveries at `/hooks/discourse/<name>` as well."""

    kind = "discourse"
    Options = DiscourseOptions
    options: DiscourseOptions
    needs = ("url",)
    abilities = Capabilities(
        push=True,
        poll=True,
        backfill=True,
        reply=True,
        edits=True,
        deletes=True,
        longest=32_000,
        once="look-up",
        budget=(60, timedelta(minutes=1)),
    )

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """Checks the signature over the body. It covers no time, nor the header that says what happened."""
        refused = unsigned(request, self.settings, _SIGNATURE, before="sha256=")
        if refused is not None:
            return refused
        headers = {name: request.headers[name] for name in (_EVENT, _DELIVERY) if name in request.headers}
        return Delivery(request.body, now, headers.get(_DELIVERY, ""), headers)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """A delivery, or a page of the latest posts."""
        try:
            said = read_json(delivery.body)
        except ValueError as error:
            raise PermanentError(f"{self.name}: the body is not JSON: {error}.") from error
        event, at = delivery.headers.get(_EVENT, ""), delivery.received_at
        match said:
            case {"latest_posts": [*items]}:
                return self._read(items, _CREATED, at)
            case {"post": item}:
                return self._read([item], event, at)
            case {"topic": {"id": int(topic), "highest_post_number": int(last)}} if event == "topic_destroyed":
                # Its answers go with it, and no other delivery says so.
                return [self.deleted(f"{topic}/{number}") for number in range(1, min(last, 10_000) + 1)]
            case dict() if _NOTHING_SAID & said.keys():
                return []
            case dict() if said:
                return [self.unread(said, f"events of the kind {event or '/'.join(said)} are not known")]
        raise PermanentError(f"{self.name}: the body is no event of a forum, as it names nothing that happened.")

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New posts; and those of the newest page that were changed or are gone since they were seen there."""
        now = datetime.now(UTC)
        page = await self._page()
        newest = _numbered(page)
        known = _Cursor(**orjson.loads(cursor)) if cursor else _Cursor(await self._before(newest, now - FIRST_LOOK))
        changed = [
            id_ for id_, item in newest.items() if known.seen.get(str(id_), ("", _state(item)))[1] != _state(item)
        ]
        missing = [id_ for id_ in known.seen if newest and int(id_) > min(newest) and int(id_) not in newest]
        taken = changed[:limit]
        asked = missing[: min(_MOST_GONE, limit - len(taken))]
        events = self._read([newest[id_] for id_ in taken], _EDITED, now)
        events += [self.deleted(known.seen[id_][0]) for id_ in asked if await self._is_gone(id_)]
        new, last = await self._after(known.last, newest, limit - len(taken) - len(asked))
        events += self._read(new, _CREATED, now)
        events += self._read([item for item in _odd(page) if item not in new], _CREATED, now)[: limit - len(events)]
        seen = {str(id_): (_place(item), _state(item)) for id_, item in newest.items() if id_ <= last}
        # What there was no room for is found again next time.
        seen |= {id_: known.seen[id_] for id_ in (*map(str, changed[len(taken) :]), *missing[len(asked) :])}
        after = orjson.dumps(asdict(_Cursor(last, seen))).decode()
        done = last >= max(newest, default=last) and len(taken) + len(asked) == len(changed) + len(missing)
        return Polled(tuple(events), after, None if done else timedelta(0))

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """Everything public since then, oldest first."""
        newest = _numbered(await self._page())
        last, top = await self._before(newest, since), max(newest, default=0)
        while last < top:
            items, last = await self._after(last, newest, 200)
            yield self._read(items, _CREATED, datetime.now(UTC))

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answer a post in its topic. The forum reads the text as Markdown."""
        topic, _, number = post.external_id.partition("/")
        answer = {"topic_id": int(topic), "raw": text, "reply_to_post_number": int(number)}
        match await self._ask("POST", "/posts.json", json=answer):
            case {"topic_id": _, "post_number": _} as item:
                return Sent(_place(item), address(item, self._base))
            case {"action": "enqueued", **more}:
                pending = more.get("pending_post")
                return Sent(f"pending/{pending.get('id', '')}" if isinstance(pending, dict) else "pending/")
        raise UnknownResultError(f"{self.name}: the forum took the answer without saying where it stands.")

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """The same text, below the same post, by our own user, among the newest posts of the topic."""
        topic, _, number = post.external_id.partition("/")
        whole = await self._ask("GET", f"/t/{topic}.json", absent=True)
        if whole is None:
            return None
        stream = whole["post_stream"]["stream"][-_LOOKED_AT:]
        asked = "&".join(f"post_ids[]={int(id_)}" for id_ in stream)
        found = await self._ask("GET", f"/t/{topic}/posts.json?include_raw=true&{asked}")
        for item in reversed(found["post_stream"]["posts"]):
            ours = str(item.get("username", "")).lower() == self.options.api_username.lower()
            # Where the forum does not say which post is answered, the text decides.
            below = item.get("reply_to_post_number") in {int(number), None}
            said = item["raw"] if "raw" in item else plain(str(item.get("cooked") or ""))
            if ours and below and not gone(item) and _same(said, text):
                return Sent(_place(item), address(item, self._base))
        return None

    @property
    def _base(self) -> str:
        return (self.settings.url or "").rstrip("/")

    def _read(self, items: Iterable[Any], event: str, at: datetime) -> list[SourceEvent]:
        return self.each(items, partial(self._event, event=event, at=at))

    def _event(self, item: dict[str, Any], event: str, at: datetime) -> SourceEvent | None:
        if event not in {_CREATED, _EDITED, _DESTROYED, _RECOVERED, ""}:
            raise ValueError(f"events of the kind {event} are not known")
        if event == _DESTROYED or gone(item):
            return self.deleted(_place(item))
        ours = frozenset(filter(None, (self.options.api_username.lower(), (self.settings.account or "").lower())))
        if not customers(item, ours, staff=self.options.hear_staff):
            return None
        fields = read_post(item, self._base, at)
        post = Post(network=self.network, account=self.account, **fields)
        edited = event in {_EDITED, _RECOVERED} or (not event and version(item) > 1)
        return written(post, edited=edited, revision=revision(item) if edited else "")

    async def _page(self, before: int | None = None) -> list[Any]:
        """The newest posts, those with lower numbers than `before`."""
        said = await self._ask("GET", "/posts.json" + (f"?before={before}" if before is not None else ""))
        if not isinstance(said, dict) or not isinstance(said.get("latest_posts"), list):
            raise PermanentError(f"{self.name}: {self._base} does not answer as a Discourse forum.")
        return list(said["latest_posts"])

    async def _before(self, newest: dict[int, Any], since: datetime) -> int:
        """The number of the last post before then, or one that no post has. The years between are not read, but halved."""
        page, low, high = newest, 0, max(newest, default=0) + 1
        while page:
            if older := [id_ for id_, item in page.items() if _written_before(item, since)]:
                low = max(low, *older)
            high = min([high, *(id_ for id_ in page if id_ > low)])
            if high - low <= 1 or (older and len(older) < len(page)):
                return low
            middle = (low + high) // 2
            page = _numbered(await self._page(middle + 1))
            if page and max(page) > middle:
                return min(newest) - 1  # It does not listen to `before`: this page is all there is to have.
            if not page or max(page) <= low:
                low, page = middle, newest
        return low

    async def _after(self, last: int, newest: dict[int, Any], room: int) -> tuple[list[Any], int]:
        """Posts after the one with this number, oldest first, `room` at most; and how far they reach."""
        top = max(newest, default=last)
        if not room or top <= last:
            return [], last
        if min(newest) <= last:
            taken = sorted(id_ for id_ in newest if id_ > last)[:room]
            return [newest[id_] for id_ in taken], taken[-1]
        window = room
        while last < top:
            low, last = last, min(last + window, top)
            if found := await self._between(low, last):
                # Wider windows may hold more than there is room for.
                numbers = sorted(_numbered(found))
                return (found, last) if len(numbers) <= room else (found[:room], numbers[room - 1])
            window *= 2  # Numbers are lost to private messages, and to whole forums that move.
        return [], last

    async def _between(self, low: int, high: int) -> list[Any]:
        """The posts whose numbers are above `low` and not above `high`."""
        found: dict[int, Any] = {}
        odd: list[Any] = []
        before = high + 1
        while before > low + 1:
            whole = await self._page(before)
            page = _numbered(whole)
            odd += _odd(whole)
            found |= {id_: item for id_, item in page.items() if low < id_ <= high}
            if not page or min(page) >= before:
                break
            before = min(page)
        return [found[id_] for id_ in sorted(found)] + odd

    async def _is_gone(self, id_: str) -> bool:
        """Was a post deleted that stood on the newest page? It may also be hidden, or have moved out of our sight."""
        try:
            item = await self._ask("GET", f"/posts/{id_}.json", absent=True)
        except PermanentError:
            return False
        return item is None or gone(item)

    async def _ask(self, method: str, path: str, *, absent: bool = False, json: Any = None) -> Any:
        """What the forum answers; None for what is not there, where that is no error (`absent`)."""
        headers = {"Accept": "application/json"}
        if self.options.api_key_env or method == "POST":
            headers |= {"Api-Key": self.secret("api_key_env"), "Api-Username": self.options.api_username}
        answer = await self.ask(
            method,
            self._base + path,
            headers=headers,
            json=json,
            expected=(400, 403, 404, 405, 409, 410, 413, 422, 429),
        )
        try:
            said = read_json(answer.body)
        except ValueError:
            said = None
        if answer.status in {404, 410} and absent:
            return None
        if answer.status >= 300:
            raise self._refusal(answer, said if isinstance(said, dict) else {})
        if said is None and method == "POST":
            raise UnknownResultError(f"{self.name}: the forum's answer cannot be read.")
        return said

    def _refusal(self, answer: Answer, said: dict[str, Any]) -> Exception:
        """The forum's own words, where it has some."""
        errors = said.get("errors") or [said.get("message")]
        words = " ".join(str(error) for error in errors if error) if isinstance(errors, list) else str(errors)
        if answer.status == 429:
            extras = said.get("extras")
            wait = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            if wait is None and isinstance(extras, dict) and isinstance(extras.get("wait_seconds"), int | float):
                wait = float(extras["wait_seconds"])
            return RetriableError(f"{self.name}: the forum takes no more for now. {words}".strip(), wait)
        if answer.status == 403 and "key is invalid" in words:
            return PermanentError(
                f"{self.name}: the forum does not know this key, or not for the user {self.options.api_username}. "
                f"Check {self.options.api_key_env} and api_username."
            )
        meanings = {403: "it does not allow this.", 404: "the topic is not there, or not for us to see."}
        return PermanentError(f"The forum refuses: {words or meanings.get(answer.status, str(answer.status))}")


def _numbered(page: Iterable[Any]) -> dict[int, Any]:
    """The posts of a page that can be told from others, by their numbers in the forum."""
    names = ("id", "topic_id", "post_number")
    return {
        item["id"]: item
        for item in page
        if isinstance(item, dict) and all(isinstance(item.get(name), int) for name in names)
    }


def _odd(page: Iterable[Any]) -> list[Any]:
    """What else is on a page: it is kept, though nobody can read it."""
    return [item for item in page if not _numbered([item])]


def _place(item: dict[str, Any]) -> str:
    return f"{int(item['topic_id'])}/{int(item['post_number'])}"


def _state(item: dict[str, Any]) -> str:
    return "gone" if gone(item) else revision(item)


def _written_before(item: dict[str, Any], moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(item["created_at"]) < moment
    except (LookupError, TypeError, ValueError):
        return False


def _same(said: str, text: str) -> bool:
    """Discourse takes spaces off the end, and has its own line ends."""
    return said.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()
