"""A YouTube that answers as its Data API and Google's token endpoint describe."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

NOW = datetime.now(UTC).replace(microsecond=0)
CHANNEL = "UCacme"


def refused(status: int, reason: str) -> web.Response:
    error = {"code": status, "message": f"about {reason}", "errors": [{"domain": "youtube", "reason": reason}]}
    return web.json_response({"error": error}, status=status)


@dataclass
class YouTubeServer:
    """Comments by id. A thread shows `shown` of its replies by itself; pages hold `page`; an answer takes `slow` seconds."""

    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    quota: int = 1_000_000
    page: int = 100
    shown: int = 2
    slow: float = 0.0
    failure: web.Response | None = None
    insert_refused: tuple[int, str] | None = None
    token: int = 0
    token_holds: bool = True
    withdrawn: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def write(self, id_: str, text: str = "hm", ago: int = 60, by: str = "UCmaya", video: str = "v1") -> None:
        """Minutes ago; a reply where the id is `thread.reply`."""
        at = (NOW - timedelta(minutes=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
        snippet = {"textDisplay": text, "authorDisplayName": f"@{by}", "authorChannelId": {"value": by}}
        snippet |= {"publishedAt": at, "updatedAt": at, "videoId": video}
        snippet |= {"parentId": id_.partition(".")[0]} if "." in id_ else {}
        self.comments[id_] = {"kind": "youtube#comment", "id": id_, "snippet": snippet}

    def edit(self, id_: str, text: str, minutes: int = 1) -> None:
        snippet = self.comments[id_]["snippet"]
        at = datetime.fromisoformat(snippet["updatedAt"]) + timedelta(minutes=minutes)
        snippet |= {"textDisplay": text, "updatedAt": at.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def delete(self, id_: str) -> None:
        for each in [each for each in self.comments if each == id_ or each.startswith(f"{id_}.")]:
            del self.comments[each]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/commentThreads", self.threads),
            web.get("/comments", self.list),
            web.post("/comments", self.insert),
            web.post("/token", self.give_token),
        ]

    def calls(self, what: str) -> list[dict[str, str]]:
        return [query for name, query in self.asked if name == what]

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.asked.append((f"{request.method} {request.path[1:]}", dict(request.query)))
        by_token = request.headers.get("Authorization")
        if by_token is not None and (not self.token_holds or by_token != f"Bearer access-token-{self.token}"):
            self.token_holds = True
            return refused(401, "authError")
        if by_token is None and request.query.get("key") != "the-api-key":
            return refused(400, "keyInvalid")
        if len(self.asked) > self.quota:
            return refused(403, "quotaExceeded")
        wanted = {*request.query.get("id", "").split(","), request.query.get("parentId", "")}
        return refused(403, "forbidden") if wanted & self.private else self.failure

    def _thread(self, comment: dict[str, Any]) -> dict[str, Any]:
        replies = self._replies(comment["id"])
        snippet = {"topLevelComment": comment, "totalReplyCount": len(replies), "canReply": True}
        thread = {"kind": "youtube#commentThread", "id": comment["id"], "snippet": snippet}
        return thread | ({"replies": {"comments": replies[-self.shown :]}} if replies else {})

    def _replies(self, id_: str) -> list[dict[str, Any]]:
        return [comment for comment in self.comments.values() if comment["snippet"].get("parentId") == id_]

    def _page(self, items: list[dict[str, Any]], request: web.Request) -> web.Response:
        start = int(request.query.get("pageToken", "t0")[1:])
        more = {"nextPageToken": f"t{start + self.page}"} if start + self.page < len(items) else {}
        return web.json_response({"items": items[start : start + self.page]} | more)

    async def threads(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        tops = [comment for comment in self.comments.values() if "parentId" not in comment["snippet"]]
        if ids := request.query.get("id"):
            return web.json_response({"items": [self._thread(c) for c in tops if c["id"] in ids.split(",")]})
        video = request.query.get("videoId")
        if video in self.closed:
            return refused(403, "commentsDisabled")
        if video is None and request.query.get("allThreadsRelatedToChannelId") != CHANNEL:
            return refused(404, "channelNotFound")
        tops = [comment for comment in tops if video in (None, comment["snippet"]["videoId"])]
        tops.sort(key=lambda comment: str(comment["snippet"]["publishedAt"]), reverse=True)
        return self._page([self._thread(comment) for comment in tops], request)

    async def list(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if ids := request.query.get("id"):
            return web.json_response({"items": [c for id_, c in self.comments.items() if id_ in ids.split(",")]})
        return self._page(self._replies(request.query["parentId"]), request)

    async def insert(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if self.insert_refused is not None:
            return refused(*self.insert_refused)
        said = (await request.json())["snippet"]
        id_ = f"{said['parentId']}.ours{len(self.comments)}"
        self.write(id_, said["textOriginal"], ago=0, by=CHANNEL)
        await asyncio.sleep(self.slow)
        return web.json_response(self.comments[id_])

    async def give_token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.asked.append(("POST token", {key: str(value) for key, value in form.items()}))
        if self.withdrawn or form.get("refresh_token") != "the-refresh-token":
            said = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            return web.json_response(said, status=400)
        self.token += 1
        return web.json_response({"access_token": f"access-token-{self.token}", "expires_in": 3599})
