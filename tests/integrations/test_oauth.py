"""Tokens by OAuth 2.0: what is asked, what is kept of a rotated refresh token, refusals in the network's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestServer

from bot.errors import PermanentError, RetriableError, unquoted
from bot.ports.tokens import Renew
from integrations.http import Http
from integrations.oauth import TokenRefusedError, by_client_credentials, by_refresh_token

REFRESH = "the-refresh-token"


@dataclass
class Giver:
    """A token endpoint that says what it is told to."""

    asked: list[dict[str, str]] = field(default_factory=list)
    basic: list[str | None] = field(default_factory=list)
    status: int = 200
    said: Any = None
    refused: set[str] = field(default_factory=set)
    url: str = ""

    async def give(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        self.basic.append(request.headers.get("Authorization"))
        if form.get("refresh_token") in self.refused:
            return web.json_response({"error": "invalid_grant", "error_description": "It was used."}, status=400)
        if isinstance(self.said, str):
            return web.Response(status=self.status, text=self.said)
        plain = {"access_token": f"token-{len(self.asked)}", "expires_in": 3600}
        return web.json_response(plain if self.said is None else self.said, status=self.status)


@pytest.fixture
async def giver() -> AsyncIterator[Giver]:
    giver, app = Giver(), web.Application()
    app.router.add_post("/token", giver.give)
    async with TestServer(app) as server:
        giver.url = str(server.make_url("/token"))
        yield giver


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(tries=1) as http:
        yield http


def refreshing(http: Http, giver: Giver, configured: str = REFRESH, **more: Any) -> Renew:
    return by_refresh_token(http.send, giver.url, "the-client", "the-secret", configured, **more)


async def test_the_configured_refresh_token_is_used_until_another_is_kept(giver: Giver, http: Http) -> None:
    renew = refreshing(http, giver)
    first = await renew(None)
    form = {"grant_type": "refresh_token", "client_id": "the-client", "client_secret": "the-secret"}
    assert giver.asked == [{**form, "refresh_token": REFRESH}]
    assert first.access == "token-1"
    assert first.refresh == REFRESH
    assert first.ends_at is not None
    assert abs(first.ends_at - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=30)
    giver.said = {"access_token": "a", "expires_in": "60", "refresh_token": "second", "refresh_token_expires_in": 120}
    second = await renew("first")
    assert giver.asked[-1]["refresh_token"] == "first"
    assert second.refresh == "second"
    assert second.refresh_ends_at is not None
    assert second.refresh_ends_at - datetime.now(UTC) < timedelta(seconds=121)


async def test_where_the_kept_refresh_token_is_refused_the_configured_one_is_tried(giver: Giver, http: Http) -> None:
    giver.refused = {"used up"}
    token = await refreshing(http, giver)("used up")
    assert [form["refresh_token"] for form in giver.asked] == ["used up", REFRESH]
    assert token.refresh == REFRESH
    giver.refused.add(REFRESH)
    with pytest.raises(PermanentError, match="It was used"):
        await refreshing(http, giver)("used up")
    with pytest.raises(PermanentError, match="no refresh token"):
        await refreshing(http, giver, "")(None)


async def test_id_and_secret_travel_in_a_header_where_the_network_wants_that(giver: Giver, http: Http) -> None:
    await refreshing(http, giver, basic=True, more={"scope": "read write"})(None)
    assert giver.asked == [{"grant_type": "refresh_token", "refresh_token": REFRESH, "scope": "read write"}]
    assert giver.basic == [encode_basic_auth("the-client", "the-secret")]


async def test_an_application_has_tokens_for_itself(giver: Giver, http: Http) -> None:
    token = await by_client_credentials(http.send, giver.url, "the-client", "the-secret", more={"scope": "a"})(None)
    form = {"grant_type": "client_credentials", "client_id": "the-client", "client_secret": "the-secret"}
    assert giver.asked == [{**form, "scope": "a"}]
    assert (token.access, token.refresh) == ("token-1", None)


@pytest.mark.parametrize(
    ("status", "said", "words", "code"),
    [
        (400, {"error": "invalid_grant", "error_description": "Expired\nor revoked."}, "Expired or revoked.", "invalid_grant"),
        (400, {"error": "unauthorized_client"}, "", "unauthorized_client"),
        (400, {"error": {"message": "Session has expired", "code": 190}}, "Session has expired", "190"),
        (401, {"message": "Unauthorized", "error": 401}, "Unauthorized", "401"),
        (200, {"error": "invalid_grant"}, "", "invalid_grant"),
        (401, {"fault": {"faultstring": "Bad id", "detail": {"errorcode": "oauth.v2"}}}, "Bad id", "oauth.v2"),
        (403, "<html>Forbidden</html>", "", "403"),
        (400, {}, "", "400"),
    ],
)  # fmt: skip
async def test_a_refusal_is_told_in_the_words_of_the_network(
    giver: Giver, http: Http, status: int, said: Any, words: str, code: str
) -> None:
    giver.status, giver.said = status, said
    with pytest.raises(TokenRefusedError, match="permission again") as refused:
        await refreshing(http, giver)(None)
    assert (refused.value.words, refused.value.code) == (words, code)
    assert REFRESH not in str(refused.value)
    # A log does not have the words of others.
    assert not words or words not in unquoted(str(refused.value))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, "<html>"),
        (200, {}),
        (200, []),
        (200, {"access_token": "a", "expires_in": "soon"}),
        (200, {"access_token": "a", "expires_in": "NaN"}),
        (400, {"error": "temporarily_unavailable"}),
        (503, "busy"),
    ],
)
async def test_what_passes_may_be_asked_again(giver: Giver, http: Http, status: int, said: Any) -> None:
    giver.status, giver.said = status, said
    with pytest.raises(RetriableError):
        await refreshing(http, giver)(None)


@pytest.mark.parametrize("seconds", [None, 0, "0.0", 1e300, -5])
async def test_a_token_without_a_sensible_end_has_none(giver: Giver, http: Http, seconds: Any) -> None:
    giver.said = {"access_token": "a", "expires_in": seconds}
    assert (await refreshing(http, giver)(None)).ends_at is None
