"""Tokens for an application itself: had, refused in words, or unreadable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.errors import PermanentError, RetriableError
from integrations.client_credentials import client_credentials
from integrations.crm.sap_v2 import SapV2
from integrations.http import Http
from integrations.record import CrmSettings, Token
from tests.fakes.crms.loopback import LoopbackCrm

SECRET = "Invented+5ecret&="


class Giver(LoopbackCrm):
    """Answers what it is told to, and keeps what it was asked."""

    status = 200
    said: Any = None
    form: dict[str, str]

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        self.form = {name: str(value) for name, value in (await request.post()).items()}
        if isinstance(self.said, str):
            return web.Response(status=self.status, text=self.said)
        return web.json_response(self.said, status=self.status)


async def fetched(status: int, said: Any) -> tuple[Token, dict[str, str]]:
    async with Giver() as server, Http(timeout=2.0, tries=1) as http:
        server.status, server.said = status, said
        crm = SapV2(CrmSettings("acme", secrets={"secret_env": SECRET}), http)
        form = {"client_id": "baton", "client_secret": SECRET, "scope": "a b"}
        return await client_credentials(crm, f"{server.url}/token", form), server.form


async def test_a_token_is_had_for_id_and_secret_and_lasts_as_long_as_is_said() -> None:
    token, form = await fetched(200, {"access_token": "invented", "expires_in": "1799"})
    assert form == {"grant_type": "client_credentials", "client_id": "baton", "client_secret": SECRET, "scope": "a b"}
    assert token.value == "invented"
    assert token.until is not None
    assert abs(token.until - datetime.now(UTC) - timedelta(seconds=1799)) < timedelta(seconds=30)


async def test_a_token_without_an_end_is_held_for_an_hour() -> None:
    token, _ = await fetched(200, {"access_token": "invented"})
    assert token.until is not None
    assert token.until - datetime.now(UTC) > timedelta(minutes=55)


async def test_a_refusal_is_told_without_the_secret() -> None:
    said = {"error": "invalid_client", "error_description": f"Bad secret {SECRET}.\r\nTrace ID: 1"}
    with pytest.raises(PermanentError, match=r"acme does not let us in: Bad secret •••\. Trace ID: 1"):
        await fetched(401, said)
    with pytest.raises(PermanentError, match="acme does not let us in: unauthorized_client"):
        await fetched(400, {"error": "unauthorized_client"})
    with pytest.raises(PermanentError, match=r"does not let us in \(403\)"):
        await fetched(403, "<html>Forbidden</html>")


@pytest.mark.parametrize("said", ["<html>", {}, [], {"access_token": "a", "expires_in": "soon"}])
async def test_what_cannot_be_read_may_be_asked_for_again(said: Any) -> None:
    with pytest.raises(RetriableError, match="cannot be read"):
        await fetched(200, said)


async def test_a_server_that_fails_may_be_asked_again() -> None:
    with pytest.raises(RetriableError):
        await fetched(503, "busy")
