"""A small Mastodon server of ours, with faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "token-4711"
Json = dict[str, Any]


def person(name: str) -> Json:
    return {
        "id": {"acme": "1"}.get(name, f"9{len(name)}"),
        "username": name.partition("@")[0],
        "acct": name,
        "url": f"https://example.social/@{name}",
    }


@dataclass
class Server:
    """As Mastodon's documentation says, with faults on demand. Lists are newest first."""

    statuses: dict[str, Json] = field(default_factory=dict)
    notifications: list[Json] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    posted: list[tuple[Json, Mapping[str, str]]] = field(default_factory=list)
    ignores: tuple[str, ...] = ()
    page: int = 80
    takes_several: bool = True
    failure: web.Response | None = None
    refusal: web.Response | None = None
    hangs: bool = False
    last: int = 1000
    instance: Json = field(default_factory=lambda: {"domain": "acme.example"})
    url: str = ""

    def write(
        self, text: str, by: str = "maya@example.social", *, ago: float = 60, told: bool = True, **more: Any
    ) -> str:
        """A post, and that we are told of it; gives its id."""
        self.last += 1
        id_ = str(self.last)
        at = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(timespec="milliseconds")
        status = {
            "id": id_,
            "uri": f"https://example.social/statuses/{id_}",
            "created_at": at,
            "edited_at": None,
            "content": f"<p>{escape(text)}</p>",
            "visibility": "public",
            "in_reply_to_id": None,
            "account": person(by),
            **more,
        }
        self.statuses[id_] = status
        if told:
            self.tell({"type": "mention", "created_at": at, "account": status["account"], "status": status})
        return id_

    def tell(self, notification: Json) -> None:
        self.last += 1
        self.notifications.insert(0, {"id": str(self.last), **notification})

    def edit(self, id_: str, text: str) -> None:
        self.statuses[id_] |= {"content": f"<p>{text}</p>", "edited_at": datetime.now(UTC).isoformat()}

    @web.middleware
    async def gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "The access token is invalid"}, status=401)
        if self.failure is not None:
            return web.Response(status=self.failure.status, headers=self.failure.headers)
        answer: web.StreamResponse = await handler(request)
        return answer

    def cut(self, items: list[Json], request: web.Request) -> web.Response:
        """`min_id` gives what follows it directly, `max_id` what is before it, both newest first."""
        query = {name: value for name, value in request.query.items() if name not in self.ignores}
        found = [item for item in items if int(item["id"]) < int(query.get("max_id", 10**9))]
        size = min(self.page, int(query.get("limit", self.page)))
        if "min_id" in query:
            found = [item for item in found if int(item["id"]) > int(query["min_id"])][-size:]
        return web.json_response(found[:size])

    async def told(self, request: web.Request) -> web.Response:
        return self.cut(self.notifications, request)

    async def tagged(self, request: web.Request) -> web.Response:
        tag = f"#{request.match_info['tag']}"
        newest = sorted(self.statuses.values(), key=lambda status: -int(status["id"]))
        return self.cut([status for status in newest if tag in status["content"]], request)

    async def several(self, request: web.Request) -> web.Response:
        if not self.takes_several:
            raise web.HTTPNotFound
        return web.json_response(
            [self.statuses[each] for each in request.query.getall("id[]") if each in self.statuses]
        )

    async def one(self, request: web.Request) -> web.Response:
        status = self.statuses.get(request.match_info["id"])
        if status is None:
            return web.json_response({"error": "Record not found"}, status=404)
        return web.Response(status=status["fails"]) if "fails" in status else web.json_response(status)

    async def context(self, request: web.Request) -> web.Response:
        above: list[Json] = []
        at = self.statuses[request.match_info["id"]]["in_reply_to_id"]
        while at:
            above.insert(0, self.statuses[at])
            at = self.statuses[at]["in_reply_to_id"]
        below = [each for each in self.statuses.values() if each["in_reply_to_id"] == request.match_info["id"]]
        return web.json_response({"ancestors": above, "descendants": below})

    async def post(self, request: web.Request) -> web.Response:
        sent = await request.json()
        self.posted.append((sent, request.headers))
        if self.refusal is not None:
            return web.Response(status=self.refusal.status, body=self.refusal.body, content_type="application/json")
        more = {name: sent[name] for name in ("in_reply_to_id", "visibility")}
        shown = sent["status"].replace("@maya@example.social", "@maya")
        id_ = self.write(shown, "acme", told=False, url=f"https://acme.example/@acme/{self.last + 1}", **more)
        if self.hangs:
            await asyncio.sleep(30)
        return web.json_response(self.statuses[id_])

    async def us(self, request: web.Request) -> web.Response:
        return web.json_response(person("acme"))

    async def about(self, request: web.Request) -> web.Response:
        return web.json_response(self.instance)


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """The server, on a port of its own for the block."""
    made = Server()
    app = web.Application(middlewares=[made.gate])
    app.router.add_get("/api/v1/accounts/verify_credentials", made.us)
    app.router.add_get("/api/v2/instance", made.about)
    app.router.add_get("/api/v1/notifications", made.told)
    app.router.add_get("/api/v1/timelines/tag/{tag}", made.tagged)
    app.router.add_get("/api/v1/statuses", made.several)
    app.router.add_get("/api/v1/statuses/{id}", made.one)
    app.router.add_get("/api/v1/statuses/{id}/context", made.context)
    app.router.add_post("/api/v1/statuses", made.post)
    async with TestServer(app) as running:
        made.url = str(running.make_url(""))
        yield made
