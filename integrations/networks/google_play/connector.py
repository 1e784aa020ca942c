"""Reviews of an app on Google Play, polled and answered. https://developers.google.com/android-publisher/reply-to-reviews"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import GoneError, PermanentError
from bot.ports.tokens import Renew
from bot.speech import mark, say
from integrations.google import ANSWERED, REFUSALS, read, refused
from integrations.google_tokens import by_service_account
from integrations.http import Http
from integrations.json_text import read_json
from integrations.networks.google_play.reviews import answer, applied, page_of, review_event
from integrations.source import FIRST_LOOK, Connector, Options, SourceSettings

_API, _SCOPE = "The Google Play Developer API", "https://www.googleapis.com/auth/androidpublisher"
# A poll reads so far back behind the one before: Google may show a review some time after it was written.
_BACK = FIRST_LOOK.total_seconds()
_REMEMBERED, _MOST_PAGES = 2_000, 20


class GooglePlayOptions(Options):
    """Whose reviews are heard, and by what right."""

    package: str = ""
    """The app: its package name, like `com.acme.shop`."""
    service_account_env: str = ""
    """Variable with the JSON key of the service account, the whole file."""


@dataclass(slots=True)
class _Cursor:
    """From `first` on reviews are heard; a poll reads back to `since` (Unix seconds), goes on at `page`, began at `begun`."""

    first: float
    since: float
    begun: float = 0.0
    page: str = ""
    seen: dict[str, str] = field(default_factory=dict)


class GooglePlay(Connector):
    """`kind = "google_play"`, `package` = the app, `service_account_env` = the variable with the key."""

    kind = "google_play"
    abilities = Capabilities(
        poll=True, edits=True, reply=True, longest=350, unit="utf16", once="key", budget=(200, timedelta(hours=1)),
        why={
            "backfill": mark("Google gives reviews of the last seven days; older ones are in files of the Play Console."),
            "deletes": mark("Google does not tell a review that was deleted from one that is a week old."),
        },
    )  # fmt: skip
    Options = GooglePlayOptions
    options: GooglePlayOptions
    needs = ("package", "service_account_env")
    api = "https://androidpublisher.googleapis.com"

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._ours: defaultdict[str, set[str]] = defaultdict(set)  # what this process has answered, by review

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """Pages, latest change first, until what is known; one for which there is no room is read by the next poll."""
        now = datetime.now(UTC).timestamp()
        known = _Cursor(**orjson.loads(cursor)) if cursor else _Cursor(now - _BACK, now - _BACK)
        known.begun = known.begun if known.page else now
        size, news, done = min(100, limit), list[SourceEvent](), False
        for _ in range(_MOST_PAGES):
            if done or len(news) + size > limit:
                break
            params = {"maxResults": str(size), **({"token": known.page} if known.page else {})}
            try:
                reviews, page = page_of(await self._ask("GET", "", params=params))
            except PermanentError:
                if not known.page:
                    raise
                known.page = ""  # tokens of pages end, too
                continue
            events, known.page = self._reviews(reviews, datetime.now(UTC)), page
            news += filter(None, (self._news(event, known) for event in events))
            latest = max((event.post.posted_at.timestamp() for event in events if event.post), default=now)
            done = not known.page or latest < known.since
        known.seen = dict(list(known.seen.items())[-_REMEMBERED:])
        if done:
            known.since, known.page = known.begun - _BACK, ""
        news.sort(key=lambda event: event.revision)
        return Polled(tuple(news), orjson.dumps(asdict(known)).decode(), timedelta(0) if news and not done else None)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The reviews of a page; what their developer answered is no post."""
        try:
            return self._reviews(page_of(read_json(delivery.body))[0], delivery.received_at)
        except ValueError as error:
            raise PermanentError(f"{self.name}: Google Play does not answer with a page of reviews.") from error

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Google Play keeps one answer: one that stands is not replaced."""
        return super().refuses(post, now) or (say(ANSWERED) if post.raw.get("answered") else None)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Set the answer; to set it twice is the same. One that somebody else has given since stays."""
        id_, where = post.external_id, f"/{quote(post.external_id, safe='')}"
        try:
            if (stands := answer(await self._ask("GET", where))) and stands not in {text, *self._ours[id_]}:
                raise PermanentError(say(ANSWERED))
        except GoneError:
            pass  # whether a review that is no longer shown takes answers, its own refusal says
        self._ours[id_].add(text)
        said = await self._ask("POST", f"{where}:reply", json={"replyText": text}, repeatable=True, cost=0)
        self._ours[id_].add(applied(said))
        return Sent(f"{id_}:reply", post.url)

    async def missing(self) -> Sequence[str]:
        """Google's words where it gives no reviews."""
        return await refused(self._ask("GET", "", params={"maxResults": "1"}, expected=(*REFUSALS, 429)))

    def renewal(self) -> Renew:
        """For the signature of the service account's key."""
        key, variable = self.secret("service_account_env"), self.options.service_account_env
        return by_service_account(self.ask, key, _SCOPE, variable, cost=0)

    async def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        app = f"{(self.settings.url or self.api).rstrip('/')}/androidpublisher/v3/applications/{self.options.package}"
        return read(await self.as_us(method, f"{app}/reviews{path}", **{"expected": REFUSALS, **request}), _API)

    def _reviews(self, reviews: Sequence[Any], received_at: datetime) -> list[SourceEvent]:
        whose = (self.options.package, self.network, self.account, received_at)
        return self.each(reviews, lambda review: review_event(review, *whose))

    def _news(self, event: SourceEvent, known: _Cursor) -> SourceEvent | None:
        """A new review, or the edit of a known one; once not all are remembered, an edit, which brings what is new as well."""
        if not (post := event.post):
            return event
        before, full = known.seen.pop(event.external_id, None), len(known.seen) >= _REMEMBERED - 1
        known.seen[event.external_id] = event.revision
        if before == event.revision or (before is None and post.posted_at.timestamp() < known.first):
            return None
        post = post.model_copy(update={"edited_at": post.posted_at}) if before else post
        return event.model_copy(update={"kind": "edited", "post": post}) if before or full else event
