"""Channels of our own: opened once however often it is tried, filled, described and pinned, with Slack's own refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.ports import Account, SentMessage
from bot.slack.calls import MessageGone, Refused
from bot.slack.people import People as SlackPeople
from bot.slack.platform import SlackPlatform
from bot.slack.rooms import LINE, NAME, channel_name, line
from tests.bot.slack.conftest import TEAM
from tests.bot.slack.doubles import Colleagues, card
from tests.playground.process import People, PlaygroundProcess

Json = dict[str, Any]
ANA, BEN, NOBODY = (Account("slack", TEAM, user) for user in ("U0ANALIMA1", "U0BENOKORO", "U0NOBODY01"))


@pytest.fixture
def client(playground: PlaygroundProcess) -> AsyncWebClient:
    made = playground.client()
    made.retry_handlers = []
    return made


@pytest.fixture
def platform(client: AsyncWebClient) -> SlackPlatform:
    return SlackPlatform(client, SlackPeople(Colleagues(), client), TEAM)


async def channel(client: AsyncWebClient, which: str) -> Json:
    found: Json = (await client.conversations_info(channel=which))["channel"]
    return found


async def test_a_room_is_a_public_channel_of_its_own(platform: SlackPlatform, client: AsyncWebClient) -> None:
    room = await platform.open_room("Crisis 12: crushed parcels", "Crisis 12. <!channel> & all")
    assert room is not None
    there = await channel(client, room)
    assert (there["name"], there["is_private"], there["is_member"]) == ("crisis-12-crushed-parcels", False, True)
    assert "<!channel>" not in there["purpose"]["value"]
    assert there["purpose"]["value"].startswith("Crisis 12. &lt;")


async def test_a_room_whose_answer_was_lost_is_found_again(platform: SlackPlatform, client: AsyncWebClient) -> None:
    room = await platform.open_room("crisis-12", "Crisis 12, since noon")
    assert await platform.open_room("crisis-12", "Crisis 12, since noon") == room
    # What was lost may be the answer to the first of the two calls: the channel is there, and says nothing yet.
    bare = (await client.conversations_create(name="crisis-13"))["channel"]["id"]
    assert await platform.open_room("crisis-13", "Crisis 13") == bare
    assert (await channel(client, bare))["purpose"]["value"] == "Crisis 13"


async def test_a_name_that_is_taken_gets_a_number(platform: SlackPlatform, client: AsyncWebClient) -> None:
    ours = await platform.open_room("floor", "Not the floor of everybody")
    assert ours != "C0FLOOR001"
    assert (await channel(client, str(ours)))["name"] == "floor-2"
    another = await platform.open_room("floor", "Another thing")
    assert (await channel(client, str(another)))["name"] == "floor-3"
    assert await platform.open_room("floor", "Not the floor of everybody") == ours


async def test_people_are_brought_in_and_those_who_cannot_be_are_named(platform: SlackPlatform, people: People) -> None:
    room = str(await platform.open_room("crisis-12", "Crisis 12"))
    teams = Account("teams", "tenant", "29:ben")
    assert await platform.invite(room, [ANA, NOBODY, teams]) == [NOBODY, teams]
    await people.do("message", "ana", channel="crisis-12", text="I am in")
    assert await platform.invite(room, [ANA, BEN, ANA]) == []
    await people.do("message", "ben", channel="crisis-12", text="so am I")
    assert await platform.invite(room, [ANA, BEN]) == []
    assert await platform.invite(room, []) == []


async def test_everybody_is_brought_in_however_many_they_are(playground: PlaygroundProcess) -> None:
    client = playground.client()
    client.retry_handlers = []
    platform = SlackPlatform(client, SlackPeople(Colleagues(), client), TEAM)
    room = str(await platform.open_room("crisis-12", "Crisis 12"))
    unknown = [Account("slack", TEAM, f"U0UNKNOWN{number:03d}") for number in range(150)]
    assert await platform.invite(room, [*unknown, ANA, BEN]) == unknown
    members = (await client.conversations_members(channel=room))["members"]
    assert {"U0ANALIMA1", "U0BENOKORO"} <= set(members)


async def test_a_pinned_message_stays_pinned_when_it_is_updated(platform: SlackPlatform, people: People) -> None:
    room = str(await platform.open_room("crisis-12", "Crisis 12"))
    board = await platform.post(room, card("the board"), "m-1")
    await platform.pin(board)
    await platform.pin(board)
    await platform.update(board, card("the board, later"), "m-1")
    pinned = (await people.see("pins", "ana", channel=room))["messages"]
    assert [(message["ts"], message["text"]) for message in pinned] == [(board.message, "the board, later")]
    with pytest.raises(MessageGone):
        await platform.pin(SentMessage(room, "1.000000"))


async def test_the_manifest_asks_for_the_scopes_of_all_this(platform: SlackPlatform, people: People) -> None:
    room = str(await platform.open_room("crisis-12", "Crisis 12"))
    await platform.open_room("floor", "Not the floor of everybody")
    await platform.invite(room, [ANA])
    await platform.pin(await platform.post(room, card("the board"), "m-1"))
    await platform.describe(room, "Crisis since 12:04")
    counters = await people.counters()
    assert {"conversations.create", "conversations.invite", "conversations.setTopic", "pins.add"} <= set(
        counters["calls"]
    )
    assert counters["missing_scopes"] == {}


async def test_a_topic_is_set_once_and_pings_nobody(platform: SlackPlatform, client: AsyncWebClient) -> None:
    room = str(await platform.open_room("crisis-12", "Crisis 12"))
    await platform.describe(room, 'Open since 12:04 · 31 on "parcels" · <!here>')
    topic = (await channel(client, room))["topic"]["value"]
    assert topic.startswith("Open since 12:04")
    assert "<" not in topic
    before = await calls(client)
    await platform.describe(room, 'Open since 12:04 · 31 on "parcels" · <!here>')
    assert (await calls(client))["conversations.setTopic"] == before["conversations.setTopic"] == 1
    await platform.describe(room, "x & y < z" * 100)
    assert len((await channel(client, room))["topic"]["value"]) <= LINE


async def calls(client: AsyncWebClient) -> Json:
    async with People(client.base_url.removesuffix("/api/")) as people:
        return dict((await people.counters())["calls"])


async def test_a_channel_that_baton_is_not_in_is_joined_first(platform: SlackPlatform, client: AsyncWebClient) -> None:
    await platform.describe("#praise", "What customers like")
    assert (await channel(client, "C0PRAISE01"))["topic"]["value"] == "What customers like"
    assert await platform.invite("#praise", [BEN]) == []


@given(st.text(max_size=200), st.integers(1, 20))
def test_any_name_becomes_one_that_slack_takes(name: str, number: int) -> None:
    made = channel_name(name, number)
    assert 0 < len(made) <= NAME
    assert made == made.lower()
    assert all(character.isalnum() or character in "-_" for character in made)
    assert made.strip("-_")


@given(st.text(max_size=400))
def test_any_line_fits_and_pings_nobody(text: str) -> None:
    said = line(text)
    assert len(said) <= LINE
    assert not set(said) & set("<>\n")


Handler = Callable[[str, Json], Json]
Refusing = Callable[[Handler], Awaitable[SlackPlatform]]


@pytest.fixture
async def refusing() -> AsyncIterator[Refusing]:
    """A Slack that answers each method as a test wants, and a platform that talks to it."""
    servers: list[TestServer] = []

    async def serve(answer: Handler) -> SlackPlatform:
        async def handle(request: web.Request) -> web.Response:
            said = answer(request.match_info["method"], dict(await request.post()) | dict(request.query))
            return web.json_response(said, status=int(said.pop("status", 200)))

        site = web.Application()
        site.router.add_route("*", "/api/{method}", handle)
        server = TestServer(site)
        servers.append(server)
        await server.start_server()
        client = AsyncWebClient("xoxb-1", base_url=str(server.make_url("/api/")), timeout=1, retry_handlers=[])
        return SlackPlatform(client, SlackPeople(Colleagues(), client), TEAM)

    yield serve
    for server in servers:
        await server.close()


def no(word: str, **more: object) -> Json:
    return {"ok": False, "error": word, **more}


async def test_a_missing_scope_is_named_with_where_to_add_it(refusing: Refusing) -> None:
    platform = await refusing(lambda method, _: no("missing_scope", needed="channels:manage", provided="chat:write"))
    with pytest.raises(PermanentError, match=r"OAuth & Permissions.*\(needed: channels:manage\)"):
        await platform.open_room("crisis", "a crisis")
    with pytest.raises(PermanentError, match="OAuth & Permissions"):
        await platform.invite("C1", [ANA, BEN])


async def test_a_workspace_that_lets_no_app_make_channels_says_so(refusing: Refusing) -> None:
    platform = await refusing(lambda method, _: no("restricted_action"))
    with pytest.raises(PermanentError, match="from making channels: ask a Slack administrator"):
        await platform.open_room("crisis", "a crisis")


@pytest.mark.parametrize(
    ("answer", "error"), [(no("ratelimited"), RetriableError), (no("internal_error", status=500), UnknownResultError)]
)
async def test_what_may_help_to_repeat_is_repeated(answer: Json, error: type[Exception], refusing: Refusing) -> None:
    platform = await refusing(lambda method, _: dict(answer))
    for call in (
        platform.open_room("crisis", "a crisis"),
        platform.invite("C1", [ANA]),
        platform.pin(SentMessage("C1", "1.000000")),
        platform.describe("C1", "now"),
    ):
        with pytest.raises(error) as caught:
            await call
        assert type(caught.value) is error


async def test_a_room_is_known_again_however_slack_keeps_what_it_is_for(refusing: Refusing) -> None:
    kept = {"value": "Crisis 12 :fire: at &lt;noon&gt;, see <http://acme.example|acme.example> &amp; more"}

    def answer(method: str, _: Json) -> Json:
        channel = {"id": "C1", "name": "crisis", "creator": "UBOT", "purpose": kept, "topic": kept}
        if method in {"conversations.setPurpose", "conversations.setTopic"}:
            return no("said_already")
        if method == "conversations.create":
            return no("name_taken")
        return {"ok": True, "channel": channel, "channels": [channel], "user_id": "UBOT"}

    platform = await refusing(answer)
    said = "Crisis 12 🔥 at <noon>, see acme.example & more"
    assert await platform.open_room("crisis", said) == "C1"
    await platform.describe("C1", said)
    with pytest.raises(PermanentError, match="named like"):
        await platform.open_room("crisis", "Crisis 13 🔥 at <noon>, see acme.example & more")


async def test_a_room_of_ours_that_was_archived_is_left_alone(refusing: Refusing) -> None:
    asked: list[Json] = []

    def answer(method: str, arguments: Json) -> Json:
        if method == "conversations.list":
            asked.append(arguments)
        if method == "conversations.create" and arguments["name"] == "crisis":
            return no("name_taken")
        channel = {"id": "C2", "name": "crisis-2", "creator": "UBOT", "purpose": {"value": ""}}
        return {"ok": True, "channel": channel, "channels": [], "user_id": "UBOT"}

    assert await (await refusing(answer)).open_room("crisis", "a crisis") == "C2"
    assert [one["exclude_archived"] for one in asked] == ["1"]


async def test_names_that_are_all_taken_end_the_search(refusing: Refusing) -> None:
    def answer(method: str, _: Json) -> Json:
        return no("name_taken") if method == "conversations.create" else {"ok": True, "channels": [], "user_id": "UBOT"}

    with pytest.raises(PermanentError, match="named like #crisis already"):
        await (await refusing(answer)).open_room("crisis", "a crisis")


async def test_a_refusal_that_names_nobody_is_tried_one_by_one(refusing: Refusing) -> None:
    """As Slack answers where one of several cannot come in and `force` is not heard."""
    came: list[str] = []

    def answer(_: str, arguments: Json) -> Json:
        users = str(arguments["users"]).split(",")
        if NOBODY.user in users:
            return no("cant_invite")
        if set(users) <= set(came):
            return no("already_in_channel")
        came.extend(users)
        return {"ok": True, "channel": {}}

    platform = await refusing(answer)
    assert await platform.invite("C1", [ANA, NOBODY, BEN]) == [NOBODY]
    assert came == [ANA.user, BEN.user]
    assert await platform.invite("C1", [ANA, NOBODY, BEN]) == [NOBODY]


async def test_an_invitation_to_an_archived_channel_fails_for_all(refusing: Refusing) -> None:
    platform = await refusing(lambda method, _: no("is_archived"))
    with pytest.raises(Refused, match="archived"):
        await platform.invite("C1", [ANA, BEN])


async def test_the_mark_of_a_board_is_found_in_a_room(platform: SlackPlatform) -> None:
    room = str(await platform.open_room("crisis-12", "Crisis 12"))
    board = await platform.post(room, card("the board"), "board-12")
    assert await platform.find(room, "board-12", datetime.now(UTC) - timedelta(hours=1)) == board
