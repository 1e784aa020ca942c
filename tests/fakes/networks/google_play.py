"""Google Play's reviews, pretended.

https://developers.google.com/android-publisher/reply-to-reviews and
https://developers.google.com/android-publisher/api-ref/rest/v3/reviews: `list` gives what was written or changed within a week,
the latest first, at most 100 at once, by `token`; `reply` sets the one answer of a review, of about 350 characters.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from aiohttp import web

from tests.fakes.networks.google import Google, failed, object_of, unauthenticated
from tests.fakes.networks.pretend import Row

PACKAGE = "com.acme.backpacks"
_REVIEWS = re.compile(r"/androidpublisher/v3/applications/([^/]+)/reviews(?:/([^/:]+))?(:reply)?")
_TAGS = re.compile(r"<[^>]*>")
WEEK = 7 * 86_400
WITHDRAWN = "The caller does not have permission"


class GooglePlay(Google):
    """One app with its reviews."""

    kind = "google_play"
    scope = "https://www.googleapis.com/auth/androidpublisher"
    can_delete = False  # a review that is deleted is in no list any more; so is one that is a week old
    has_threads = False

    def __init__(self) -> None:
        super().__init__()
        self.reviews: dict[str, Row] = {}
        self.replies: dict[str, list[str]] = {}
        self.allowed = True

    @property
    def settings(self) -> Row:
        """One app."""
        return {
            "kind": self.kind,
            "url": self.url,
            "package": PACKAGE,
            "service_account_env": "PLAY_KEY",
            "budget": "100000 in 1h",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The JSON key."""
        return {"PLAY_KEY": self.key_file()}

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """The three methods, and the token endpoint."""
        if self.is_for_token(request):
            return self.token(body)
        found = _REVIEWS.fullmatch(request.path)
        if found is None:
            return failed(404, "Requested entity was not found.")
        if not self.has_token(request):
            return unauthenticated()
        if not self.allowed:
            return failed(403, WITHDRAWN)
        package, review, replies = found.groups()
        if package != PACKAGE:
            return failed(404, f"No application was found for the given package name: {package}.")
        if review is None:
            return self._list(request.query)
        if review not in self.reviews:
            return failed(404, "The review was not found.")
        if replies:
            return self._reply(review, body) if request.method == "POST" else failed(404, "Method not found.")
        return web.json_response(self.reviews[review])

    def _list(self, query: Mapping[str, str]) -> web.Response:
        try:
            size = int(query.get("maxResults", "10"))
        except ValueError:
            size = 0
        if not 1 <= size <= 100:
            return failed(400, "Invalid value for maxResults.")
        recent = [each for each in self.reviews.values() if _modified(each) > time.time() - WEEK]
        recent.sort(key=_modified, reverse=True)
        token = self.cursor(query.get("token"))
        start, size = int(token.removeprefix("page-")) if token else 0, min(size, self.largest_page)
        page: Row = {"reviews": recent[start : start + size]} if recent[start : start + size] else {}
        if len(recent) > start + size:
            page["tokenPagination"] = {"nextPageToken": f"page-{start + size}"}
        return web.json_response(page)

    def _reply(self, review: str, body: bytes) -> web.Response:
        said = object_of(body)
        text = said.get("replyText") if isinstance(said, dict) else None
        if not isinstance(text, str) or not text.strip():
            return failed(400, "The reply text must not be empty.")
        if len(text) > 350:
            return failed(400, "The reply text is too long.")
        text = _TAGS.sub("", text)
        self.took_effect()
        self.answer_in_console(review, text)
        return web.json_response({"result": {"replyText": text, "lastEdited": _at(time.time())}})

    def answer_in_console(self, review: str, text: str) -> None:
        """The answer of a review is set."""
        users = self.reviews[review]["comments"][0]
        self.reviews[review]["comments"] = [
            users,
            {"developerComment": {"text": text, "lastModified": _at(time.time())}},
        ]

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """A review."""
        id_ = f"7e5a{self.next_id()}-4b1f-4d59-9a56-2f0a8c1d77e0"
        comment = {
            "text": text,
            "lastModified": _at(time.time()),
            "starRating": 2,
            "reviewerLanguage": "en",
            "device": "husky",
            "androidOsVersion": 34,
            "appVersionCode": 4711,
            "appVersionName": "4.7.11",
            "thumbsUpCount": 3,
            "thumbsDownCount": 0,
            "deviceMetadata": {"productName": "husky (Pixel 8 Pro)", "manufacturer": "Google", "ramMb": 11860},
        }
        self.reviews[id_] = {"reviewId": id_, "authorName": author.title(), "comments": [{"userComment": comment}]}
        return id_

    def edit(self, post: str, text: str) -> None:
        """The same review, changed now."""
        self.reviews[post]["comments"][0]["userComment"] |= {"text": text, "lastModified": _at(time.time())}

    def answers(self, post: str) -> list[str]:
        """One at most."""
        said = [each.get("developerComment") for each in self.reviews[post]["comments"]]
        return [each["text"] for each in said if each]

    def unknown(self) -> None:
        """A review whose comments are of a kind of their own."""
        id_ = f"unknown-{self.next_id()}"
        video = {"videoComment": {"lastModified": _at(time.time()), "address": "https://play.example/v/1"}}
        self.reviews[id_] = {"reviewId": id_, "authorName": "Vera", "comments": [video]}

    def withdraw(self) -> str:
        """The service account is taken out of the Play Console."""
        self.allowed = False
        return WITHDRAWN


def _at(moment: float) -> Row:
    seconds = int(moment)
    return {"seconds": str(seconds), "nanos": int((moment - seconds) * 1e9)}


def _modified(review: Row) -> float:
    comment = next(iter(review["comments"][0].values()))
    at = comment["lastModified"]
    return float(at["seconds"]) + float(at["nanos"]) / 1e9
