"""Google Business Profile, asked: three APIs with one permission. https://developers.google.com/my-business/content/basic-setup"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.delivery import Capabilities
from bot.domain.post import SourceEvent
from bot.errors import PermanentError, quoted
from bot.speech import say
from integrations.google import REFUSALS, read, refused
from integrations.http import Http
from integrations.networks.google_business.reviews import (
    OF_REVIEWS,
    places_of,
    refused_replies,
    review_event,
    reviews_in,
)
from integrations.permission import Permission
from integrations.source import Connector, Options, SourceSettings

_REVIEWS = "https://mybusiness.googleapis.com/v4"
_PLACES = "https://mybusinessbusinessinformation.googleapis.com/v1"
_NOTIFICATIONS = "https://mybusinessnotifications.googleapis.com/v1"
_MOST_PAGES = 100
_TRIED = 3
"""Places whose reviews are asked for when somebody wants to know what is missing."""


class GoogleBusinessOptions(Options):
    """Whose reviews are heard, and by what right."""

    locations: tuple[str, ...] = ()
    """Only these places (`locations/123`); without, all of the account."""
    client_id_env: str = ""
    """Variable with the id of the OAuth client."""
    client_secret_env: str = ""
    """Variable with the secret of that client."""
    refresh_token_env: str = ""
    """Variable with a refresh token, where `app.py sources allow` does not keep one."""
    audience: str = ""
    """For deliveries: the audience of the push subscription."""
    pusher: str = ""
    """For deliveries: the e-mail address of the push subscription's service account."""


class BusinessProfile(Connector):
    """Base of the connector: what Google gives when it is asked."""

    abilities = Capabilities(
        push=True, poll=True, backfill=True, reply=True, edits=True, deletes=True,
        longest=4096, unit="bytes", once="key", budget=(250, timedelta(minutes=1)),
    )  # fmt: skip
    Options = GoogleBusinessOptions
    options: GoogleBusinessOptions
    needs = ("account", "client_id_env", "client_secret_env")
    # https://developers.google.com/my-business/content/implement-oauth
    permission = Permission(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        ("https://www.googleapis.com/auth/business.manage",),
        more={"access_type": "offline", "prompt": "consent"},
    )

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._places: dict[str, tuple[str, str]] = {}  # title and address by location, as last listed

    async def missing(self) -> Sequence[str]:
        """Google's words where it gives no places or reviews, and where it tells nobody that there are new ones."""
        more = {"expected": (*REFUSALS, 429)}
        words = await refused(self._find_places(**more))
        for place in [] if words else list(self._places)[:_TRIED]:
            words += await refused(self._review("GET", f"{place}/reviews", params={"pageSize": "1"}, **more))
        return words or (await refused(self._notified(**more)) if self.options.pusher else ())

    async def _notified(self, **request: Any) -> None:
        setting = await self._ask("GET", _NOTIFICATIONS, "notificationSetting", **request)
        types, topic = setting.get("notificationTypes"), setting.get("pubsubTopic")
        lacks = sorted(OF_REVIEWS - set(map(str, types if isinstance(types, list) and topic else ())))
        if lacks:
            which = ", ".join(lacks)
            raise PermanentError(
                say("No topic of Pub/Sub is told of {which}: set the notificationSetting.", which=which)
            )

    async def _find_places(self, **request: Any) -> None:
        found, params = dict[str, tuple[str, str]](), {"readMask": "name,title,metadata", "pageSize": "100"}
        for _ in range(_MOST_PAGES):
            said = await self._ask("GET", _PLACES, "locations", params=params, **request)
            found |= places_of(said)
            if not (page := said.get("nextPageToken")):
                break
            params |= {"pageToken": str(page)}
        wanted = {f"locations/{name.rpartition('/')[2]}" for name in self.options.locations}
        self._places = {name: known for name, known in found.items() if not wanted or name in wanted}

    async def _page(self, place: str, size: int, page: str) -> tuple[list[SourceEvent], str]:
        """Reviews of a place, what changed last first, and where there are more."""
        # Of many places at once (batchGetReviews) it is not said that they come in one order.
        params = {"pageSize": str(size), "orderBy": "updateTime desc", **({"pageToken": page} if page else {})}
        said = await self._review("GET", f"{place}/reviews", params=params)
        events = self._read(said, datetime.now(UTC))
        came_back = [
            self.fate(reply, "", say("Google does not show it: {why}", why=quoted(why)))
            for reply, why in refused_replies(said)
        ]
        return events + came_back, str(said.get("nextPageToken") or "")

    async def _review(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        return await self._ask(method, _REVIEWS, path, **request)

    async def _ask(self, method: str, api: str, path: str, **request: Any) -> dict[str, Any]:
        where = f"{self.settings.url.rstrip('/')}/{api[-2:]}" if self.settings.url else api
        account = f"accounts/{(self.settings.account or '').rpartition('/')[2]}"
        answer = await self.as_us(method, f"{where}/{account}/{path}", **{"expected": REFUSALS, **request})
        return read(answer, "The Google Business Profile API")

    def _read(self, said: Mapping[str, Any], received_at: datetime) -> list[SourceEvent]:
        whose = (self.network, self.account, self._places, received_at)
        try:
            reviews = reviews_in(said)
        except TypeError as error:
            raise PermanentError(f"{self.name}: that is neither a notification nor a page of reviews.") from error
        return self.each(reviews, lambda review: review_event(review, *whose))
