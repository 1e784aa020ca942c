"""Meltwater's data streams and its search, pretended.

https://developer.meltwater.com/guides/listening/streaming-mentions (what is pushed),
https://developer.meltwater.com/docs/meltwater-api/guides/datastreams-document-verification (`X-Hub-Signature: sha1=`), and
`POST /v3/search/{id}` of https://developer.meltwater.com/api-reference: pages 1 to 10 of 100 documents at most.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from aiohttp import web

from tests.fakes.networks.pretend import PretendNetwork, Row

SEARCH = 2382415
WITHDRAWN = "You are missing required entitlements, in order to access given content"
_ORDERS = {
    "date",
    "country",
    "sentiment",
    "language",
    "title",
    "reach",
    "relevance",
    "engagement",
    "social_echo",
    "prominence",
    "views",
}


class PretendMeltwater(PretendNetwork):
    """One saved search with a stream; what people write below a film is its documents."""

    kind = "meltwater"
    can_edit = False
    can_delete = False
    renews = False

    def __init__(self) -> None:
        super().__init__()
        self.documents: list[Row] = []
        self.allowed = True
        self._key = self.give_token()

    @property
    def settings(self) -> Row:
        """A stream, and the search behind it."""
        return {
            "kind": self.kind,
            "url": self.url,
            "search": SEARCH,
            "secret_env": "MELTWATER_HOOK_SECRET",
            "api_key_env": "MELTWATER_API_KEY",
            "budget": "100000 in 1h",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The secret of the stream, and the API token."""
        return {"MELTWATER_HOOK_SECRET": self.secret, "MELTWATER_API_KEY": self._key}

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """Forty hexadecimal digits."""
        return {"X-Hub-Signature": "sha1=" + hmac.digest(secret.encode(), body, "sha1").hex()}

    def has_token(self, request: web.Request) -> bool:
        """The key stands in a header of its own."""
        return request.headers.get("apikey", "") in self._tokens

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """The search."""
        if not self.has_token(request):
            return _error(401, {"message": "Invalid authentication credentials"})
        if not self.allowed:
            return _error(
                403, {"errors": [{"type": "ENTITLEMENT", "title": "Entitlement missing", "details": WITHDRAWN}]}
            )
        if request.method != "POST" or request.path != f"/v3/search/{SEARCH}":
            return _error(
                404,
                {"message": "Not Found", "errors": {":searchId": ["A Saved Search with that ID could not be found"]}},
            )
        asked = json.loads(body)
        page, size = asked.get("page", 1), asked.get("page_size", 10)
        wrong = {
            "tz": [] if asked.get("tz") == "UTC" else ["can't be blank"],
            "page": [] if 1 <= page <= 10 else ["must be between 1 and 10"],
            "page_size": [] if 0 <= size <= 100 else ["must be between 0 and 100"],
            "sort_by": [] if asked.get("sort_by", "date") in _ORDERS else ["is no order"],
        }
        if any(wrong.values()):
            return _error(
                422, {"message": "Validation failed", "errors": {name: said for name, said in wrong.items() if said}}
            )
        return web.json_response(self._page(asked, page, min(size, self.largest_page)))

    def _page(self, asked: Row, page: int, size: int) -> Row:
        begin, end = (datetime.fromisoformat(asked[name]).replace(tzinfo=UTC) for name in ("start", "end"))
        between = [each for each in self.documents if begin <= _time(each) <= end + timedelta(seconds=1)]
        listed = sorted(
            between, key=lambda each: (_time(each), str(each["id"])), reverse=asked.get("sort_order") != "asc"
        )
        page = page if self.cursor(str(page) if page > 1 else None) else 1
        documents = listed[(page - 1) * size : page * size]
        return {
            **{name: asked[name] for name in ("start", "end", "tz")},
            "page": page,
            "page_size": size,
            "search_id": SEARCH,
            "result": {"document_count": len(listed), "documents": documents},
        }

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """Somebody writes on YouTube what the search is about."""
        number = self.next_id()
        above = (answers or "").partition(".")[0]
        self._take(document(f"{above}.{number}" if above else f"Ug{number}", text, author, above))
        return str(self.documents[-1]["comment"])

    def unknown(self) -> None:
        """A document with nothing but a kind."""
        self._take(
            {
                "id": str(self.next_id()),
                "published_date": _stamp(),
                "source": {"information_type": "hologram"},
                "comment": "",
            }
        )

    def withdraw(self) -> str:
        """The package has no such content any more."""
        self.allowed = False
        return WITHDRAWN

    def _take(self, found: Row) -> None:
        self.documents.append(found)
        self.tell(
            {
                "request": {"company_id": "58d5", "hook_id": "7f", "inputs": [{"id": SEARCH, "name": "Acme"}]},
                "documents": [found],
            }
        )


def document(comment: str, text: str, author: str, above: str) -> Row:
    """As the template `api.json` has one."""
    film = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    return {
        "comment": comment,
        "id": f"1713459776000_{comment}",
        "published_date": _stamp(),
        "indexed_date": _stamp(),
        "url": f"{film}&lc={comment}",
        "parent": {"url": f"{film}&lc={above}" if above else None},
        "thread": {"url": None, "title": None},
        "external_id": None,
        "content_type": "comment" if above else "post",
        "source": {"information_type": "social", "name": "YouTube", "domain": "youtube.com", "metrics": {"reach": 900}},
        "author": {
            "name": author,
            "handle": author,
            "profile_url": f"https://www.youtube.com/@{author}",
            "external_id": None,
        },
        "content": {"title": None if above else text[:20] + "…", "opening_text": text, "image": None},
        "location": {"country_code": "gb"},
        "enrichments": {"language_code": "en", "sentiment": "negative", "keyphrases": []},
        "metrics": {"engagement": {"total": 3, "likes": 2, "comments": 1, "shares": 0}, "views": None},
        "matched": {"hit_sentence": text[:40], "inputs": [{"id": SEARCH, "name": "Acme", "type": "search"}]},
    }


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _time(found: Row) -> datetime:
    return datetime.fromisoformat(found["published_date"])


def _error(status: int, said: Row) -> web.Response:
    return web.Response(status=status, text=json.dumps(said), content_type="application/json")
