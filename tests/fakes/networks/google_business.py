"""Google Business Profile's reviews, pretended: three APIs, and the Pub/Sub subscription that pushes what is new.

https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews (list, get, updateReply),
https://developers.google.com/my-business/reference/businessinformation/rest/v1/accounts.locations/list,
https://developers.google.com/my-business/reference/notifications/rest/v1/accounts/getNotificationSetting,
https://cloud.google.com/pubsub/docs/push and https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from aiohttp import web
from jwt.algorithms import RSAAlgorithm

from tests.fakes.networks.google import Google, failed, object_of, unauthenticated, zulu
from tests.fakes.networks.pretend import Row, Sending
from tests.fakes.teams_identity import private_key

ACCOUNT = "accounts/104711"
PLACES = ("locations/2001", "locations/2002")
_REVIEWS = re.compile(r"/v4/(accounts/[^/]+)/(locations/[^/]+)/reviews(?:/([^/]+))?(/reply)?")
_ORDERS = {"rating", "rating desc", "updateTime desc"}
WITHDRAWN = "The caller does not have permission"
AUDIENCE = "https://baton.example/hooks/google_business/google_business"
PUSHER = "pusher@acme-reviews.iam.gserviceaccount.com"


class GoogleBusiness(Google):
    """Two locations of one account, and a subscription."""

    kind = "google_business"
    scope = "https://www.googleapis.com/auth/business.manage"
    has_threads = False

    def __init__(self) -> None:
        super().__init__()
        self.reviews: dict[str, Row] = {}
        self.places = list(PLACES)
        self.lost: set[str] = set()
        self.allowed = True
        self.key = "google-1"
        self.announced = ["google-1"]
        self.notifications: Row = {
            "name": f"{ACCOUNT}/notificationSetting",
            "pubsubTopic": "projects/acme-reviews/topics/reviews",
            "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"],
        }

    @property
    def settings(self) -> Row:
        """One account, with pushes."""
        return {
            "kind": self.kind,
            "url": self.url,
            "account": ACCOUNT,
            "audience": AUDIENCE,
            "pusher": PUSHER,
            "client_id_env": "BUSINESS_CLIENT",
            "client_secret_env": "BUSINESS_CLIENT_SECRET",
            "refresh_token_env": "BUSINESS_REFRESH_TOKEN",
            "budget": "100000 in 1h",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The client's, and the owner's refresh token."""
        return {
            "BUSINESS_CLIENT": self.client,
            "BUSINESS_CLIENT_SECRET": self.client_secret,
            "BUSINESS_REFRESH_TOKEN": self.refresh_token,
        }

    def is_for_token(self, request: web.Request) -> bool:
        """Tokens, and the keys that anybody may fetch."""
        return super().is_for_token(request) or request.path == "/oauth2/v3/certs"

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """All of them at one address."""
        if request.path == "/oauth2/v3/certs":
            return web.json_response({"keys": [self._public(name) for name in self.announced]})
        if self.is_for_token(request):
            return self.token(body)
        if not self.has_token(request):
            return unauthenticated()
        if not self.allowed:
            return failed(403, WITHDRAWN)
        if request.path == f"/v1/{ACCOUNT}/locations":
            return self._places(request.query)
        if request.path == f"/v1/{ACCOUNT}/notificationSetting":
            return web.json_response(self.notifications)
        found = _REVIEWS.fullmatch(request.path)
        if found is None or found[1] != ACCOUNT or found[2] not in self.places:
            return failed(404, "Requested entity was not found.")
        if found[2] in self.lost:
            return failed(403, "The location is not verified.")
        if found[3] is None:
            return self._list(found[2], request.query)
        review = f"{found[2]}/reviews/{found[3]}"
        if review not in self.reviews:
            return failed(404, "Requested entity was not found.")
        if found[4]:
            return self._reply(review, body) if request.method == "PUT" else failed(404, "Method not found.")
        return web.json_response(self.reviews[review])

    def _places(self, query: Mapping[str, str]) -> web.Response:
        if not query.get("readMask"):
            return failed(400, "Request contains an invalid argument.", "INVALID_ARGUMENT", field="read_mask")
        size = int(query.get("pageSize", "10"))
        if not 1 <= size <= 100:
            return failed(400, "Request contains an invalid argument.", "INVALID_ARGUMENT", field="page_size")
        token = self.cursor(query.get("pageToken"))
        start = int(token) if token else 0
        page: Row = {"locations": [self._place(name) for name in self.places[start : start + size]]}
        if len(self.places) > start + size:
            page["nextPageToken"] = str(start + size)
        return web.json_response(page)

    def _place(self, name: str) -> Row:
        return {
            "name": name,
            "title": f"Acme Backpacks {name[-1]}",
            "metadata": {"mapsUri": f"https://maps.google.com/maps?cid={name[-4:]}", "placeId": f"ChIJ{name[-4:]}"},
        }

    def _list(self, place: str, query: Mapping[str, str]) -> web.Response:
        size = int(query.get("pageSize", "50"))
        if not 1 <= size <= 50 or query.get("orderBy", "updateTime desc") not in _ORDERS:
            return failed(400, "Request contains an invalid argument.")
        here = [review for name, review in self.reviews.items() if name.startswith(f"{place}/")]
        here.sort(key=lambda review: str(review["updateTime"]), reverse=True)
        token = self.cursor(query.get("pageToken"))
        start, size = int(token) if token else 0, min(size, self.largest_page)
        if not here:
            return web.json_response({})
        page: Row = {"reviews": here[start : start + size], "averageRating": 2.5, "totalReviewCount": len(here)}
        if len(here) > start + size:
            page["nextPageToken"] = str(start + size)
        return web.json_response(page)

    def _reply(self, review: str, body: bytes) -> web.Response:
        said = object_of(body)
        text = said.get("comment") if isinstance(said, dict) else None
        if not isinstance(text, str) or not text.strip() or len(text.encode()) > 4096:
            return failed(400, "Request contains an invalid argument.")
        self.took_effect()
        self.answer_elsewhere(review, text)
        return web.json_response(self.reviews[review]["reviewReply"])

    def answer_elsewhere(self, review: str, text: str) -> None:
        """The owner's reply is set."""
        reply = {"comment": text, "updateTime": zulu(time.time()), "reviewReplyState": "PENDING"}
        self.reviews[review]["reviewReply"] = reply

    def refuse_reply(self, review: str, why: str) -> None:
        """Google has looked at the reply, and does not show it."""
        self.reviews[review]["reviewReply"] |= {"reviewReplyState": "REJECTED", "policyViolation": why}

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """A review of one location after the other."""
        number = self.next_id()
        place = self.places[number % len(self.places)]
        id_ = f"AbFvOq{number}-x_Y"
        now = zulu(time.time())
        self.reviews[f"{place}/reviews/{id_}"] = {
            "name": f"{ACCOUNT}/{place}/reviews/{id_}",
            "reviewId": id_,
            "reviewer": {"displayName": author.title(), "profilePhotoUrl": "https://lh3.example/a/tom=s120"},
            "starRating": "TWO",
            "comment": text,
            "createTime": now,
            "updateTime": now,
        }
        self._notify("NEW_REVIEW", f"{place}/reviews/{id_}")
        return f"{place}/reviews/{id_}"

    def edit(self, post: str, text: str) -> None:
        """Other words, a later time."""
        self.reviews[post] |= {"comment": text, "updateTime": zulu(time.time())}
        self._notify("UPDATED_REVIEW", post)

    def delete(self, post: str) -> None:
        """Of which nobody is told."""
        del self.reviews[post]

    def answers(self, post: str) -> list[str]:
        """One at most."""
        reply = self.reviews[post].get("reviewReply")
        return [reply["comment"]] if reply else []

    def unknown(self) -> None:
        """A notification of another type."""
        self._publish({"notificationType": "NEW_HOLOGRAM", "locationName": f"{ACCOUNT}/{PLACES[0]}"})

    def withdraw(self) -> str:
        """Whoever gave the permission no longer manages the locations."""
        self.allowed = False
        return WITHDRAWN

    # Pub/Sub.

    def _notify(self, kind: str, review: str) -> None:
        place = review.partition("/reviews/")[0]
        names = {"locationName": f"{ACCOUNT}/{place}", "reviewName": f"{ACCOUNT}/{review}"}
        self._publish({"notificationType": kind, **names})

    def _publish(self, data: Row) -> None:
        id_, at = str(9_000_000_000_000_000 + self.next_id()), zulu(time.time(), 3)
        message = {
            "data": base64.b64encode(json.dumps(data, ensure_ascii=False).encode()).decode(),
            "messageId": id_,
            "message_id": id_,
            "publishTime": at,
            "publish_time": at,
        }
        self.tell({"message": message, "subscription": "projects/acme-reviews/subscriptions/baton"})

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The token of the subscription's service account; the key is not of the app, so another secret is another key."""
        key = self.key if secret == self.secret else "somebody's"
        return {"Authorization": f"Bearer {self.id_token(key)}"}

    def id_token(self, key: str = "", **changed: Any) -> str:
        """A token of Google's; `key` signs in place of the one that it names."""
        now = int(time.time())
        claims = {
            "aud": AUDIENCE,
            "azp": "113774264463038321964",
            "email": PUSHER,
            "sub": "113774264463038321964",
            "email_verified": True,
            "exp": now + 3600,
            "iat": now,
            "iss": "https://accounts.google.com",
        }
        return jwt.encode(claims | changed, private_key(key or self.key), algorithm="RS256", headers={"kid": self.key})

    def _public(self, name: str) -> Row:
        jwk = json.loads(RSAAlgorithm.to_jwk(private_key(name).public_key()))
        return {"kid": name, "alg": "RS256", "use": "sig", "kty": "RSA", "n": jwk["n"], "e": jwk["e"]}

    def rotate(self, key: str) -> None:
        """Sign with another key, and announce both."""
        self.announced, self.key = [*self.announced, key], key

    def deliver(self, waiting: Iterable[Sending] | None = None) -> list[int]:
        """Pub/Sub sends again what is answered with anything but success."""
        if waiting is None:
            waiting, self.waiting = self.waiting, []
        statuses = []
        for sending in waiting:
            status = self._send(sending)
            for _ in range(2):
                if status == 503:
                    time.sleep(0.2)
                    status = self._send(sending)
            statuses.append(status)
        return statuses
