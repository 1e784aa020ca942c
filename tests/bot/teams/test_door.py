"""The door: only what Teams has signed for this app comes in, and nothing that is secret gets into the log."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from bot.teams import door as door_module
from bot.teams.adapter import Answer
from bot.teams.settings import TeamsSettings
from tests.bot.teams.doors import Open, open_door
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_identity import private_key
from tests.fakes.teams_talk import Json


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as teams:
        yield teams


@pytest.fixture
async def door(teams: FakeTeams) -> AsyncIterator[Open]:
    async with open_door(teams) as opened:
        yield opened


def message(teams: FakeTeams, **changed: Any) -> Json:
    ana = teams.colleague("Ana Lima")
    activity = teams.scene.message(ana, teams.personal(ana), "claim B-12", "1", "2026-01-05T10:00:00.000Z")
    return activity | changed


async def post(teams: FakeTeams, body: bytes, **headers: str) -> tuple[int, str]:
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(teams.bot_url, data=io.BytesIO(body), headers=sent) as answer,
    ):
        return answer.status, await answer.text()


def authorized(teams: FakeTeams) -> str:
    return f"Bearer {teams.identity.token(teams.service_url)}"


async def test_a_delivery_of_teams_comes_in_as_it_was_sent(door: Open, teams: FakeTeams) -> None:
    sent = message(teams)
    delivered = await teams.deliver(sent)
    assert (delivered.status, delivered.body) == (200, None)
    assert door.heard == [sent]


async def test_an_invoke_is_answered_with_its_body(door: Open, teams: FakeTeams) -> None:
    door.answer = Answer(
        200, {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Done"}
    )
    ana = teams.colleague("Ana Lima")
    delivered = await teams.dialog("fetch", ana, teams.personal(ana), {"verb": "claim"})
    assert (delivered.status, delivered.body) == (200, door.answer.body)


async def test_an_invoke_that_nobody_answers_is_not_implemented(door: Open, teams: FakeTeams) -> None:
    ana = teams.colleague("Ana Lima")
    assert (await teams.dialog("fetch", ana, teams.personal(ana), {})).status == 501


async def test_what_goes_wrong_inside_stays_inside(
    door: Open, teams: FakeTeams, caplog: pytest.LogCaptureFixture
) -> None:
    door.raises = ValueError("a detail of the inside")
    delivered = await teams.deliver(message(teams))
    assert (delivered.status, delivered.body) == (500, {"error": "Baton failed"})
    assert "a detail of the inside" in caplog.text


def unsigned(teams: FakeTeams) -> str:
    return jwt.encode(teams.identity.claims(teams.service_url), "", algorithm="none", headers={"kid": "key-1"})


def signed_with_the_public_key(teams: FakeTeams) -> str:
    """HS256 with what everybody knows as the secret: the classic confusion of algorithms."""
    public = private_key("key-1").public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    parts = ({"alg": "HS256", "typ": "JWT", "kid": "key-1"}, teams.identity.claims(teams.service_url))
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_encoded(hmac.digest(pem, signed.encode(), hashlib.sha256))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def tampered(teams: FakeTeams) -> str:
    head, _, signature = teams.identity.token(teams.service_url).split(".")
    claims = teams.identity.claims(teams.service_url, exp=int(time.time()) + 99_999)
    return f"{head}.{_encoded(json.dumps(claims).encode())}.{signature}"


def without_key_id(teams: FakeTeams) -> str:
    return jwt.encode(teams.identity.claims(teams.service_url), private_key("key-1"), algorithm="RS256")


def minted(**changed: Any) -> Callable[[FakeTeams], str]:
    return lambda teams: teams.identity.token(teams.service_url, **changed)


FORGERIES: dict[str, Callable[[FakeTeams], str]] = {
    "forged": minted(key="somebody else's"),
    "tampered": tampered,
    "expired": minted(exp=int(time.time()) - 3600),
    "not yet valid": minted(nbf=int(time.time()) + 3600),
    "without an end": minted(exp=None),
    "with an end that is no time": minted(exp="tomorrow"),
    "with an end that is true": minted(exp=True),
    "without a key id": without_key_id,
    "signed with an unknown key": minted(key="key-1", kid="key-9"),
    "for another app": minted(aud="00000000-0000-0000-0000-000000000000"),
    "for no app": minted(aud=None),
    "for several apps": minted(aud=["another", FakeTeams.app_id]),
    "of another issuer": minted(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
    "of no issuer": minted(iss=None),
    "for another service address": minted(serviceurl="https://evil.example/"),
    "for no service address": minted(serviceurl=None),
    "unsigned": unsigned,
    "HS256 with the public key": signed_with_the_public_key,
    "garbage": lambda teams: "garbage",
    "three parts of garbage": lambda teams: "a.b.c",
    "empty parts": lambda teams: "..",
    "not ASCII": lambda teams: "é.ü.ñ",
    "endless": lambda teams: "e" * 7000,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_token_that_is_not_right_is_refused_and_not_logged(
    forge: Callable[[FakeTeams], str], door: Open, teams: FakeTeams, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = forge(teams)
    status, said = await post(teams, json.dumps(message(teams)).encode(), Authorization=f"Bearer {token}")
    assert (status, json.loads(said)) == (401, {"error": "invalid request"})
    assert door.heard == []
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("baton"))
    assert "A delivery was refused" in ours
    for part in [token, *(part for part in token.split(".") if len(part) > 8)]:
        assert part not in caplog.text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a b", "garbage"])
async def test_a_header_without_a_bearer_token_is_refused(header: str, door: Open, teams: FakeTeams) -> None:
    status, _ = await post(teams, json.dumps(message(teams)).encode(), Authorization=header)
    assert status == 401
    assert door.heard == []


async def test_a_delivery_without_the_header_is_refused_before_its_body_is_read(door: Open, teams: FakeTeams) -> None:
    assert (await post(teams, b"{"))[0] == 401
    assert (await post(teams, b"x" * 2_000_000))[0] == 401
    assert door.heard == []


async def test_a_key_that_does_not_speak_for_teams_is_refused(door: Open, teams: FakeTeams) -> None:
    teams.identity.keys = {"key-1": ["webchat", "directline"]}
    assert (await teams.deliver(message(teams))).status == 401
    teams.identity.keys = {"key-2": []}
    teams.identity.key_id = "key-2"
    assert (await teams.deliver(message(teams))).status == 401
    assert door.heard == []


@pytest.mark.parametrize("channel", ["webchat", "emulator", "", None])
async def test_an_activity_of_another_channel_is_refused(channel: str | None, door: Open, teams: FakeTeams) -> None:
    assert (await teams.deliver(message(teams, channelId=channel))).status == 401


@pytest.mark.parametrize("url", ["http://smba.trafficmanager.net/emea/", "https://evil.example/", "", None, 7])
async def test_an_activity_that_would_be_answered_elsewhere_is_refused(url: Any, door: Open, teams: FakeTeams) -> None:
    token = teams.identity.token(str(url))
    assert (await teams.deliver(message(teams, serviceUrl=url), token)).status == 401
    assert door.heard == []


async def test_clocks_may_be_a_little_apart(door: Open, teams: FakeTeams) -> None:
    now = int(time.time())
    for claims in ({"exp": now - 240}, {"nbf": now + 240}, {"nbf": None}):
        token = teams.identity.token(teams.service_url, **claims)
        assert (await teams.deliver(message(teams), token)).status == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'{"text": "no type"}', b'{"type": "message", "conversation": 7}', b"\xff\xfe"]
)
async def test_what_is_no_activity_is_refused(body: bytes, door: Open, teams: FakeTeams) -> None:
    assert (await post(teams, body, Authorization=authorized(teams)))[0] == 400
    assert door.heard == []


async def test_what_is_not_said_to_be_json_is_refused(door: Open, teams: FakeTeams) -> None:
    sent = json.dumps(message(teams)).encode()
    status, _ = await post(teams, sent, Authorization=authorized(teams), Content_Type="text/plain")
    assert status == 415


async def test_a_body_of_more_than_a_megabyte_is_refused(door: Open, teams: FakeTeams) -> None:
    large = json.dumps(message(teams, text="x" * 1_000_000)).encode()
    assert (await post(teams, large, Authorization=authorized(teams)))[0] == 413

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    headers = {"Authorization": authorized(teams), "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(teams.bot_url, data=parts(), headers=headers) as answer,
    ):
        assert answer.status == 413
    almost = json.dumps(message(teams, text="x" * 900_000)).encode()
    assert (await post(teams, almost, Authorization=authorized(teams)))[0] == 200


async def test_a_body_that_does_not_come_is_given_up(
    door: Open, teams: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module, "BODY_SECONDS", 0.2)
    host, port = "127.0.0.1", int(teams.bot_url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection(host, port)
    head = f"POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: {authorized(teams)}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode())
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()


async def test_a_local_client_needs_no_token_but_has_to_be_here(teams: FakeTeams) -> None:
    async with open_door(teams, TeamsSettings("", local_client=True)) as door:
        sent = json.dumps(message(teams)).encode()
        assert (await post(teams, sent))[0] == 200
        assert (await post(teams, sent, Authorization="Bearer whatever"))[0] == 200
        assert len(door.heard) == 2
        # A page in the person's browser: another name for this machine, or a form that needs no leave.
        assert (await post(teams, sent, Host="evil.example"))[0] == 401
        assert (await post(teams, sent, Content_Type="text/plain"))[0] == 415
        assert (await post(teams, sent, Origin="https://evil.example"))[0] == 401
        # Strangers, through a proxy that was set up for the real thing.
        for header in ("X-Forwarded-For", "x-forwarded-proto", "Forwarded", "Via", "X-Real-IP"):
            assert (await post(teams, sent, **{header: "203.0.113.7"}))[0] == 401
        elsewhere = json.dumps(message(teams, serviceUrl="https://evil.example/")).encode()
        assert (await post(teams, elsewhere))[0] == 401
        assert len(door.heard) == 2
