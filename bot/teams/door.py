"""Where Teams delivers: POST /api/messages. Who calls is known before a byte of the body is read.

Whatever is wrong with a token is answered with 401, and the log says why without a word of the token.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
from aiohttp import web

from bot.domain.hosts import is_loopback
from bot.errors import RetriableError
from bot.teams.adapter import Answer, Logic, TeamsAdapter
from bot.teams.settings import TeamsSettings
from bot.teams.shape import misshapen
from bot.teams.tokens import Caller, NotTeams

MESSAGES_PATH = "/api/messages"

BODY_SECONDS = 5.0
LARGEST_BODY = 1_000_000

_PASSED_ON = frozenset({"forwarded", "x-real-ip", "via"})

_log = logging.getLogger("baton.teams")


class TeamsDoor:
    """Takes deliveries in and gives each to `logic`."""

    def __init__(self, settings: TeamsSettings, adapter: TeamsAdapter, logic: Logic) -> None:
        self._settings = settings
        self._adapter = adapter
        self._logic = logic

    def routes(self) -> list[web.RouteDef]:
        """Where Teams delivers."""
        return [web.post(MESSAGES_PATH, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """One delivery."""
        try:
            caller = await self._admitted(request)
            if request.content_type != "application/json":
                return _refusal(415, "this is not JSON")
            activity = _read(await _body(request))
        except NotTeams as why:
            return _unauthorized(why)
        except TimeoutError:
            return _refusal(408, "too slow")
        except _TooLarge:
            return _refusal(413, "too large")
        except ValueError as why:
            _log.warning("A delivery of Teams is misshapen: %s", why)
            return _refusal(400, "this is not what Teams sends")
        try:
            return _response(await self._adapter.turn(caller, activity, self._logic))
        except NotTeams as why:
            return _unauthorized(why)
        except RetriableError as error:
            _log.warning("A delivery cannot be taken in for now: %s", error)
            return _refusal(503, "not now")
        except Exception:
            # What went wrong is for the log; whoever called learns nothing of the inside.
            _log.exception("a delivery could not be answered")
            return _refusal(500, "Baton failed")

    async def _admitted(self, request: web.Request) -> Caller:
        if self._settings.local_client:
            _require_this_machine(request)
        return await self._adapter.gate.caller(request.headers.get("Authorization"))


class _TooLarge(Exception):
    pass


async def _body(request: web.Request) -> bytes:
    """The body as it came; raises `_TooLarge`, and `TimeoutError` when it takes longer than Teams itself would wait."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise _TooLarge
    parts: list[bytes] = []
    left = LARGEST_BODY
    async with asyncio.timeout(BODY_SECONDS):
        async for part in request.content.iter_any():
            left -= len(part)
            if left < 0:
                raise _TooLarge
            parts.append(part)
    return b"".join(parts)


def _read(body: bytes) -> dict[str, Any]:
    """The activity; raises `ValueError`."""
    activity = orjson.loads(body)
    if not isinstance(activity, dict):
        raise ValueError("It is no JSON object.")
    if (why := misshapen(activity)) is not None:
        raise ValueError(why)
    return activity


def _require_this_machine(request: web.Request) -> None:
    """Nobody is authenticated for a local client. A web page in the person's browser must not get in by a name that it lets
    point to this machine, nor strangers through a proxy on it."""
    try:
        host = request.url.host or ""
    except ValueError:
        host = ""
    if not is_loopback(host):
        raise NotTeams("it is not addressed to this machine")
    names = {name.lower() for name in request.headers}
    if names & _PASSED_ON or any(name.startswith("x-forwarded-") for name in names):
        raise NotTeams("a proxy has passed it on")
    if "origin" in names:
        # The local client's own server delivers; only pages in a browser say where they come from.
        raise NotTeams("a web page has sent it")


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status)
    return web.Response(status=answer.status, body=orjson.dumps(answer.body), content_type="application/json")


def _unauthorized(why: NotTeams) -> web.Response:
    _log.warning("A delivery was refused: %s.", why)
    return _refusal(401, "invalid request")


def _refusal(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
