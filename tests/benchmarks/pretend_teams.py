"""A Teams that says yes to everything and notes when what was said to it; and signed deliveries as it makes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from tests.benchmarks.company import TENANT, teams_people
from tests.benchmarks.wire import post
from tests.fakes.teams_identity import KEYS_PATH, METADATA_PATH, TeamsIdentity
from tests.fakes.teams_talk import Colleague, Room, Scene

APP_ID = "7a3c1f9e-5d1b-4b53-9c6e-0b8a4a1d2e3f"
MESSAGES_PATH = "/api/messages"
OUR_TOKEN = "the-token-that-bots-call-with"

_SENT_AT = "2026-01-05T10:00:00.000Z"


class PretendTeams:
    """The Bot Framework service on a free port of this machine, served by the event loop of whoever measures."""

    def __init__(self) -> None:
        self.port = 0
        self._heard: Callable[[str, bytes, float], None] | None = None
        self._sent = 1_700_000_000_000
        self._identity = TeamsIdentity(APP_ID)
        self._runner = web.AppRunner(self._application(), access_log=None)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The settings with which Baton is its bot."""
        return {
            "TEAMS_APP_ID": APP_ID,
            "TEAMS_APP_PASSWORD": "secret",
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_OPENID_METADATA_URL": f"{self.url}{METADATA_PATH}",
            "TEAMS_LOGIN_URL": f"{self.url}/login",
        }

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def message(self, who: Colleague, text: str) -> bytes:
        """The request with which Teams delivers what somebody says to the bot alone."""
        service = f"{self.url}/emea/"
        self._sent += 1
        room = Room("personal", f"a:1-{who.directory}", TENANT)
        activity = Scene(service, f"28:{APP_ID}").message(who, room, text, str(self._sent), _SENT_AT)
        headers = {
            "Authorization": f"Bearer {self._identity.token(service)}",
            "Content-Type": "application/json; charset=utf-8",
        }
        return post(MESSAGES_PATH, orjson.dumps(activity), headers)

    def arrival(self, who: Colleague, token: bytes) -> asyncio.Future[float]:
        """When the next message to somebody comes that contains `token`; fails when it does not contain it."""
        found: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def heard(conversation: str, body: bytes, at: float) -> None:
            if conversation != f"a:1-{who.directory}" or found.done():
                return
            if token in body:
                found.set_result(at)
            else:
                found.set_exception(RuntimeError(f"{who.name} was answered {body[:500]!r}"))

        self._heard = heard
        return found

    def _application(self) -> web.Application:
        application = web.Application()
        conversation = "/emea/v3/conversations/{conversation}"
        application.add_routes(
            [
                web.get(METADATA_PATH, self._metadata),
                web.get(KEYS_PATH, self._keys),
                web.post("/login/{tenant}/oauth2/v2.0/token", self._token),
                web.post(conversation + "/activities", self._said),
                web.post(conversation + "/activities/{message}", self._said),
                web.get(conversation + "/members/{user}", self._member),
                web.get(conversation + "/pagedmembers", self._members),
            ]
        )
        return application

    async def _metadata(self, request: web.Request) -> web.Response:
        return _answer(self._identity.metadata(self.url))

    async def _keys(self, request: web.Request) -> web.Response:
        return _answer(self._identity.key_set())

    async def _token(self, request: web.Request) -> web.Response:
        return _answer({"token_type": "Bearer", "expires_in": 86_400, "access_token": OUR_TOKEN})

    async def _said(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self._heard is not None:
            self._heard(request.match_info["conversation"], body, time.perf_counter())
        self._sent += 1
        return _answer({"id": str(self._sent)}, status=201)

    async def _member(self, request: web.Request) -> web.Response:
        user = request.match_info["user"]
        return _answer(next(_seen(each) for each in teams_people() if user in {each.id, each.directory}))

    async def _members(self, request: web.Request) -> web.Response:
        return _answer({"members": [_seen(each) for each in teams_people()]})


def _seen(who: Colleague) -> dict[str, Any]:
    return {
        "id": who.id,
        "name": who.name,
        "aadObjectId": who.directory,
        "email": who.email,
        "userPrincipalName": who.email,
        "tenantId": TENANT,
        "userRole": "user",
    }


def _answer(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json", status=status)
