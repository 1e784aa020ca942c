"""What every front door shares: a body is read as it came, within its size and its time; refusals are JSON."""

from __future__ import annotations

import asyncio
import math

import orjson
from aiohttp import web

LONGEST = 1_000_000
"""Bytes of one delivery, unless configured otherwise."""

PATIENCE = 20.0
"""Seconds in which a delivery must be there as a whole, unless configured otherwise."""

JSON = {"Content-Type": "application/json"}


class Doorway:
    """Base of the front doors. Errors are JSON, `{"error", "detail"}`."""

    def __init__(self, longest: int = LONGEST, patience: float = PATIENCE) -> None:
        self._longest = longest
        self._patience = patience

    async def _read(self, request: web.Request) -> bytes | web.Response:
        """The body, or why it is not taken."""
        if request.headers.get("Content-Encoding", "identity") != "identity":
            # What is signed is read as it came; unpacking it first would let a stranger choose how much there is to do.
            return refusal(415, "encoded", "Send the body as it is, without a Content-Encoding.")
        try:
            body = await self._in_time(request)
        except TimeoutError:
            return refusal(408, "too_slow", f"A delivery must be sent within {self._patience:g} seconds.")
        return body if body is not None else self._too_long()

    async def _in_time(self, request: web.Request) -> bytes | None:
        """As `_body`; raises `TimeoutError` when it does not come in time."""
        if request.content.is_eof() and (request.content_length or 0) <= self._longest:
            # It is here already, as most are.
            body = request.content.read_nowait()
            return body if len(body) <= self._longest else None
        async with asyncio.timeout(self._patience):
            return await self._body(request)

    async def _body(self, request: web.Request) -> bytes | None:
        """The whole body, or None as soon as it is known to be too long."""
        if (request.content_length or 0) > self._longest:
            return None
        if not request.can_read_body:
            return b""
        content = request.content
        first = await content.readany()
        if content.at_eof():
            return first if len(first) <= self._longest else None
        body = bytearray(first)
        while len(body) <= self._longest:
            chunk = await content.readany()
            if not chunk:
                return bytes(body)
            body += chunk
        return None

    async def _expect(self, request: web.Request) -> web.StreamResponse | None:
        """`Expect: 100-continue`: a body that is announced as too long need not be sent at all."""
        if (request.content_length or 0) > self._longest:
            return self._too_long()
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return None

    def _too_long(self) -> web.Response:
        return refusal(413, "too_long", f"A delivery has at most {self._longest:,} bytes. Send fewer posts at once.")


def refusal(status: int, error: str, detail: str, retry_after: float | None = None) -> web.Response:
    """Why a request is not taken, and when it may come again (seconds)."""
    headers = dict(JSON)
    if retry_after is not None:
        headers["Retry-After"] = str(math.ceil(retry_after))
    return web.Response(status=status, body=orjson.dumps({"error": error, "detail": detail}), headers=headers)
