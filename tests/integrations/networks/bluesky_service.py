"""A small service of the AT Protocol with a view over posts: as https://docs.bsky.app/docs/category/http-reference describes it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.source import SourceSettings

ACME, MAYA = "did:plc:acme", "did:plc:maya"
HANDLES = {ACME: "acme.example", MAYA: "maya.example"}
PASSWORD = "abcd-efgh-ijkl-mnop"

Json = dict[str, Any]


class _Refused(Exception):
    def __init__(self, error: str, message: str, status: int = 400) -> None:
        super().__init__(error)
        self.answer = web.json_response({"error": error, "message": message}, status=status)


@dataclass
class BlueskyService:
    """Keeps posts by address; misbehaves as it is told to."""

    url: str = ""
    posts: dict[str, Json] = field(default_factory=dict)
    notified: list[Json] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    queries: list[Mapping[str, str]] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    page: int = 3
    deaf_to_cursors: bool = False
    """It begins from the top whatever the cursor says, and always says that there is more."""
    blocked: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    next_answers: dict[str, list[web.Response]] = field(default_factory=dict)
    """What a method answers next instead."""
    loses: bool = False
    """It does what it is asked, and the answer is lost on the way."""
    gone_repos: set[str] = field(default_factory=set)

    def write(self, text: str, did: str = MAYA, *, reason: str = "mention", ago: float = 60.0, **record: Any) -> str:
        """Somebody posts, and we are told unless there is no reason."""
        at = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(timespec="milliseconds")
        uri = f"at://{did}/app.bsky.feed.post/3k{len(self.posts):011}"
        said = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, "langs": ["de"], **record}
        author = {"did": did, "handle": HANDLES[did]}
        self.posts[uri] = {"uri": uri, "cid": f"cid-{uri[-3:]}", "author": author, "record": said, "indexedAt": at}
        if reason:
            self.notified.append({**self.posts[uri], "reason": reason, "isRead": False})
        return uri

    def answers(self) -> list[Json]:
        """What we posted."""
        return [post["record"] for uri, post in self.posts.items() if uri.startswith(f"at://{ACME}/")]

    def expire(self) -> None:
        """Every token for access is too old from now on; those for new ones are not."""
        self.valid = {token for token in self.valid if token.startswith("refresh")}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answers one request."""
        try:
            return await self._served(request)
        except _Refused as refused:
            return refused.answer

    async def _served(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.calls[name] += 1
        if self.next_answers.get(name):
            return self.next_answers[name].pop(0)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if name == "com.atproto.server.createSession":
            entered = await request.json()
            if entered != {"identifier": "acme.example", "password": PASSWORD}:
                raise _Refused("AuthenticationRequired", "Invalid identifier or password", 401)
            return self._session()
        if token not in self.valid:
            raise _Refused("ExpiredToken", "Token has expired")
        if name == "com.atproto.server.refreshSession":
            self.valid.discard(token)
            return self._session()
        body = await request.json() if request.method == "POST" else {}
        answer = _METHODS[name](self, request, body)
        if self.loses and request.method == "POST":
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        return web.json_response(answer)

    def _session(self) -> web.Response:
        number = self.calls.total()
        tokens = {"accessJwt": f"access-{number}", "refreshJwt": f"refresh-{number}"}
        self.valid |= set(tokens.values())
        return web.json_response({**tokens, "did": ACME, "handle": "acme.example", "active": True})

    def _listed(self, name: str, items: list[Json], request: web.Request) -> Json:
        self.queries.append(dict(request.query))
        newest = sorted(items, key=lambda item: str(item.get("indexedAt")), reverse=True)
        start = 0 if self.deaf_to_cursors else int(request.query.get("cursor", 0))
        end = start + min(self.page, int(request.query["limit"]))
        more = {"cursor": str(end)} if self.deaf_to_cursors or end < len(newest) else {}
        return {name: newest[start:end], **more}

    def notifications(self, request: web.Request, body: Json) -> Json:
        reasons = request.query.getall("reasons", [])
        items = [each for each in self.notified if each.get("uri") in self.posts or "uri" not in each]
        return self._listed("notifications", [each for each in items if each.get("reason") in reasons], request)

    def search(self, request: web.Request, body: Json) -> Json:
        found = [post for post in self.posts.values() if request.query["q"] in post["record"]["text"]]
        return self._listed("posts", found, request)

    def get_posts(self, request: web.Request, body: Json) -> Json:
        uris = request.query.getall("uris")
        if len(uris) > 25:
            raise _Refused("InvalidRequest", "uris must not have more than 25 elements")
        there = [self.posts[uri] for uri in uris if uri in self.posts and uri not in self.blocked]
        viewer = {"viewer": {"replyDisabled": True}}
        return {"posts": [{**post, "likeCount": 4, **(viewer if post["uri"] in self.closed else {})} for post in there]}

    def get_record(self, request: web.Request, body: Json) -> Json:
        repo, collection, rkey = (request.query[name] for name in ("repo", "collection", "rkey"))
        if repo in self.gone_repos:
            raise _Refused("InvalidRequest", f"Could not find repo: {repo}")
        post = self.posts.get(f"at://{repo}/{collection}/{rkey}")
        if post is None:
            raise _Refused("RecordNotFound", "Could not locate record")
        return {"uri": post["uri"], "cid": post["cid"], "value": post["record"]}

    def create_record(self, request: web.Request, body: Json) -> Json:
        uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
        if uri in self.posts:
            raise _Refused("InternalServerError", "Internal Server Error", 500)
        author = {"did": ACME, "handle": "acme.example"}
        at = datetime.now(UTC).isoformat()
        self.posts[uri] = {"uri": uri, "cid": "cid", "author": author, "record": body["record"], "indexedAt": at}
        return {"uri": uri, "cid": "cid"}

    def resolve(self, request: web.Request, body: Json) -> Json:
        for did, handle in HANDLES.items():
            if handle == request.query["handle"]:
                return {"did": did}
        raise _Refused("InvalidRequest", "Unable to resolve handle")

    def profile(self, request: web.Request, body: Json) -> Json:
        did = request.query["actor"]
        blocked = any(uri.startswith(f"at://{did}/") for uri in self.blocked)
        return {"did": did, "handle": HANDLES[did], "viewer": {"blockedBy": blocked}}


_METHODS: dict[str, Callable[[BlueskyService, web.Request, Json], Json]] = {
    "app.bsky.notification.listNotifications": BlueskyService.notifications,
    "app.bsky.feed.searchPosts": BlueskyService.search,
    "app.bsky.feed.getPosts": BlueskyService.get_posts,
    "app.bsky.actor.getProfile": BlueskyService.profile,
    "com.atproto.repo.getRecord": BlueskyService.get_record,
    "com.atproto.repo.createRecord": BlueskyService.create_record,
    "com.atproto.identity.resolveHandle": BlueskyService.resolve,
}


@asynccontextmanager
async def serving() -> AsyncIterator[BlueskyService]:
    """The service on a free port."""
    service, app = BlueskyService(), web.Application()
    app.router.add_route("*", "/xrpc/{name}", service.serve)
    async with TestServer(app) as server:
        service.url = str(server.make_url("/"))
        yield service


def settings(
    service: BlueskyService, *search: str, password: str = PASSWORD, budget: tuple[int, timedelta] | None = None
) -> SourceSettings:
    """A source that hears @acme.example there."""
    return SourceSettings(
        "sky",
        url=service.url,
        account="@acme.example",
        budget=budget,
        options={"password_env": "SKY_PASSWORD", "search": search},
        secrets={"password_env": password} if password else {},
    )
