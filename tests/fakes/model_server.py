"""A server with OpenAI's API of chat completions on loopback, which says whatever a test has it say.

Written from https://platform.openai.com/docs/api-reference/chat and https://platform.openai.com/docs/guides/error-codes.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "sk-test-0123456789abcdef"
MODEL = "small-one"

_FENCED = re.compile(r"\A(DATA-[0-9a-f]{32})\n(\[.*\])\n\1\Z", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> dict[str, Any]:
        """The request itself."""
        read: dict[str, Any] = json.loads(self.raw)
        return read

    def turn(self, role: str) -> str:
        """What stands in the one message of this role."""
        (said,) = [message["content"] for message in self.body["messages"] if message["role"] == role]
        return str(said)

    @property
    def system(self) -> str:
        """Our instructions."""
        return self.turn("system")

    @property
    def fence(self) -> str:
        """The word around what others wrote."""
        return self._fenced()[1]

    @property
    def items(self) -> list[dict[str, str]]:
        """What others wrote: all that stands in the user's turn."""
        read: list[dict[str, str]] = json.loads(self._fenced()[2])
        return read

    def _fenced(self) -> re.Match[str]:
        found = _FENCED.match(self.turn("user"))
        assert found is not None, f"there is something beside the fence: {self.turn('user')[:200]}"
        return found

    @property
    def form(self) -> str:
        """The form that the answer is to have."""
        return str(self.body.get("response_format", {}).get("type", "text"))


@dataclass(frozen=True)
class Says:
    """One answer: a completion around `content`, or with a status of its own."""

    content: Any = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Instead of a completion."""
    after: float = 0.0
    """Seconds to wait before it."""
    tokens: int | None = 120


def refused(status: int, message: str, *, code: str | None = None, param: str | None = None, **headers: str) -> Says:
    """An error as the API words it."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Says(status=status, body=json.dumps({"error": error}).encode(), headers=named)


Brain = Callable[[Asked], "str | Says"]


def item(id_: str, **more: Any) -> dict[str, Any]:
    """What a model that is asked to read says of one post."""
    return {
        "id": id_,
        "language": "en",
        "language_confidence": 0.99,
        "mood": "negative",
        "mood_confidence": 0.9,
        "score": -0.7,
        "urgency": "normal",
        "urgency_confidence": 0.8,
        "reason": "none",
        "intents": [{"name": "complaint", "confidence": 0.9}],
        "departments": [{"name": "support", "confidence": 0.8}],
        "topics": [],
        **more,
    }


def answer(items: Sequence[Any]) -> str:
    """These as the content of an answer."""
    return json.dumps({"items": list(items)})


def sensible(asked: Asked) -> str:
    """Reads every post in the same way; writes the same words for whatever is to be written."""
    if '"ready"' in json.dumps(asked.body.get("response_format", {})) or "ready is true" in asked.system:
        return '{"ready": true}'
    if "items" in json.dumps(asked.body.get("response_format", {})) or '"items"' in asked.system:
        return answer([item(each["id"]) for each in asked.items])
    return "We are sorry that your parcel arrived crushed. A new one is on its way to you."


class ModelServer:
    """Answers what is planned, otherwise what its `brain` says. `takes` are the forms of answers that it knows."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.planned: deque[Says] = deque()
        self.brain: Brain = sensible
        self.takes = {"json_schema", "json_object", "text"}
        self.old_limit = False
        self.most_at_once = 0
        self._under_way = 0

    def plan(self, *says: Says) -> None:
        """What it says next."""
        self.planned.extend(says)

    async def complete(self, request: web.Request) -> web.Response:
        """POST /v1/chat/completions."""
        asked = Asked(await request.read(), dict(request.headers))
        self.asked.append(asked)
        if request.headers.get("Authorization") not in {f"Bearer {KEY}", "Bearer none"}:
            return self._said(refused(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key"))
        if self.planned:
            return await self._later(self.planned.popleft())
        if asked.form not in self.takes:
            why = f"Invalid parameter: 'response_format' of type '{asked.form}' is not supported with this model."
            return self._said(refused(400, why, param="response_format"))
        if self.old_limit and "max_completion_tokens" in asked.body:
            why = "Unrecognized request argument supplied: max_completion_tokens"
            return self._said(refused(400, why, param="max_completion_tokens"))
        said = self.brain(asked)
        return await self._later(said if isinstance(said, Says) else Says(said))

    async def _later(self, says: Says) -> web.Response:
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        await asyncio.sleep(says.after)
        self._under_way -= 1
        return self._said(says)

    def _said(self, says: Says) -> web.Response:
        body = says.body
        if body is None:
            message = {"role": "assistant", "content": says.content, "refusal": says.refusal}
            completion: dict[str, Any] = {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1_772_442_000,
                "model": MODEL,
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": says.finish_reason}],
            }
            if says.tokens is not None:
                usage = {"prompt_tokens": says.tokens - 20, "completion_tokens": 20, "total_tokens": says.tokens}
                completion["usage"] = usage
            body = json.dumps(completion).encode()
        return web.Response(body=body, status=says.status, headers=says.headers, content_type="application/json")


@asynccontextmanager
async def serving() -> AsyncIterator[ModelServer]:
    """The server, on a free port of this machine."""
    server = ModelServer()
    application = web.Application(client_max_size=10_000_000)
    application.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield server
    finally:
        await runner.cleanup()
