"""Events reach the app as Slack sends them: which, in what shape, and again when they are not acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import APP_TOKEN, People, PlaygroundProcess
from tests.playground.waiting import until

Json = dict[str, Any]
FLOOR = "C0FLOOR001"


class Listener:
    """A bare Socket Mode connection that keeps every frame, and acknowledges unless it is told not to."""

    def __init__(self) -> None:
        self.frames: list[Json] = []
        self.acknowledges = True
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        async for message in socket:
            frame = json.loads(message.data)
            self.frames.append(frame)
            if self.acknowledges and "envelope_id" in frame:
                await socket.send_str(json.dumps({"envelope_id": frame["envelope_id"]}))

    @property
    def envelopes(self) -> list[Json]:
        return [frame for frame in self.frames if frame["type"] == "events_api"]

    def events(self, kind: str) -> list[Json]:
        return [frame["payload"]["event"] for frame in self.envelopes if frame["payload"]["event"]["type"] == kind]

    async def event(self, kind: str, number: int = 1) -> Json:
        await until(lambda: len(self.events(kind)) >= number)
        return self.events(kind)[number - 1]


@pytest.fixture
async def listener(playground: PlaygroundProcess) -> AsyncIterator[Listener]:
    listener = Listener()
    address = (await playground.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        task = asyncio.create_task(listener.listen(socket))
        await until(lambda: listener.frames)
        yield listener
        await socket.close()
        await task


async def test_the_connection_says_hello(listener: Listener) -> None:
    hello = listener.frames[0]
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": "A0BATON001"}


async def test_a_ticket_opens_one_connection(playground: PlaygroundProcess) -> None:
    address = (await playground.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


async def test_a_message_comes_in_slacks_envelope(listener: Listener, people: People) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="hello"))["ts"]
    event = await listener.event("message")
    assert (event["user"], event["text"], event["ts"], event["event_ts"]) == ("U0ANALIMA1", "hello", ts, ts)
    assert (event["channel"], event["channel_type"], event["team"]) == (FLOOR, "channel", "T0ACME0001")
    assert event["client_msg_id"]
    frame = listener.envelopes[0]
    assert (frame["accepts_response_payload"], frame["retry_attempt"], frame["retry_reason"]) == (False, 0, "")
    payload = frame["payload"]
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
        "event_callback",
        "T0ACME0001",
        "A0BATON001",
    )
    assert payload["authorizations"][0]["user_id"] == "U0BATON001"
    assert payload["is_ext_shared_channel"] is False
    assert payload["event_id"].startswith("Ev")
    assert payload["event_time"] > 1_700_000_000


async def test_a_mention_comes_beside_the_message(listener: Listener, people: People, client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    await people.do("message", "ana", channel="floor", text="@app claim it", thread_ts=root)
    mention = await listener.event("app_mention")
    assert mention["text"] == "<@U0BATON001> claim it"
    assert mention["thread_ts"] == root
    message = await listener.event("message", 2)
    assert message["ts"] == mention["ts"]
    assert message["parent_user_id"] == "U0BATON001"
    ids = [frame["payload"]["event_id"] for frame in listener.envelopes]
    assert len(ids) == len(set(ids)) == 3


async def test_the_apps_own_messages_come_with_its_bot_id(listener: Listener, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=FLOOR, text="<@U0BATON001> talks to itself")
    event = await listener.event("message")
    assert (event["bot_id"], event["app_id"], event["user"]) == ("B0BATON001", "A0BATON001", "U0BATON001")
    assert listener.events("app_mention") == []


async def test_edits_and_deletions_carry_both_versions(listener: Listener, people: People) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="one"))["ts"]
    await people.do("edit", "ana", channel="floor", ts=ts, text="two")
    changed = await listener.event("message", 2)
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")
    assert changed["message"]["edited"]["user"] == "U0ANALIMA1"
    assert changed["ts"] > ts
    await people.do("delete", "ana", channel="floor", ts=ts)
    deleted = await listener.event("message", 3)
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert deleted["previous_message"]["text"] == "two"


async def test_a_deleted_message_with_replies_comes_as_a_change_to_a_tombstone(
    listener: Listener, people: People
) -> None:
    ts = (await people.do("message", "ana", channel="floor", text="one"))["ts"]
    await people.do("message", "ben", channel="floor", text="reply", thread_ts=ts)
    await people.do("delete", "ana", channel="floor", ts=ts)
    changed = await listener.event("message", 3)
    assert (changed["subtype"], changed["message"]["subtype"]) == ("message_changed", "tombstone")


async def test_direct_messages_to_the_app_are_of_type_im(listener: Listener, people: People) -> None:
    channel = (await people.do("dm", "ana", **{"with": "U0BATON001"}))["channel"]
    await people.do("message", "ana", channel=channel, text="@app hello")
    event = await listener.event("message")
    assert (event["channel"], event["channel_type"]) == (channel, "im")
    assert listener.events("app_mention") == []
    opened = await listener.event("app_home_opened")
    assert (opened["tab"], opened["channel"]) == ("messages", channel)


async def test_reactions_and_arrivals_are_told(listener: Listener, people: People, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    await people.do("react", "ana", channel="floor", ts=ts, name="eyes")
    reaction = await listener.event("reaction_added")
    assert (reaction["user"], reaction["reaction"], reaction["item_user"]) == ("U0ANALIMA1", "eyes", "U0BATON001")
    assert reaction["item"] == {"type": "message", "channel": FLOOR, "ts": ts}
    await people.do("join", "ben", channel="management")
    joined = await listener.event("member_joined_channel")
    assert (joined["user"], joined["channel"], joined["channel_type"]) == ("U0BENOKORO", "C0MANAGEME", "C")


async def test_a_channel_that_the_app_makes_is_told_as_one_that_it_joined(
    listener: Listener, client: AsyncWebClient
) -> None:
    made = (await client.conversations_create(name="launch"))["channel"]["id"]
    joined = await listener.event("member_joined_channel")
    assert (joined["user"], joined["channel"]) == ("U0BATON001", made)
    assert "inviter" not in joined


async def test_what_happens_where_the_app_is_not_stays_there(listener: Listener, people: People) -> None:
    theirs = (await people.do("dm", "ana", **{"with": "ben"}))["channel"]
    await people.do("message", "ana", channel=theirs, text="between us")
    await people.do("message", "ana", channel="floor", text="for all")
    assert (await listener.event("message"))["text"] == "for all"


@pytest.mark.slow
async def test_an_event_that_is_not_acknowledged_comes_again_three_times(listener: Listener, people: People) -> None:
    listener.acknowledges = False
    await people.do("message", "ana", channel="floor", text="hello?")
    await until(lambda: len(listener.envelopes) == 4, seconds=20)
    assert [frame["retry_attempt"] for frame in listener.envelopes] == [0, 1, 2, 3]
    assert [frame["retry_reason"] for frame in listener.envelopes] == ["", *["http_timeout"] * 3]
    assert len({frame["envelope_id"] for frame in listener.envelopes}) == 4
    assert len({frame["payload"]["event_id"] for frame in listener.envelopes}) == 1
    assert (await people.counters())["retries"] == 3


async def test_an_event_waits_for_the_app_to_connect(playground: PlaygroundProcess, people: People) -> None:
    await people.do("message", "ana", channel="floor", text="early")
    listener = Listener()
    address = (await playground.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        task = asyncio.create_task(listener.listen(socket))
        assert (await listener.event("message"))["text"] == "early"
        assert listener.envelopes[0]["retry_reason"] == "connection_failed"
        await socket.close()
        await task


async def test_only_subscribed_events_come(tmp_path_factory: pytest.TempPathFactory) -> None:
    manifest = {
        "display_information": {"name": "Helper"},
        "features": {"bot_user": {"display_name": "Helper"}, "unfurl_domains": ["acme.example"]},
        "settings": {
            "socket_mode_enabled": True,
            "event_subscriptions": {"bot_events": ["app_mention", "link_shared"]},
        },
    }
    with PlaygroundProcess(tmp_path_factory.mktemp("events"), manifest=manifest) as playground:
        listener = Listener()
        address = (await playground.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN))["url"]
        async with (
            People(playground.url) as people,
            aiohttp.ClientSession() as session,
            session.ws_connect(address) as socket,
        ):
            task = asyncio.create_task(listener.listen(socket))
            await people.do("message", "ana", channel="floor", text="not for the app")
            await people.do("message", "ana", channel="floor", text="@Helper see https://acme.example/a?b=1&c=2.")
            shared = await listener.event("link_shared")
            assert shared["links"] == [{"domain": "acme.example", "url": "https://acme.example/a?b=1&c=2"}]
            assert len(await _mentions(listener)) == 1
            assert listener.events("message") == []
            await socket.close()
            await task


async def _mentions(listener: Listener) -> list[Json]:
    await listener.event("app_mention")
    return listener.events("app_mention")
