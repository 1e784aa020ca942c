"""App Store Connect as its documentation and its OpenAPI file (4.4) have it.

https://developer.apple.com/documentation/appstoreconnectapi, https://developer.apple.com/sample-code/app-store-connect/app-store-connect-openapi-specification.zip
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.fakes.networks.pretend import PretendNetwork, Row

APP, KEY_ID, ISSUER = "1434868489", "2X9R4HXF34", "57246542-96fe-1a63-e053-0824d011072a"
LONGEST = 5_970


class PretendAppStore(PretendNetwork):
    """One app and its reviews."""

    kind = "app_store"
    has_threads = False

    def __init__(self) -> None:
        super().__init__()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._met: set[str] = set()
        self._ended: set[str] = set()
        self.reviews: dict[str, Row] = {}
        self.responses: dict[str, Row] = {}
        """By the id of the review."""
        self.agreements = True
        self.remaining = 3211
        self.roles = {"CUSTOMER_SUPPORT"}
        self.odd: list[Row] = []
        self.left_out: set[str] = set()
        """Reviews that are there, but not on the list."""
        self.links_at = ""
        """Another server, to which the way on leads."""

    @property
    def settings(self) -> Row:
        """As in docs/networks/app_store.md."""
        return {
            "kind": "app_store",
            "url": self.url,
            "app": APP,
            "key_id": KEY_ID,
            "issuer_id": ISSUER,
            "private_key_env": "APP_STORE_KEY",
            # Tests ask it every second.
            "budget": "100000 in 1h",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The `.p8` file: PKCS#8."""
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return {"APP_STORE_KEY": self._key.private_bytes(*form).decode()}

    # What happens there.

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """Nobody can answer there but the developer."""
        return self.review(text, author=author, title="")

    def review(self, text: str, *, author: str = "tom", at: datetime | None = None, **more: Any) -> str:
        """A review of three stars."""
        id_ = f"00000028-b08c-0014-729e-{self.next_id():012x}"
        said = {"rating": 3, "title": "My parcel", "body": text, "reviewerNickname": author, "territory": "DEU"}
        # Apple writes the time of California.
        zone = (at or datetime.now(UTC)).astimezone(UTC) - timedelta(hours=8)
        self.reviews[id_] = {**said, "createdDate": f"{zone:%Y-%m-%dT%H:%M:%S}-08:00", **more}
        return id_

    def edit(self, post: str, text: str) -> None:
        """Nothing tells that it was."""
        self.reviews[post]["body"] = text

    def delete(self, post: str) -> None:
        """Neither does anything tell that it is gone."""
        del self.reviews[post]
        self.responses.pop(post, None)

    def answers(self, post: str) -> list[str]:
        """The one that is kept."""
        return [self.responses[post]["responseBody"]] if post in self.responses else []

    def answered_by_hand(self, post: str, text: str) -> None:
        """In App Store Connect."""
        self.responses[post] = {"responseBody": text, "lastModifiedDate": _now(), "state": "PUBLISHED", "id": "by-hand"}

    def unknown(self) -> None:
        """A resource of another type among the reviews."""
        self.odd.append({"type": "customerVoices", "id": f"v{self.next_id()}", "attributes": {"body": "listen"}})

    def withdraw(self) -> str:
        """An agreement has run out."""
        self.agreements = False
        return "A required agreement is missing or has expired."

    def end_tokens(self) -> None:
        """Every token that was seen is refused."""
        super().end_tokens()
        self._ended |= self._met

    def take_tokens_again(self) -> None:
        """All but those that have ended by themselves."""
        self._ended.clear()

    def has_token(self, request: web.Request) -> bool:
        """https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests"""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(
                token, self._key.public_key(), algorithms=["ES256"], audience="appstoreconnect-v1", issuer=ISSUER
            )
        except jwt.PyJWTError:
            return False
        self._met.add(token)
        lasts = claims["exp"] - claims.get("iat", time.time())
        named = jwt.get_unverified_header(token).get("kid") == KEY_ID
        return scheme == "Bearer" and named and lasts <= 20 * 60 and token not in self._ended

    # What it answers.

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """Any request. https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits"""
        answer = self._handled(request, body)
        answer.headers["X-Rate-Limit"] = f"user-hour-lim:3500;user-hour-rem:{self.remaining};"
        return answer

    def _handled(self, request: web.Request, body: bytes) -> web.Response:
        if not self.has_token(request):
            title = "Authentication credentials are missing or invalid."
            return _error(401, "NOT_AUTHORIZED", title, "Provide a properly configured and signed bearer token.")
        if not self.agreements:
            detail = "This request requires an in-effect agreement that has not been signed or has expired."
            code = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"
            return _error(403, code, "A required agreement is missing or has expired.", detail)
        match [request.method, *request.path.strip("/").split("/")]:
            case ["GET", "v1", "apps", id_, "customerReviews"] if id_ == APP:
                return self._list(request)
            case ["GET", "v1", "customerReviews", id_] if id_ in self.reviews:
                return _answer({"data": self._review(id_, included=True), "links": {"self": str(request.url)}})
            case ["GET", "v1", "customerReviews", id_, "response"] if id_ in self.responses:
                return _answer({"data": self._response(id_), "links": {"self": str(request.url)}})
            case ["POST", "v1", "customerReviewResponses"]:
                return self._respond(body)
        detail = f"There is no resource of this type with id '{request.path.rsplit('/', 1)[-1]}'"
        return _error(404, "NOT_FOUND", "The specified resource does not exist", detail)

    def _list(self, request: web.Request) -> web.Response:
        asked = request.query
        known = {
            "sort",
            "include",
            "limit",
            "cursor",
            "filter[territory]",
            "filter[rating]",
            "exists[publishedResponse]",
        }
        if unknown := [name for name in asked if name not in known and not name.startswith("fields[")]:
            detail = f"The parameter '{unknown[0]}' can not be used with this request"
            return _error(400, "PARAMETER_ERROR.ILLEGAL", "A parameter has an invalid value", detail)
        limit = int(asked.get("limit", 50))
        if not 1 <= limit <= 200:
            detail = f"'{limit}' is not a valid value for parameter limit"
            return _error(400, "PARAMETER_ERROR.INVALID", "A parameter has an invalid value", detail)
        ids = [id_ for id_ in self.reviews if id_ not in self.left_out]
        if asked.get("sort") in {"-createdDate", "createdDate"}:
            ids.sort(key=lambda id_: self.reviews[id_]["createdDate"])
        if asked.get("sort") == "-createdDate":
            ids.reverse()
        begin = int(self.cursor(asked.get("cursor")) or 0)
        size = min(limit, self.largest_page)
        page, included = ids[begin : begin + size], "response" in asked.get("include", "").split(",")
        links = {"self": str(request.url)}
        if begin + size < len(ids):
            onward = {**asked, "cursor": str(begin + size)}
            link = request.url.with_query(onward)
            links["next"] = f"{self.links_at}{link.path_qs}" if self.links_at else str(link)
        said: Row = {"data": [self._review(id_, included=included) for id_ in page], "links": links}
        said["data"] += self.odd if begin == 0 else []
        if included and (beside := [self._response(id_) for id_ in page if id_ in self.responses]):
            said["included"] = beside
        said["meta"] = {"paging": {"total": len(ids), "limit": limit}}
        return _answer(said)

    def _review(self, id_: str, *, included: bool) -> Row:
        base = f"{self.url}/v1/customerReviews/{id_}"
        links = {"self": f"{base}/relationships/response", "related": f"{base}/response"}
        response: Row = {"links": links}
        if included:
            there = id_ in self.responses
            response["data"] = {"type": "customerReviewResponses", "id": self.responses[id_]["id"]} if there else None
        resource = {"type": "customerReviews", "id": id_, "attributes": self.reviews[id_], "links": {"self": base}}
        return {**resource, "relationships": {"response": response}}

    def _response(self, id_: str) -> Row:
        said = {name: value for name, value in self.responses[id_].items() if name != "id"}
        review = {"review": {"data": {"type": "customerReviews", "id": id_}}}
        return {
            "type": "customerReviewResponses",
            "id": self.responses[id_]["id"],
            "attributes": said,
            "relationships": review,
        }

    def _respond(self, body: bytes) -> web.Response:
        """https://developer.apple.com/documentation/appstoreconnectapi/post-v1-customerreviewresponses"""
        if not self.roles & {"CUSTOMER_SUPPORT", "APP_MANAGER", "ADMIN", "MARKETING"}:
            title = "This request is forbidden for security reasons"
            return _error(403, "FORBIDDEN_ERROR", title, "The API key in use does not allow this request")
        try:
            data = json.loads(body)["data"]
            text, review = data["attributes"]["responseBody"], data["relationships"]["review"]["data"]
            fits = data["type"] == "customerReviewResponses" and review["type"] == "customerReviews"
        except (ValueError, LookupError, TypeError):
            return _error(422, "ENTITY_UNPROCESSABLE", "The request entity is not valid", "data")
        if not fits:
            return _error(409, "ENTITY_ERROR.RELATIONSHIP.INVALID_TYPE", "The type is not valid", "type")
        if review["id"] not in self.reviews:
            title = "The provided entity includes a relationship with an invalid value"
            return _error(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", title, "There is no such review")
        if not text.strip() or len(text) > LONGEST:
            title = "The provided entity includes an attribute with an invalid value"
            return _error(409, "ENTITY_ERROR.ATTRIBUTE.INVALID", title, "responseBody is too long")
        self.took_effect()
        id_ = self.responses.get(review["id"], {}).get("id") or f"10000028-{self.next_id():012x}"
        said = {"responseBody": text, "lastModifiedDate": _now(), "state": "PENDING_PUBLISH", "id": id_}
        self.responses[review["id"]] = said
        return _answer({"data": self._response(review["id"]), "links": {"self": "self"}}, 201)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _answer(said: Any, status: int = 200) -> web.Response:
    return web.json_response(said, status=status)


def _error(status: int, code: str, title: str, detail: str) -> web.Response:
    """https://developer.apple.com/documentation/appstoreconnectapi/errorresponse"""
    error = {"id": "5a6a1b0c", "status": str(status), "code": code, "title": title, "detail": detail}
    return _answer({"errors": [error]}, status)
