"""Brandwatch's Consumer Research API, pretended.

https://developers.brandwatch.com/docs/retrieving-mentions and
https://developers.brandwatch.com/docs/tutorial-paging-through-historical-mentions: mentions of a query between two days, at most
5,000 a page, from page to page by `nextCursor`. Errors: `{"error", "error_description"}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.networks.pretend import PretendNetwork, Row

PROJECT, QUERY = 1998232810, 1999264284
WITHDRAWN = "The user does not have the role that this project needs"
_ORDERS = {"date", "added", "updated", "impact"}
_FORM = "%Y-%m-%dT%H:%M:%S.%f%z"


class PretendBrandwatch(PretendNetwork):
    """One query of one project; what people write in a forum is its mentions."""

    kind = "brandwatch"
    can_edit = False  # a mention does not tell what its author changed
    can_delete = False
    renews = False  # a token holds for a year; then a person asks for another

    def __init__(self) -> None:
        super().__init__()
        self.mentions: list[Row] = []
        self.allowed = True
        self._token = self.give_token()

    @property
    def settings(self) -> Row:
        """One query."""
        return {
            "kind": self.kind,
            "url": self.url,
            "project": PROJECT,
            "query": QUERY,
            "token_env": "BRANDWATCH_TOKEN",
            "budget": "100000 in 1h",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The token."""
        return {"BRANDWATCH_TOKEN": self._token}

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """The one list."""
        if not self.has_token(request):
            return _error(401, "unauthorized", "Invalid authentication credentials found on request")
        if not self.allowed:
            return _error(403, "forbidden", WITHDRAWN)
        if request.method != "GET" or request.path != f"/projects/{PROJECT}/data/mentions":
            return _error(404, "not_found", "No such resource")
        asked = request.query
        if asked.get("queryId") != str(QUERY):
            return _error(404, "not_found", "No such query")
        try:
            begin, end = (_time(asked[name]) for name in ("startDate", "endDate"))
            size = int(asked.get("pageSize", "20"))
        except (KeyError, ValueError):
            return _error(400, "bad_request", "startDate and endDate are needed")
        order, direction = asked.get("orderBy", "date"), asked.get("orderDirection", "desc")
        if not 1 <= size <= 5000 or order not in _ORDERS or direction not in {"asc", "desc"} or begin > end:
            return _error(400, "bad_request", "A parameter has no such value")
        return web.json_response(
            self._page(begin, end, order, direction, min(size, self.largest_page), asked.get("cursor"))
        )

    def _page(self, begin: datetime, end: datetime, order: str, direction: str, size: int, cursor: str | None) -> Row:
        field = order if order in {"date", "added"} else "added"
        between = [each for each in self.mentions if begin <= _time(each["date"] or each["added"]) <= end]
        listed = sorted(between, key=lambda each: (_time(each[field] or each["added"]), each["resourceId"]))
        if direction == "desc":
            listed.reverse()
        after = self.cursor(cursor)
        ids = [f"AQ=AA={each['resourceId']}" for each in listed]
        start = ids.index(after) + 1 if after in ids else 0
        page = listed[start : start + size]
        more = {"nextCursor": ids[start + size - 1]} if start + size < len(listed) else {}
        return {
            "results": page,
            "resultsPage": 0,
            "resultsPageSize": size,
            "resultsTotal": len(listed),
            "startDate": begin.strftime(_FORM),
            "endDate": end.strftime(_FORM),
            **more,
        }

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """Somebody writes in a forum that the query covers."""
        number = self.next_id()
        thread = next(
            (each["threadURL"] for each in self.mentions if f"brandwatch:{each['resourceId']}" == answers), None
        )
        self.mentions.append(mention(number, text, author, thread or f"https://forum.example/viewtopic.php?t={number}"))
        return f"brandwatch:{self.mentions[-1]['resourceId']}"

    def unknown(self) -> None:
        """A mention that has nothing but a kind."""
        odd = dict.fromkeys(mention(1, "", "", ""))
        number = self.next_id()
        self.mentions.append(
            {**odd, "resourceId": f"{number:032x}", "added": _now(), "date": None, "pageType": "hologram"}
        )

    def withdraw(self) -> str:
        """The role is taken away."""
        self.allowed = False
        return WITHDRAWN

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """It delivers nothing."""
        raise NotImplementedError


def mention(number: int, text: str, author: str, thread: str) -> Row:
    """As the API gives one."""
    at = _now()
    return {
        "resourceId": f"{number:032x}",
        "added": at,
        "author": author,
        "avatarUrl": None,
        "categories": [],
        "contentSource": "forum",
        "contentSourceName": "Forum",
        "country": "United Kingdom",
        "date": at,
        "domain": "forum.example",
        "facebookLikes": 0,
        "fullname": author,
        "guid": None,
        "impressions": 48,
        "instagramFollowerCount": 0,
        "language": "en",
        "matchPositions": [],
        "mediaUrls": [],
        "originalUrl": f"{thread}&p={number}",
        "pageType": "forum",
        "queryId": QUERY,
        "reachEstimate": 120,
        "sentiment": "negative",
        "snippet": text,
        "threadURL": thread,
        "title": text[:30],
        "twitterFollowers": None,
        "updated": at,
        "url": f"{thread}&p={number}",
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _error(status: int, error: str, words: str) -> web.Response:
    said: dict[str, Any] = {"error": error, "error_description": words}
    return web.Response(status=status, text=json.dumps(said), content_type="application/json")
