"""The sample's customers: they get the answers that the bot sends, and write back once, a little later.

`POST /customers/answers` takes an answer as the generic webhook of the bot hands it over, signed as Standard Webhooks
describe; a repeated `webhook-id` is the same answer. `GET /customers/<id>` shows the thread as the customer sees it.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

SAMPLE = Path(__file__).parent / "sample" / "posts.jsonl"
THINKING = 12.0
"""Seconds until a customer writes back."""

TRIES = 60
"""How often a customer tries to write back while the bot does not answer, once a second."""

THANKS = (
    "Thank you, that was quick!",
    "Thanks for getting back to me. I'll let you know whether it works.",
    "Oh, a human. Thank you!",
    "OK, thanks. I'll wait for it then.",
)

_log = logging.getLogger(__name__)


@dataclass
class _Answer:
    post: dict[str, str]
    text: str
    number: int
    thanks: str = ""


@dataclass
class Customers:
    """`hook` is the bot's front door for posts; without a `secret` nobody listens here."""

    hook: str
    secret: str
    thinking: float = THINKING
    answers: dict[str, _Answer] = field(default_factory=dict)
    _posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """For the playground's server."""
        return [web.post("/customers/answers", self._take), web.get("/customers/{id}", self._show)]

    async def close(self) -> None:
        """Nobody writes back any more."""
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.text()
        try:
            self._webhook.verify(body, dict(request.headers))
            said = json.loads(body)
            post, words = dict(said["post"]), str(said["text"])
        except (WebhookVerificationError, ValueError, KeyError, TypeError) as error:
            return web.json_response({"error": "not_understood", "detail": str(error)}, status=400)
        key = request.headers["webhook-id"]
        if key not in self.answers:
            self.answers[key] = _Answer(post, words, len(self.answers))
            task = asyncio.create_task(self._write_back(key))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        page = request.url.with_path(f"/customers/{key}").with_query(None)
        return web.json_response({"external_id": f"answer-{key}", "url": str(page)})

    async def _write_back(self, key: str) -> None:
        await asyncio.sleep(self.thinking)
        answer = self.answers[key]
        author = self._sample(answer.post).get("author") or {"handle": "somebody"}
        thanks = THANKS[answer.number % len(THANKS)]
        post = {
            **answer.post,
            "external_id": f"thanks-{key}",
            "parent_id": f"answer-{key}",
            "root_id": answer.post["external_id"],
            "author": author,
            "text": thanks,
            "posted_at": datetime.now(UTC).isoformat(),
        }
        if await self._send(key, json.dumps(post, ensure_ascii=False)):
            answer.thanks = thanks

    async def _send(self, key: str, body: str) -> bool:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            for _ in range(TRIES):
                now, name = datetime.now(UTC), f"msg_thanks_{key}"
                headers = {
                    "webhook-id": name,
                    "webhook-timestamp": str(int(now.timestamp())),
                    "webhook-signature": self._webhook.sign(name, now, body),
                }
                try:
                    async with session.post(self.hook, data=body.encode(), headers=headers) as answer:
                        if answer.status == 200:
                            return True
                        _log.warning("the bot answers %s to what a customer wrote", answer.status)
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(1.0)
        return False

    async def _show(self, request: web.Request) -> web.Response:
        answer = self.answers.get(request.match_info["id"])
        if answer is None:
            raise web.HTTPNotFound(text="Nobody was answered here since the playground was started.")
        post = self._sample(answer.post)
        who = (post.get("author") or {}).get("display_name") or "The customer"
        said = [(who, post.get("text") or "…"), ("Acme", answer.text)]
        said += [(who, answer.thanks)] if answer.thanks else []
        return web.Response(text=_page(answer.post.get("network", ""), said), content_type="text/html")

    def _sample(self, key: Mapping[str, str]) -> dict[str, Any]:
        """The post as the sample has it; nothing where it came from elsewhere."""
        if not self._posts:
            lines = [json.loads(line)["post"] for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line]
            self._posts = {post["external_id"]: post for post in reversed(lines)}
        return self._posts.get(key.get("external_id", ""), {})

    @property
    def _webhook(self) -> Webhook:
        return Webhook(self.secret if self.secret.startswith("whsec_") else self.secret.encode())


def _page(network: str, said: list[tuple[str, str]]) -> str:
    """The thread as its customer would see it."""
    rows = "".join(f"<article><h2>{html.escape(who)}</h2><p>{html.escape(words)}</p></article>" for who, words in said)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The customer's side</title>
<link rel="stylesheet" href="/ui/customers.css">
<main>
<h1>The thread as the customer sees it <small>{html.escape(network)}, pretended</small></h1>
{rows}
</main>
</html>
"""
