"""The official Bolt for JavaScript lives in the playground: command, modal, button, shortcut, Home, over both deliveries."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.playground.process import People, PlaygroundProcess
from tests.playground.waiting import until

Json = dict[str, Any]
SCRIPTS = Path(__file__).parent / "js"
FLOOR = "C0FLOOR001"


def manifest(mode: str, url: str = "http://127.0.0.1:9/") -> Json:
    events = ["app_mention", "app_home_opened", "message.channels"]
    return {
        "display_information": {"name": "Asker"},
        "features": {
            "bot_user": {"display_name": "asker"},
            "slash_commands": [
                {"command": "/greet", "description": "Greets", "url": url},
                {"command": "/ask", "description": "Asks", "url": url},
            ],
            "shortcuts": [{"name": "Look", "type": "message", "callback_id": "look", "description": "Looks"}],
        },
        "settings": {
            "socket_mode_enabled": mode == "socket",
            "interactivity": {"is_enabled": True, "request_url": url},
            "event_subscriptions": {"request_url": url, "bot_events": events},
        },
    }


@asynccontextmanager
async def bolt_app(playground: PlaygroundProcess, mode: str) -> AsyncIterator[int | None]:
    """Runs the app and answers the port it listens on, if it does."""
    process = await asyncio.create_subprocess_exec(
        "node",
        "bolt_app.mjs",
        cwd=SCRIPTS,
        env={**os.environ, "PLAYGROUND_API": playground.api_url, "MODE": mode},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            started = json.loads(await process.stdout.readline())
        yield started["port"]
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
                await process.wait()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_official_javascript_client_lives_in_the_playground(mode: str, tmp_path: Path) -> None:
    process = PlaygroundProcess(tmp_path, manifest=manifest(mode), PLAYGROUND_RETRY_SECONDS="0.2,0.4,0.6")
    with process as playground:
        async with People(playground.url) as people, bolt_app(playground, mode) as port:
            if port is not None:
                playground.declare(manifest(mode, f"http://127.0.0.1:{port}/slack/events"))
            await until(lambda: _connected(people))
            await command_and_modal(people)
            await button_and_shortcut(people)
            await mention_and_home(people)
            counters = await people.counters()
            assert counters["failed"] == {}
            assert counters["refused"] == {}


async def command_and_modal(people: People) -> None:
    answer = await people.do("slash", "ana", channel="floor", text="/greet you")
    assert answer["response"]["text"] == "Hello <@U0ANALIMA1>: you"
    await people.do("slash", "ana", channel="floor", text="/ask")
    await until(lambda: _view(people))
    view = await people.view("ana")
    empty = await people.try_to("submit", "ana", view_id=view["id"], values={})
    assert empty["error"] == "missing_fields"
    refused = await people.do("submit", "ana", view_id=view["id"], values={"question": "bad"})
    assert refused["errors"] == {"question": "Ask something else."}
    values = {"question": {"text": "why?"}, "user": "U0BENOKORO"}
    assert (await people.do("submit", "ana", view_id=view["id"], values=values))["view"] is None
    asked = await until(lambda: _message(people, "asks"))
    assert asked["text"] == "<@U0ANALIMA1> asks <@U0BENOKORO>: why?"


async def button_and_shortcut(people: People) -> None:
    asked = await until(lambda: _message(people, "asks"))
    await people.do("click", "ben", channel="floor", ts=asked["ts"], action_id="claim")
    claimed = await until(lambda: _message(people, "claimed"))
    assert claimed["ts"] == asked["ts"]
    assert claimed["blocks"][0]["text"]["text"] == "B-1 claimed by <@U0BENOKORO>"
    private = await until(lambda: _message(people, "It is yours."))
    assert private["ephemeral"]
    assert "It is yours." not in [message["text"] for message in await people.messages("chloe")]
    await people.do("shortcut", "ben", channel="floor", ts=asked["ts"], callback_id="look")
    await until(lambda: _reactions(people, asked["ts"]))


async def mention_and_home(people: People) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="@asker count"))["ts"]
    thread = await until(lambda: _thread(people, ts, 4))
    assert thread[1]["text"] == "2 messages, 1 questions"
    assert thread[2]["files"][0]["name"] == "note.txt"
    (image,) = thread[3]["blocks"]
    assert (image["alt_text"], image["title"]["text"]) == ("One dot", "Dot")
    assert image["slack_file"]["id"].startswith("F")
    home = (await people.see("home", "ana"))["view"]
    assert home["blocks"][0]["text"]["text"] == "Welcome"


async def _connected(people: People) -> bool:
    return bool((await people.see("workspace", "ana"))["connected"])


async def _view(people: People) -> bool:
    return (await people.see("view", "ana"))["view"] is not None


async def _message(people: People, part: str) -> Json | None:
    return next((message for message in await people.messages("ben") if part in message["text"]), None)


async def _reactions(people: People, ts: str) -> bool:
    return any(message["ts"] == ts and "reactions" in message for message in await people.messages("ben"))


async def _thread(people: People, ts: str, count: int) -> list[Json] | None:
    thread = await people.messages("ben", thread_ts=ts)
    return thread if len(thread) >= count else None
