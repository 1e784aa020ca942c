"""Trustpilot as its documentation has it: https://developers.trustpilot.com/business-units-api,
https://developers.trustpilot.com/service-reviews-api, and webhooks as
https://support.trustpilot.com/hc/en-us/community/posts/10109980750738-How-to-set-up-Trustpilot-Webhooks shows them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.networks.pretend import VARIABLE, PretendNetwork, Row

KEY, SECRET = "key-of-the-api-32-letters-4711", "secret-of-the-api-0815"
UNIT, USER = "46d6a890ffa235a75b00021d", "507f191e810c19729de860ea"
_ORDERS = {"createdat.asc", "createdat.desc", "stars.asc", "stars.desc"}


class PretendTrustpilot(PretendNetwork):
    """One business unit and its service reviews."""

    kind = "trustpilot"
    has_threads = False

    def __init__(self) -> None:
        super().__init__()
        self.reviews: dict[str, Row] = {}
        self.users = {USER}
        self.plan = True
        self.left_out: set[str] = set()
        """Reviews that are there, but not on the list."""
        self.odd: list[Row] = []

    @property
    def settings(self) -> Row:
        """As in docs/networks/trustpilot.md."""
        return {
            "kind": "trustpilot",
            "url": self.url,
            "business_unit": UNIT,
            "business_user": USER,
            "api_key_env": "TRUSTPILOT_API_KEY",
            "api_secret_env": "TRUSTPILOT_API_SECRET",
            "secret_env": VARIABLE,
            # Tests ask it every second.
            "budget": "100000 in 5m",
        }

    @property
    def environment(self) -> dict[str, str]:
        """Of the application, and of the webhook's address."""
        return {"TRUSTPILOT_API_KEY": KEY, "TRUSTPILOT_API_SECRET": SECRET, VARIABLE: self.secret}

    def is_for_token(self, request: web.Request) -> bool:
        """Where tokens are given."""
        return request.path == "/v1/oauth/oauth-business-users-for-applications/accesstoken"

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """Nothing is signed: what stands before the host's name in the address comes as a header."""
        return {"Authorization": f"Basic {base64.b64encode(f'baton:{secret}'.encode()).decode()}"}

    # What happens there.

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """Nobody can answer there but the company."""
        return self.review(text, author=author)

    def review(
        self, text: str, *, author: str = "tom", title: str = "", at: datetime | None = None, **more: Any
    ) -> str:
        """A review of three stars."""
        id_ = f"{self.next_id():024x}"
        said = {"id": id_, "stars": 3, "title": title, "text": text, "language": "en", "createdAt": _written(at)}
        said |= {"updatedAt": None, "experiencedAt": _written(at), "status": "active", "isVerified": True}
        said |= {"consumer": {"id": f"consumer-{author}", "displayName": author, "numberOfReviews": 1}}
        said |= {
            "companyReply": None,
            "reportData": None,
            "referenceId": "ORDER-4711",
            "referralEmail": "tom@mail.example",
        }
        said |= {"businessUnit": {"id": UNIT, "identifyingName": "acme.example"}, "numberOfLikes": 0, "links": []}
        self.reviews[id_] = {**said, **more}
        self._notify("created", id_)
        return id_

    def edit(self, post: str, text: str) -> None:
        """Marked with the time."""
        self.reviews[post].update(text=text, updatedAt=_written())
        self._notify("updated", post)

    def delete(self, post: str) -> None:
        """It is nowhere any more."""
        self._notify("deleted", post)
        del self.reviews[post]

    def answers(self, post: str) -> list[str]:
        """The one that is kept."""
        reply = self.reviews[post]["companyReply"]
        return [reply["text"]] if reply else []

    def answered_by_hand(self, post: str, text: str) -> None:
        """In Trustpilot Business."""
        self.reviews[post]["companyReply"] = {"text": text, "authorBusinessUserId": "other", "createdAt": _written()}

    def unknown(self) -> None:
        """An event that nobody has described."""
        self.tell({"events": [{"eventName": "service-review-translated", "version": "1", "eventData": {"id": "x"}}]})
        self.odd.append({"id": None, "kind": "video"})

    def withdraw(self) -> str:
        """The plan has run out."""
        self.plan = False
        return "The business unit has no access to this endpoint"

    def _notify(self, what: str, id_: str) -> None:
        """The e-mail address of the customer is not in it, and names are other than in the API."""
        review = self.reviews[id_]
        said = {name: review[name] for name in ("id", "language", "title", "text", "referenceId", "stars", "createdAt")}
        said |= {"updatedAt": review["updatedAt"]} if review["updatedAt"] else {}
        said |= {"isVerified": True, "locationId": None, "link": f"https://api.trustpilot.com/v1/reviews/{id_}"}
        said |= {"consumer": {"id": review["consumer"]["id"], "name": review["consumer"]["displayName"]}, "tags": []}
        self.tell({"events": [{"eventName": f"service-review-{what}", "version": "1", "eventData": said}]})

    # What it answers.

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """Any request."""
        if self.is_for_token(request):
            return self._token(request, body)
        if not self.has_token(request):
            fault = {"faultstring": "Invalid Access Token", "detail": {"errorcode": "keymanagement.service.invalid"}}
            return web.json_response({"fault": fault}, status=401)
        if not self.plan:
            return _refused(403, "The business unit has no access to this endpoint")
        match [request.method, *request.path.strip("/").split("/")]:
            case ["GET", "v1", "private", "business-units", unit, "reviews"] if unit == UNIT:
                return self._list(request)
            case ["GET", "v1", "private", "reviews", id_] if id_ in self.reviews:
                return web.json_response(self.reviews[id_])
            case ["POST", "v1", "private", "reviews", id_, "reply"] if id_ in self.reviews:
                return self._reply(id_, body)
        return _refused(404, "Not found")

    def _token(self, request: web.Request, body: bytes) -> web.Response:
        """https://developers.trustpilot.com/get-started/authentication/grant-type-client-credentials"""
        basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return web.json_response({"fault": {"faultstring": "Invalid client identifier"}}, status=401)
        if body != b"grant_type=client_credentials":
            return _refused(400, "Unsupported grant type")
        return web.json_response({"access_token": self.give_token(), "expires_in": "359999"})

    def _list(self, request: web.Request) -> web.Response:
        asked = request.query
        size, order = int(asked.get("perPage", 20)), asked.get("orderBy", "createdat.desc")
        if not 1 <= size <= 100 or order not in _ORDERS or int(asked.get("page", 1)) < 1:
            return _refused(400, "A parameter is out of range")
        page = asked.get("page", "1")
        number = 1 if page == "1" else int(self.cursor(page) or 1)
        name = "createdAt" if order.startswith("createdat") else "stars"
        ids = sorted(self.reviews, key=lambda id_: self.reviews[id_][name])
        ids = [id_ for id_ in (ids[::-1] if order.endswith("desc") else ids) if id_ not in self.left_out]
        size = min(size, self.largest_page)
        page_of = [self.reviews[id_] for id_ in ids[(number - 1) * size : number * size]]
        links = [{"href": str(request.url), "method": "GET", "rel": "self"}]
        return web.json_response({"links": links, "reviews": [*(self.odd if number == 1 else []), *page_of]})

    def _reply(self, id_: str, body: bytes) -> web.Response:
        """https://developers.trustpilot.com/service-reviews-api: what it answers is not said."""
        try:
            said = json.loads(body)
            user, message = said["authorBusinessUserId"], said["message"]
        except (ValueError, LookupError, TypeError):
            return _refused(400, "authorBusinessUserId and message are required")
        if user not in self.users:
            return _refused(403, "The business user does not have access to the business unit")
        if not message.strip():
            return _refused(400, "The message is empty")
        self.took_effect()
        self.reviews[id_]["companyReply"] = {"text": message, "authorBusinessUserId": user, "createdAt": _written()}
        return web.Response(status=201)


def _written(at: datetime | None = None) -> str:
    """`2017-05-20T09:34:44.000Z`."""
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refused(status: int, message: str) -> web.Response:
    return web.json_response({"message": message, "errorCode": status, "details": None}, status=status)
