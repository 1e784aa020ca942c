"""What a person may do and see, who may ask at all, and what a page hears while it is open."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import People, PlaygroundProcess

Json = dict[str, Any]
FLOOR = "C0FLOOR001"


REFUSED_DEEDS: list[tuple[str, Json, str]] = [
    ("message", {"user": "nobody", "channel": "floor", "text": "x"}, "user_not_found"),
    ("message", {"user": "ana", "channel": "nowhere", "text": "x"}, "channel_not_found"),
    ("message", {"user": "ana", "channel": "floor"}, "invalid_arguments"),
    ("message", {"user": "ana", "channel": "floor", "text": " \n"}, "no_text"),
    ("message", {"user": "ana", "channel": "floor", "text": "x" * 12_001}, "msg_too_long"),
    ("message", {"user": "ana", "channel": "floor", "text": {"a": 1}}, "invalid_arguments"),
    ("message", {"user": "ana", "channel": "floor", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("edit", {"user": "ana", "channel": "floor", "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("click", {"user": "ana", "channel": "floor", "ts": "1.000001", "action_id": "x"}, "message_not_found"),
    ("click", {"user": "ana", "view_id": "V1", "action_id": "x"}, "view_not_found"),
    ("submit", {"user": "ana", "view_id": "V1"}, "view_not_found"),
    ("close", {"user": "ana", "view_id": "V1"}, "view_not_found"),
    ("dm", {"user": "ana", "with": "nobody"}, "user_not_found"),
    ("sing", {"user": "ana"}, "unknown_call"),
]


async def test_what_cannot_be_done_is_refused_with_a_sentence(people: People) -> None:
    for deed, arguments, error in REFUSED_DEEDS:
        answer = await people.try_to(deed, **arguments)
        assert (answer["ok"], answer["error"]) == (False, error), (deed, arguments)
        assert answer["detail"]


async def test_garbage_is_answered_in_json(playground: PlaygroundProcess) -> None:
    async with aiohttp.ClientSession(playground.url) as session:
        for body in (b"{", b"[]", b"\xff", b"[" * 50_000):
            async with session.post("/user/message", data=body) as response:
                assert (response.status, (await response.json())["error"]) == (400, "invalid_json")
        for name in ("text", "thread_ts"):
            said = {"user": "ana", "channel": "floor", "text": "x", name: "half a \ud83d face, a whole \U0001f600"}
            async with session.post("/user/message", data=json.dumps(said).encode()) as response:
                answer = await response.json()
                assert answer["ok"] or answer["error"] != "internal_error"
        async with session.get("/user/messages", params={"user": "ana", "channel": "floor"}) as response:
            assert (await response.json())["messages"][-1]["text"] == "half a \ufffd face, a whole \U0001f600"
        async with session.get("/nowhere") as response:
            assert (response.status, (await response.json())["ok"]) == (404, False)
        async with session.delete("/user/message") as response:
            assert (response.status, (await response.json())["ok"]) == (405, False)


CALLERS: list[tuple[dict[str, str], int]] = [
    ({}, 200),
    ({"Host": "localhost:8081"}, 200),
    ({"Host": "evil.example"}, 403),
    ({"Host": "127.0.0.1.evil.example:8081"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Host": "localhost:8081", "Origin": "http://localhost:8081"}, 200),
    ({"Host": "localhost:8081", "Origin": "http://localhost:9999"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
]


async def test_pages_from_elsewhere_cannot_act_for_people(playground: PlaygroundProcess) -> None:
    message = {"user": "ana", "channel": "floor", "text": "x"}
    async with aiohttp.ClientSession(playground.url) as session:
        for headers, status in CALLERS:
            async with session.get("/user/view", params={"user": "ana"}, headers=headers) as response:
                assert response.status == status, headers
            async with session.post("/user/message", json=message, headers=headers) as response:
                assert response.status == status, headers
        async with session.post("/api/api.test", headers={"Origin": "http://evil.example"}) as response:
            assert response.status == 403


async def test_a_picture_on_a_page_from_elsewhere_cannot_speak_for_the_app(playground: PlaygroundProcess) -> None:
    said = {"token": "xoxb-playground", "channel": "C0FLOOR001", "text": "x"}
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with aiohttp.ClientSession(playground.url) as session:
        for headers in (picture, link):
            async with session.get("/api/chat.postMessage", params=said, headers=headers) as response:
                assert response.status == 403
        async with session.get("/", headers=link) as response:
            assert response.status == 200, "a link to the page may be followed"
        async with session.get("/api/chat.postMessage", params=said) as response:
            assert (await response.json())["ok"], "programs send no such header"


async def test_typed_mentions_become_slacks(people: People) -> None:
    text = "@ana and @nobody in #floor: a < b & c, mail x@acme.example, https://acme.example/?a=1&b=2. <@U0BENOKORO> ok"
    await people.do("message", "ben", channel="floor", text=text)
    assert (await people.last("ana"))["text"] == (
        "<@U0ANALIMA1> and @nobody in <#C0FLOOR001>: a &lt; b &amp; c, mail x@acme.example, "
        "<https://acme.example/?a=1&amp;b=2>. <@U0BENOKORO> ok"
    )


async def test_only_ones_own_messages_can_be_changed(people: People, client: AsyncWebClient) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="mine"))["ts"]
    assert (await people.try_to("edit", "ben", channel="floor", ts=ts, text="ours"))["error"] == "not_yours"
    assert (await people.try_to("delete", "ben", channel="floor", ts=ts))["error"] == "not_yours"
    await people.do("edit", "ana", channel="floor", ts=ts, text="still mine")
    shown = await people.last("ben")
    assert (shown["text"], shown["edited"]["user"], shown["username"]) == ("still mine", "U0ANALIMA1", "Ana Lima")
    card = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    assert (await people.try_to("delete", "ana", channel="floor", ts=card))["error"] == "not_yours"


async def test_unread_and_mentions_are_counted_until_read(people: People, client: AsyncWebClient) -> None:
    assert (await _channel(people, "ana"))["unread"] == 0
    await client.chat_postMessage(channel=FLOOR, text="card")
    await client.chat_postMessage(channel=FLOOR, text="urgent", blocks=[_mention("<!subteam^S0SUPPORT1>")])
    last = (await people.do("message", "ben", channel="floor", text="@ana look"))["ts"]
    floor = await _channel(people, "ana")
    assert (floor["unread"], floor["mentions"], floor["latest"]) == (3, 2, last)
    assert (await _channel(people, "ben"))["unread"] == 0
    await people.do("mark", "ana", channel="floor", ts=last)
    floor = await _channel(people, "ana")
    assert (floor["unread"], floor["mentions"], floor["last_read"]) == (0, 0, last)


async def test_the_workspace_shows_people_groups_and_channels(people: People) -> None:
    shown = await people.see("workspace", "pat")
    assert shown["me"]["guest"]
    assert shown["team"]["name"] == "Acme"
    assert shown["users"][0]["department"] == "support"
    assert {group["handle"] for group in shown["usergroups"]} >= {"support", "legal"}
    assert [channel["name"] for channel in shown["channels"]] == ["floor"]
    assert shown["connected"] is False
    assert shown["commands"] == []


async def test_a_public_channel_can_be_read_before_it_is_joined(people: People, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="management", text="digest")
    assert (await people.last("ben", "management"))["text"] == "digest"
    assert (await people.try_to("message", "ben", channel="management", text="hi"))["error"] == "not_in_channel"
    await people.do("join", "ben", channel="management")
    await people.do("message", "ben", channel="management", text="hi")
    assert (await people.try_to("mark", "pat", channel="management", ts="1"))["error"] == "channel_not_found"


async def test_messages_are_paged_backwards(people: People, client: AsyncWebClient) -> None:
    sent = [(await client.chat_postMessage(channel=FLOOR, text=str(n)))["ts"] for n in range(25)]
    await client.chat_postEphemeral(channel=FLOOR, user="U0ANALIMA1", text="whisper")
    newest = await people.see("messages", "ana", channel="floor", limit=10)
    assert newest["has_more"]
    assert [m["text"] for m in newest["messages"]] == [*(str(n) for n in range(16, 25)), "whisper"]
    read = [m["ts"] for m in newest["messages"] if not m["ephemeral"]]
    while newest["has_more"]:
        newest = await people.see("messages", "ana", channel="floor", limit=10, before=read[0])
        read = [m["ts"] for m in newest["messages"]] + read
    assert read == sent


async def test_a_page_hears_what_its_person_sees(
    playground: PlaygroundProcess, people: People, client: AsyncWebClient
) -> None:
    async with (
        aiohttp.ClientSession(playground.url) as session,
        session.get("/user/stream", params={"user": "ana"}) as stream,
    ):
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        ts = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
        await client.chat_update(channel=FLOOR, ts=ts, text="changed")
        await client.chat_postEphemeral(channel=FLOOR, user="U0BENOKORO", text="not for ana")
        await client.chat_postEphemeral(channel=FLOOR, user="U0ANALIMA1", text="for ana")
        await client.chat_delete(channel=FLOOR, ts=ts)
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id="U0ANALIMA1", view=home)
        await client.conversations_create(name="launch")
        events = [await _event(stream) for _ in range(6)]
    kinds = [event["type"] for event in events]
    assert kinds == ["message", "message_changed", "ephemeral", "message_deleted", "home", "channels"]
    assert events[0]["channel"] == FLOOR
    assert events[1]["message"]["text"] == "changed"
    assert events[2]["message"]["text"] == "for ana"
    assert events[3]["message"]["ts"] == ts


async def test_the_page_is_served_without_a_cache(playground: PlaygroundProcess) -> None:
    async with aiohttp.ClientSession(playground.url) as session:
        async with session.get("/") as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == "no-cache"
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        for path in ("/ui/../settings.py", "/ui/%2e%2e/settings.py", "/ui/..%2fsettings.py", "/ui/none.js"):
            async with session.get(path) as response:
                assert response.status == 404, path
        async with session.get("/avatars/U0ANALIMA1.svg") as response:
            assert ">AL<" in await response.text()
        link = f"/archives/{FLOOR}/p1700000000000001"
        async with session.get(link, allow_redirects=False) as response:
            assert response.headers["Location"] == f"/?channel={FLOOR}&ts=1700000000.000001"


async def _event(stream: aiohttp.ClientResponse) -> Json:
    async with asyncio.timeout(5):
        raw = await stream.content.readuntil(b"\n\n")
    event: Json = json.loads(raw.decode().removeprefix("data: "))
    return event


async def _channel(people: People, user: str) -> Json:
    channels = (await people.see("workspace", user))["channels"]
    floor: Json = next(channel for channel in channels if channel["name"] == "floor")
    return floor


def _mention(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
