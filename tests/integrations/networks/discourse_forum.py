"""A pretended Discourse forum, from https://docs.discourse.org: pages of latest posts, topics, answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

KEY = "d15c0u45e-invented-key"
PAGE = 5


@dataclass
class Forum:
    """Keeps posts by number, newest first in pages of five; takes answers from whoever has the key."""

    url: str = ""
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    refusal: tuple[int, dict[str, str], Any] | None = None
    silent: bool = False
    queued: bool = False
    ignores_before: bool = False

    def write(self, id_: int, text: str, *, hours: float = 1, **more: Any) -> dict[str, Any]:
        at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        self.posts[id_] = {
            "id": id_, "topic_id": 88, "post_number": id_, "post_type": 1, "username": "ada", "user_id": 41,
            "raw": text, "cooked": f"<p>{text}</p>", "created_at": at, "updated_at": at, "version": 1, "topic_slug": "strap",
            **more,
        }  # fmt: skip
        return self.posts[id_]

    def edit(self, id_: int, text: str) -> None:
        post = self.posts[id_]
        post |= {"raw": text, "cooked": f"<p>{text}</p>", "version": post["version"] + 1}

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append(request.path_qs)
        if self.refusal is not None:
            status, headers, said = self.refusal
            return web.json_response(said, status=status, headers=headers)
        if request.headers.get("Api-Key", KEY) != KEY:
            errors = ["You are not permitted to view the requested resource. The API username or key is invalid."]
            return web.json_response({"errors": errors, "error_type": "invalid_access"}, status=403)
        if request.method == "POST":
            return await self._take(request)
        parts = request.path.removesuffix(".json").strip("/").split("/")
        match parts:
            case ["posts"]:
                return self._latest(request)
            case ["posts", id_]:
                there = int(id_) in self.posts and int(id_) not in self.deleted
                return web.json_response(
                    self.posts[int(id_)] if there else {"errors": ["none"]}, status=200 if there else 404
                )
            case ["t", topic, *rest]:
                found = [post for post in self.posts.values() if post["topic_id"] == int(topic)]
                wanted = {int(id_) for id_ in request.query.getall("post_ids[]", [])}
                stream = {"stream": [post["id"] for post in found]}
                if rest:
                    stream = {"posts": [post for post in found if post["id"] in wanted]}
                status = 200 if found else 404
                return web.json_response({"post_stream": stream}, status=status)
        return web.Response(status=404)

    def _latest(self, request: web.Request) -> web.Response:
        before = int(request.query.get("before", 2**40)) if not self.ignores_before else 2**40
        shown = [
            post for id_, post in sorted(self.posts.items(), reverse=True)
            if id_ < before and id_ not in self.deleted | self.hidden
        ]  # fmt: skip
        return web.json_response({"latest_posts": shown[:PAGE]})

    async def _take(self, request: web.Request) -> web.Response:
        said = await request.json()
        if len(said["raw"]) < 20:
            errors = ["Body is too short (minimum is 20 characters)"]
            return web.json_response({"action": "create_post", "errors": errors}, status=422)
        if self.queued:
            return web.json_response({"action": "enqueued", "success": True, "pending_post": {"id": 12}})
        id_ = max(self.posts) + 1
        answer = self.write(id_, said["raw"].rstrip(), username=request.headers["Api-Username"], user_id=3)
        answer |= {"topic_id": said["topic_id"], "reply_to_post_number": said["reply_to_post_number"]}
        if self.silent:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer)
