"""Around every page: what goes wrong becomes a page that says so, and every answer gets the headers that protect it."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog
from aiohttp import web

from bot.domain.web_address import WebAddress
from bot.errors import BatonError, RetriableError, UserError
from bot.languages import speaking_to
from bot.speech import say
from integrations.web.headers import protect
from integrations.web.shown import notice

_log = structlog.get_logger("baton.web")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Found = TypeVar("Found")

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_LONGEST_WISH = 200

LONGEST_QUERY = 4_000
"""Characters after the path."""

GONE = 499

LOOKING = 0.25
"""Seconds after which it is looked again whether somebody still waits."""


def guarded(address: WebAddress, handler: Handler, language: str = "en") -> Handler:
    """The handler with all that. Until it is known who reads, what their browser asks for is spoken, else `language`."""

    async def answer(request: web.Request) -> web.StreamResponse:
        with speaking_to(*_wanted(request), language):
            return await in_their_language(request)

    async def in_their_language(request: web.Request) -> web.StreamResponse:
        try:
            if len(request.raw_path) > LONGEST_QUERY:
                response: web.StreamResponse = notice(address, 414, say("This address is too long."), "")
            else:
                response = await handler(request)
        except UserError as error:
            response = notice(address, 400, error.message, error.hint, say("Back to the measures"), address.under())
        except RetriableError as error:
            _log.warning("page_busy", why=str(error))
            response = notice(address, 503, say("This cannot be shown just now."), say("Try again in a moment."))
            response.headers["Retry-After"] = str(math.ceil(error.retry_after or 5.0))
        except BatonError as error:
            _log.warning("page_failed", why=str(error))
            response = notice(
                address, 502, say("This cannot be shown."), say("Whoever runs Baton finds the reason in its log.")
            )
        except (web.HTTPException, asyncio.CancelledError):
            raise
        except ConnectionError:
            # Whoever asked has left: nobody reads this.
            return web.Response(status=GONE)
        except Exception:
            # What went wrong is for the log; whoever looks learns nothing of the inside.
            _log.exception("page_failed")
            response = notice(
                address, 500, say("Something went wrong."), say("Whoever runs Baton finds the reason in its log.")
            )
        if not response.prepared:
            protect(response)
        return response

    return answer


def _wanted(request: web.Request) -> list[str]:
    """The languages that a browser asks for, the dearest first (RFC 9110, 12.5.4: they come in this order)."""
    said = request.headers.get("Accept-Language", "")[:_LONGEST_WISH]
    return [tag for each in said.split(",") if _TAG.fullmatch(tag := each.partition(";")[0].strip())]


async def while_waiting(request: web.Request, work: Awaitable[Found]) -> Found:
    """The work, stopped as soon as whoever asked for it has left; raises `ConnectionResetError` then."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=LOOKING)
            if request.transport is None or request.transport.is_closing():
                raise ConnectionResetError("whoever asked has left")
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
