"""Mention's API, pretended.

https://dev.mention.com/current/src/account/alert/mention/GetMentions.html: mentions of an alert, since an id in the order in which
they were found, or between two dates by when they were published; 1,000 at most, from page to page by `_links.more`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web

from tests.fakes.networks.pretend import PretendNetwork, Row

ACCOUNT, ALERT = "438404_2rj5jo5lxa", 112233
WITHDRAWN = "This account has no access to the API any more"


class PretendMention(PretendNetwork):
    """One alert of one account; what people write on TikTok is its mentions."""

    kind = "mention"
    can_edit = False
    can_delete = False
    has_threads = False  # a mention does not tell what it answers
    renews = False

    def __init__(self) -> None:
        super().__init__()
        self.mentions: list[Row] = []
        self.allowed = True
        self._token = self.give_token()

    @property
    def settings(self) -> Row:
        """One alert."""
        return {
            "kind": self.kind,
            "url": f"{self.url}/api",
            "account_id": ACCOUNT,
            "alert": ALERT,
            "token_env": "MENTION_TOKEN",
            "budget": "100000 in 1h",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The token."""
        return {"MENTION_TOKEN": self._token}

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """The one list."""
        if not self.has_token(request):
            return _error(401, "The access token provided is invalid.")
        if not self.allowed:
            return _error(403, WITHDRAWN)
        if request.method != "GET" or request.path != f"/api/accounts/{ACCOUNT}/alerts/{ALERT}/mentions":
            return _error(404, "Not Found")
        asked = request.query
        limit = int(asked.get("limit", "20"))
        apart = {"before_date", "not_before_date", "cursor"} & set(asked) if "since_id" in asked else set()
        if not 1 <= limit <= 1000 or apart or ("not_before_date" in asked and "before_date" not in asked):
            return _error(400, "Validation Failed")
        return web.json_response(self._page(dict(asked), min(limit, self.largest_page)))

    def _page(self, asked: Row, limit: int) -> Row:
        if "cursor" in asked:
            given = json.loads(asked["cursor"])
            cursor, asked = self.cursor(given["after"]), {**given["asked"], "limit": asked.get("limit", "20")}
        else:
            cursor = None
        found = self.mentions
        if "since_id" in asked:
            found = [each for each in found if int(each["id"]) > int(asked["since_id"])]
        else:
            found = sorted(found, key=lambda each: str(each["published_at"]), reverse=True)
        ids = [each["id"] for each in found]
        start = ids.index(cursor) + 1 if cursor in ids else 0
        page = found[start : start + limit]
        links: Row = {"pull": {"params": {"since_id": max(ids, key=int, default="0")}}}
        if start + limit < len(found):
            inside = {name: value for name, value in asked.items() if name not in {"limit", "cursor"}}
            cursor = json.dumps({"after": page[-1]["id"], "asked": inside})
            links["more"] = {
                "href": f"/api/accounts/{ACCOUNT}/alerts/{ALERT}/mentions?cursor=…",
                "params": {"cursor": cursor, "limit": str(asked.get("limit", "20"))},
            }
        return {"mentions": page, "_links": links}

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """Somebody writes on TikTok what the alert is about."""
        number = self.next_id()
        self.mentions.append(mention(number, text, author))
        return _video(number)

    def unknown(self) -> None:
        """A mention with nothing but a kind."""
        self.mentions.append({"id": str(self.next_id()), "source_type": "hologram", "published_at": None})

    def withdraw(self) -> str:
        """The plan has no API any more."""
        self.allowed = False
        return WITHDRAWN

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """It delivers nothing."""
        raise NotImplementedError


def mention(number: int, text: str, author: str) -> Row:
    """As the API gives one."""
    url, at = f"https://www.tiktok.com/@{author}/video/{_video(number)}", datetime.now(UTC).isoformat()
    return {
        "id": str(number),
        "alert_id": ALERT,
        "title": text[:20] + "…",
        "description": text,
        "description_medium": text[:100],
        "description_short": text[:40],
        "original_url": url,
        "clickable_url": f"https://web.mention.com/api/url?token=eyJ{number}",
        "displayable_url": url.removeprefix("https://www."),
        "unique_id": url,
        "published_at": at,
        "created_at": at,
        "country": "GB",
        "folder": "inbox",
        "read": False,
        "tone": -1,
        "tone_score": -0.7,
        "source_type": "tiktok",
        "source_name": "tiktok.com",
        "language_code": "en",
        "author_influence": {"name": author, "url": f"https://www.tiktok.com/@{author}", "score": 12.5},
        "cumulative_reach": 900,
        "children": {"mentions": [], "total": 0},
        "tags": [],
    }


def _video(number: int) -> str:
    return str(7_300_000_000_000_000_000 + number)


def _error(status: int, words: str) -> web.Response:
    said = {"code": status, "message": words, "errors": []}
    return web.Response(status=status, text=json.dumps(said), content_type="application/json")
