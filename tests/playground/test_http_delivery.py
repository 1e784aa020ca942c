"""Delivery over HTTP: signed as Slack signs, with the challenge first, and to this machine only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from playground.delivery.envelope import signature
from playground.delivery.http_push import is_local
from tests.playground.process import SIGNING_SECRET, People, PlaygroundProcess
from tests.playground.test_limits import actions, button, modal, plain
from tests.playground.waiting import until

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.Response]]


def manifest_for(url: str) -> Json:
    return {
        "display_information": {"name": "Helper"},
        "features": {
            "bot_user": {"display_name": "Helper"},
            "slash_commands": [
                {"command": "/greet", "description": "Greets", "url": url, "should_escape": True},
                {"command": "/form", "description": "Opens a form", "url": url},
            ],
            "shortcuts": [{"name": "Look", "type": "message", "callback_id": "look", "description": "Looks"}],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
        "settings": {
            "interactivity": {"is_enabled": True, "request_url": url},
            "event_subscriptions": {"request_url": url, "bot_events": ["message.channels", "app_mention"]},
        },
    }


class Receiver:
    """An HTTP server for an app, on a free port."""

    def __init__(self) -> None:
        self.handler: Handler | None = None
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        self.bodies.append(await request.read())
        assert self.handler is not None
        return await self.handler(request)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = web.Application()
    server.router.add_post("/slack/events", receiver.answer)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def workspace(tmp_path: Path, receiver: Receiver) -> AsyncIterator[tuple[PlaygroundProcess, People]]:
    process = PlaygroundProcess(tmp_path, manifest=manifest_for(receiver.url), PLAYGROUND_RETRY_SECONDS="0.1,0.2,0.3")
    with process:
        async with People(process.url) as people:
            yield process, people


def test_the_signature_is_the_one_slack_documents() -> None:
    """Slack's client library verifies what the playground signs."""
    verifier = SignatureVerifier("secret")
    signed = signature("secret", "1531420618", b"token=xyz&text=94070")
    assert verifier.generate_signature(timestamp="1531420618", body="token=xyz&text=94070") == signed


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080/slack/events", True),
        ("http://localhost:8080/", True),
        ("http://[::1]:8080/", True),
        ("https://hooks.acme.example/", False),
        ("http://127.0.0.1.acme.example/", False),
        ("http://10.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_this_machine_is_delivered_to(url: str, local: bool) -> None:
    assert is_local(url) is local


async def test_bolt_takes_commands_buttons_and_forms_over_http(
    receiver: Receiver, workspace: tuple[PlaygroundProcess, People]
) -> None:
    playground, people = workspace
    app = AsyncApp(client=playground.client(), signing_secret=SIGNING_SECRET, process_before_response=True)
    heard: list[Any] = []

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    @app.command("/greet")
    async def greet(ack: AsyncAck, body: Json) -> None:
        await ack(f"hello {body['text']}")

    @app.command("/form")
    async def form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        field = {"type": "plain_text_input", "action_id": "a"}
        block = {"type": "input", "block_id": "b", "label": plain("Name"), "element": field}
        await client.views_open(trigger_id=body["trigger_id"], view={**modal(block), "callback_id": "form"})
        await ack()

    @app.view("form")
    async def submitted(ack: AsyncAck, view: Json) -> None:
        heard.append(view["state"]["values"]["b"]["a"]["value"])
        await ack(response_action="errors", errors={"b": "No."})

    @app.action("go")
    async def go(ack: AsyncAck, action: Json) -> None:
        heard.append(action["value"])
        await ack()

    @app.shortcut("look")
    async def look(ack: AsyncAck, body: Json) -> None:
        heard.append(body["message"]["text"])
        await ack()

    @app.event("app_mention")
    async def mentioned(event: Json) -> None:
        heard.append(event["text"])

    @app.event("message")
    async def said() -> None:
        heard.append("message")

    receiver.handler = handle
    answer = await people.do("slash", "ana", channel="floor", text="/greet @ben in #floor & <all>")
    assert answer["response"]["text"] == "hello <@U0BENOKORO|ben> in <#C0FLOOR001|floor> &amp; &lt;all&gt;"
    await people.do("slash", "ana", channel="floor", text="/form")
    view = await people.view("ana")
    refused = await people.do("submit", "ana", view_id=view["id"], values={"b": "Maya"})
    assert refused["errors"] == {"b": "No."}
    client = playground.client()
    ts = (await client.chat_postMessage(channel="floor", text="card", blocks=[actions(button(value="B-1"))]))["ts"]
    await people.do("click", "ana", channel="floor", ts=ts, action_id="go")
    await people.do("shortcut", "ana", channel="floor", ts=ts, callback_id="look")
    await people.do("message", "ana", channel="floor", text="@helper hello")
    await until(lambda: "<@U0BATON001> hello" in heard and "message" in heard)
    assert heard[:3] == ["Maya", "B-1", "card"]
    assert (await people.try_to("slash", "ana", channel="floor", text="/other"))["error"] == "unknown_command"
    other = await people.try_to("shortcut", "ana", channel="floor", ts=ts, callback_id="other")
    assert other["error"] == "unknown_shortcut"


async def test_an_app_with_another_secret_refuses_what_comes(
    receiver: Receiver, workspace: tuple[PlaygroundProcess, People]
) -> None:
    playground, people = workspace
    app = AsyncApp(client=playground.client(), signing_secret="another", process_before_response=True)

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    receiver.handler = handle
    answer = await people.try_to("slash", "ana", channel="floor", text="/greet")
    assert answer["error"] == "dispatch_failed"
    assert "401" in answer["detail"]


async def test_events_come_after_the_challenge_and_again_with_slacks_headers(
    receiver: Receiver, workspace: tuple[PlaygroundProcess, People]
) -> None:
    _, people = workspace

    async def handle(request: web.Request) -> web.Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return web.json_response({"challenge": body["challenge"]})
        return web.Response(status=200 if "X-Slack-Retry-Num" in request.headers else 500)

    receiver.handler = handle
    await people.do("message", "ana", channel="floor", text="hello")
    await until(lambda: len(receiver.requests) == 3)
    challenge, first, again = receiver.requests
    assert (await challenge.json())["type"] == "url_verification"
    assert "X-Slack-Retry-Num" not in first.headers
    assert (again.headers["X-Slack-Retry-Num"], again.headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
    verifier = SignatureVerifier(SIGNING_SECRET)
    for request, body in zip(receiver.requests, receiver.bodies, strict=True):
        assert verifier.is_valid_request(body, dict(request.headers))


async def test_an_app_may_ask_for_no_retry(receiver: Receiver, workspace: tuple[PlaygroundProcess, People]) -> None:
    _, people = workspace

    async def handle(request: web.Request) -> web.Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return web.Response(text=body["challenge"])
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    receiver.handler = handle
    await people.do("message", "ana", channel="floor", text="hello")
    await until(lambda: len(receiver.requests) == 2)
    await asyncio.sleep(0.5)
    assert len(receiver.requests) == 2


async def test_the_manifest_is_read_again_when_it_changes(
    receiver: Receiver, workspace: tuple[PlaygroundProcess, People]
) -> None:
    playground, people = workspace
    assert [entry["command"] for entry in (await people.see("workspace", "ana"))["commands"]] == ["/greet", "/form"]
    changed = manifest_for(receiver.url)
    changed["features"]["slash_commands"] = [{"command": "/new", "description": "New", "usage_hint": "[what]"}]
    playground.declare(changed)
    commands = (await people.see("workspace", "ana"))["commands"]
    assert commands == [{"command": "/new", "description": "New", "usage_hint": "[what]"}]
    playground.manifest_path.write_text("{", encoding="utf-8")
    assert (await people.see("workspace", "ana"))["commands"] == commands
