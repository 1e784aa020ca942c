"""Access tokens for a refresh token: kept while they hold, fetched once for many who ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import PermanentError, RetriableError
from integrations.http import Http
from integrations.networks.youtube.connector import YouTube
from integrations.oauth import AccessToken, Client
from integrations.source import SourceSettings

CLIENT = Client("the-client", "the-secret", "the-refresh-token")


@dataclass
class Giver:
    """A token endpoint."""

    asked: list[dict[str, str]] = field(default_factory=list)
    answer: web.Response | None = None
    url: str = ""

    async def give(self, request: web.Request) -> web.Response:
        self.asked.append({key: str(value) for key, value in (await request.post()).items()})
        if self.answer is not None:
            return self.answer
        return web.json_response({"access_token": f"token-{len(self.asked)}", "expires_in": 3600})


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def giver() -> AsyncIterator[Giver]:
    giver, app = Giver(), web.Application()
    app.router.add_post("/token", giver.give)
    async with TestServer(app) as server:
        giver.url = str(server.make_url("/token"))
        yield giver


@pytest.fixture
async def token(giver: Giver) -> AsyncIterator[tuple[AccessToken, Clock]]:
    async with Http(tries=1) as http:
        clock = Clock()
        yield AccessToken(YouTube(SourceSettings("yt"), http).ask, giver.url, clock), clock


async def test_a_token_is_used_until_shortly_before_its_end(giver: Giver, token: tuple[AccessToken, Clock]) -> None:
    access, clock = token
    assert [await access.get(CLIENT), await access.get(CLIENT)] == ["token-1", "token-1"]
    clock.now = 3600 - 121
    assert await access.get(CLIENT) == "token-1"
    clock.now = 3600 - 119
    assert await access.get(CLIENT) == "token-2"
    form = {"client_id": "the-client", "client_secret": "the-secret", "refresh_token": "the-refresh-token"}
    assert giver.asked[0] == {"grant_type": "refresh_token", **form}


async def test_a_token_that_was_refused_is_had_anew_once_for_all(
    giver: Giver, token: tuple[AccessToken, Clock]
) -> None:
    access, _ = token
    first = await access.get(CLIENT)
    assert set(await asyncio.gather(*(access.get(CLIENT, refused=first) for _ in range(5)))) == {"token-2"}
    assert len(giver.asked) == 2


async def test_a_right_that_was_withdrawn_is_said_so_without_its_secrets(
    giver: Giver, token: tuple[AccessToken, Clock]
) -> None:
    giver.answer = web.json_response({"error": "invalid_grant"}, status=400)
    with pytest.raises(PermanentError, match=r"invalid_grant.*permission again") as refused:
        await token[0].get(CLIENT)
    assert "the-refresh-token" not in str(refused.value)


async def test_an_answer_that_is_none_may_be_asked_for_again(giver: Giver, token: tuple[AccessToken, Clock]) -> None:
    giver.answer = web.Response(text="<html>")
    with pytest.raises(RetriableError):
        await token[0].get(CLIENT)


def test_a_client_shows_none_of_its_secrets() -> None:
    assert repr(CLIENT) == "Client()"
