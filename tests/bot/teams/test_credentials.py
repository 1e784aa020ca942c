"""Our own token: got from the login server once, and again when it is time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.errors import PermanentError, RetriableError
from bot.teams.credentials import EARLY_SECONDS, Credentials, credentials
from bot.teams.settings import TeamsSettings, teams_settings
from tests.fakes.teams import FakeTeams


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as teams:
        yield teams


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def settings_of(teams: FakeTeams) -> TeamsSettings:
    settings = teams_settings(teams.environment())
    assert settings is not None
    return settings


class Login:
    """A token endpoint: gives numbered tokens, or what it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: list[Mapping[str, Any] | Exception] = []
        self.now = 0.0

    async def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else {"access_token": f"t{self.asked}", "expires_in": 3600}
        if isinstance(answer, Exception):
            raise answer
        return answer

    def clock(self) -> float:
        return self.now


async def test_one_token_serves_all_calls(teams: FakeTeams, session: aiohttp.ClientSession) -> None:
    ours = credentials(settings_of(teams), lambda: session)
    headers = await asyncio.gather(*(ours.header() for _ in range(50)))
    assert headers == [{"Authorization": "Bearer ours-1"}] * 50
    assert teams.tokens == {"ours-1"}


async def test_a_token_is_replaced_before_it_ends() -> None:
    login = Login()
    ours = Credentials(login, login.clock)
    assert await ours.header() == {"Authorization": "Bearer t1"}
    login.now = 3600 - EARLY_SECONDS - 1
    assert await ours.header() == {"Authorization": "Bearer t1"}
    login.now += 2
    assert await ours.header() == {"Authorization": "Bearer t2"}


async def test_while_no_new_token_can_be_got_the_old_one_serves_until_it_ends() -> None:
    login = Login()
    ours = Credentials(login, login.clock)
    await ours.header()
    login.now = 3500
    login.answers = [OSError("down"), OSError("down")]
    assert await ours.header() == {"Authorization": "Bearer t1"}
    login.now = 3601
    with pytest.raises(RetriableError):
        await ours.header()
    assert await ours.header() == {"Authorization": "Bearer t4"}


async def test_a_refused_token_is_forgotten_but_not_the_one_that_replaced_it() -> None:
    login = Login()
    ours = Credentials(login, login.clock)
    first = await ours.header()
    ours.forget(first)
    second = await ours.header()
    ours.forget(first)
    assert await ours.header() == second == {"Authorization": "Bearer t2"}


async def test_a_wrong_secret_says_what_to_check_and_does_not_show_the_secret(
    teams: FakeTeams, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ours = credentials(replace(settings_of(teams), app_password="not the secret"), lambda: session)
    with pytest.raises(PermanentError, match=r"invalid_client.*TEAMS_APP_PASSWORD") as raised:
        await ours.header()
    assert "not the secret" not in f"{raised.value}{caplog.text}"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": "temporarily_unavailable"}, RetriableError),
        ({"error": "unauthorized_client"}, PermanentError),
        ({}, PermanentError),
        (TimeoutError(), RetriableError),
        (ValueError("no JSON"), RetriableError),
    ],
)
async def test_failures_of_the_login_server_are_sorted(answer: Any, expected: type[Exception]) -> None:
    login = Login()
    login.answers = [answer]
    with pytest.raises(expected):
        await Credentials(login, login.clock).header()


async def test_a_login_server_that_is_down_is_tried_again_later(
    teams: FakeTeams, session: aiohttp.ClientSession, unused_tcp_port: int
) -> None:
    away = replace(settings_of(teams), login_url=f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(RetriableError):
        await credentials(away, lambda: session).header()


async def test_a_managed_identity_is_asked_by_msal_once_and_again_when_its_token_is_refused(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Mapping[str, str]] = []

    async def identity(request: web.Request) -> web.Response:
        asked.append({**request.query, "header": request.headers["X-IDENTITY-HEADER"]})
        return web.json_response({"access_token": f"identity-{len(asked)}", "expires_on": str(int(time.time()) + 7200)})

    application = web.Application()
    application.add_routes([web.get("/msi/token", identity)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{runner.addresses[0][1]}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "of the machine")
    ours = credentials(TeamsSettings("app", managed_identity=True), lambda: session)
    first = await ours.header()
    assert first == await ours.header() == {"Authorization": "Bearer identity-1"}
    ours.forget(first)
    assert await ours.header() == {"Authorization": "Bearer identity-2"}
    assert asked[0]["resource"] == "https://api.botframework.com"
    assert (asked[0]["client_id"], asked[0]["header"]) == ("app", "of the machine")
    await runner.cleanup()


async def test_a_local_client_is_sent_no_token(session: aiohttp.ClientSession) -> None:
    assert await credentials(TeamsSettings("", local_client=True), lambda: session).header() == {}
