"""Answers go to the system that delivered the post, signed as its deliveries are."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from bot.domain.post import Author, Post
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.source import SourceSettings

SECRET = "whsec_ZGVzay1zZWNyZXQtb2YtdGhlLXRlc3Q="
NOW = datetime.now(UTC)
POST = Post(network="mastodon", account="acme", external_id="7", author=Author(handle="maya"), text="hi", posted_at=NOW)


class Desk:
    """A system that takes answers; `status` and `said` are what it answers with."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, object]] = {}
        self.status = 200
        self.said = '{"external_id": "a-1", "url": "https://desk.example/a-1"}'

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        Webhook(SECRET).verify(body, dict(request.headers))
        self.taken[request.headers["webhook-id"]] = json.loads(body)
        headers = {"Retry-After": "30"} if self.status == 429 else {}
        return web.Response(status=self.status, text=self.said, headers=headers)


@pytest.fixture
async def desk() -> AsyncIterator[tuple[Desk, GenericWebhook]]:
    desk = Desk()
    app = web.Application()
    app.router.add_post("/answers", desk.take)
    async with TestServer(app) as server, Http(patience=0) as http:
        options = {"reply_url": str(server.make_url("/answers")), "longest": 500}
        settings = SourceSettings("desk", secret=SECRET, options=options)
        yield desk, GenericWebhook(settings, http)


async def test_an_answer_is_handed_over_once_under_its_key(desk: tuple[Desk, GenericWebhook]) -> None:
    system, source = desk
    assert source.refuses(POST, NOW) is None
    assert source.capabilities().longest == 500
    for _ in range(2):
        sent = await source.reply(POST, "We are sorry. 🙏", "key-1")
        assert (sent.external_id, sent.url) == ("a-1", "https://desk.example/a-1")
    assert system.taken == {
        "key-1": {
            "kind": "answer",
            "post": {"network": "mastodon", "account": "acme", "external_id": "7"},
            "text": "We are sorry. 🙏",
        }
    }


@pytest.mark.parametrize("said", ["", "thanks", "[]", "{}"])
async def test_a_system_that_names_no_id_is_content_with_ours(desk: tuple[Desk, GenericWebhook], said: str) -> None:
    system, source = desk
    system.said = said
    assert (await source.reply(POST, "hello", "key-2")).external_id == "key-2"


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, PermanentError), (403, PermanentError), (429, RetriableError), (500, UnknownResultError)],
)
async def test_what_the_system_says_decides_what_is_known(
    desk: tuple[Desk, GenericWebhook], status: int, error: type[Exception]
) -> None:
    system, source = desk
    system.status, system.said = status, "no such thread"
    with pytest.raises(error, match="no such thread") as raised:
        await source.reply(POST, "hello", "key-3")
    assert type(raised.value) is error


async def test_without_an_address_nothing_can_be_answered() -> None:
    source = GenericWebhook(SourceSettings("desk", secret=SECRET), Http())
    assert source.refuses(POST, NOW)
    with pytest.raises(PermanentError):
        await source.reply(POST, "hello", "key")
