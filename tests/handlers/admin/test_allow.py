"""`sources allow`: an address to open, a code that is pasted back, and a token that is kept sealed and nowhere shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.config import Config
from bot.errors import NotSetError, UserError
from handlers.admin.allow import REDIRECT
from tests.handlers.admin.commands import Installed

CODE, GRANTED = "4/0A-the-code", "the-granted-refresh-token"


@dataclass
class Network:
    """Gives a token for the code."""

    forms: list[dict[str, str]] = field(default_factory=list)
    answer: web.Response | None = None
    url: str = ""

    async def give(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        if self.answer is not None:
            return self.answer
        fresh = {"access_token": "the-access-token", "expires_in": 3599, "refresh_token_expires_in": 31_536_000}
        return web.json_response(fresh | {"refresh_token": GRANTED})


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    network, app = Network(), web.Application()
    app.router.add_post("/token", network.give)
    async with TestServer(app) as server:
        network.url = str(server.make_url("/"))
        yield network


@pytest.fixture
def installed(network: Network, tmp_path: Path) -> Installed:
    part = {"kind": "youtube", "url": network.url, "channel": "UC1", "api_key_env": "KEY"}
    app = {"client_id_env": "ID", "client_secret_env": "SECRET"}
    feed = {"kind": "rss", "url": "https://acme.example/feed"}
    config = Config.model_validate({"sources": {"yt": part | app, "bare": part, "feed": feed}})
    return Installed(tmp_path, config=config, environment={"KEY": "key", "ID": "the-client", "SECRET": "the-secret"})


async def test_the_code_of_the_page_becomes_a_token_that_is_kept_and_shown_nowhere(
    installed: Installed, network: Network
) -> None:
    result = await installed.run("sources", "allow", "yt", typed=f"{CODE}\n")
    assert result.exit_code == 0, result.output
    address = re.search(r"http\S+/o/oauth2/v2/auth\?\S+", result.output)
    assert address is not None
    asked = parse_qs(urlsplit(address[0]).query)
    assert asked["redirect_uri"] == [REDIRECT]
    assert asked["access_type"] == ["offline"]
    [form] = network.forms
    assert (form["grant_type"], form["code"], form["redirect_uri"]) == ("authorization_code", CODE, REDIRECT)
    assert (form["client_id"], form["client_secret"]) == ("the-client", "the-secret")
    assert len(form["code_verifier"]) >= 43
    assert "yt may act now. Its token is kept encrypted, and renewed by itself. The permission ends on" in result.output
    for secret in (GRANTED, "the-access-token", "the-secret", form["code_verifier"]):
        assert secret not in result.output
        for kept in installed.data_dir.iterdir():
            assert secret.encode() not in kept.read_bytes()
    async with installed.sources() as opened:
        tokens = opened["yt"].tokens
        assert tokens is not None
        token = await tokens.keeper.kept("yt")
        assert token is not None
        assert (token.access, token.refresh) == ("the-access-token", GRANTED)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "There is no code in that"),
        (f"{REDIRECT}?code={CODE}&state=of-another", "not the answer to the address above"),
        (
            f"{REDIRECT}?error=access_denied&error_description=The+owner+said+no",
            "The network says no: The owner said no",
        ),
    ],
)
async def test_what_was_pasted_wrongly_is_said_plainly(
    installed: Installed, network: Network, typed: str, words: str
) -> None:
    result = await installed.run("sources", "allow", "yt", typed=f"{typed}\n")
    assert isinstance(result.exception, UserError)
    assert words in result.exception.message
    assert not network.forms


async def test_a_code_that_the_network_does_not_take_is_refused_in_its_words(
    installed: Installed, network: Network
) -> None:
    network.answer = web.json_response(
        {"error": "invalid_grant", "error_description": "Malformed auth code."}, status=400
    )
    result = await installed.run("sources", "allow", "yt", typed=f"{CODE}\n")
    assert "Malformed auth code." in str(result.exception)
    assert CODE not in str(result.exception)
    async with installed.storage() as storage, storage.reading() as uow:
        kept = await uow.tokens.get("yt")
        assert kept is None or (kept.sealed is None and not kept.failure)


async def test_the_redirect_address_of_the_app_can_be_another(installed: Installed, network: Network) -> None:
    await installed.run("sources", "allow", "yt", "--redirect", "https://acme.example/back", typed=f"{CODE}\n")
    assert network.forms[0]["redirect_uri"] == "https://acme.example/back"


async def test_without_a_secret_to_seal_it_with_no_token_is_asked_for(installed: Installed, network: Network) -> None:
    installed.sealing = False
    result = await installed.run("sources", "allow", "yt", typed=f"{CODE}\n")
    assert isinstance(result.exception, UserError)
    assert "BATON_SECRET" in result.exception.hint
    assert not network.forms


async def test_a_source_that_cannot_be_allowed_says_why(installed: Installed) -> None:
    result = await installed.run("sources", "allow", "feed")
    assert isinstance(result.exception, UserError)
    assert "docs/networks/rss.md" in result.exception.hint
    result = await installed.run("sources", "allow", "nobody")
    assert isinstance(result.exception, UserError)
    assert "bare, feed" in result.exception.hint or "yt" in result.exception.hint
    result = await installed.run("sources", "allow", "bare")
    assert isinstance(result.exception, NotSetError)
    assert "client_id_env" in str(result.exception)


async def test_what_is_kept_can_be_dropped(installed: Installed) -> None:
    await installed.run("sources", "allow", "yt", typed=f"{CODE}\n")
    assert "yt: dropped" in (await installed.run("sources", "allow", "yt", "--forget")).output
    assert "nothing was kept" in (await installed.run("sources", "allow", "yt", "--forget")).output
