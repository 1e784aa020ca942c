"""What the outbox relies on: marked postings that can be found again, and failures sorted by what helps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import Button, Card, Mention, Paragraph
from bot.domain.people import PersonRef
from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.ports import Account, SentMessage
from bot.slack.calls import MessageGone, Refused
from bot.slack.people import People as SlackPeople
from bot.slack.platform import SlackPlatform
from tests.bot.slack.conftest import TEAM
from tests.bot.slack.doubles import Colleagues, card
from tests.bot.slack.judged import visible
from tests.playground.process import People, PlaygroundProcess

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


def platform_at(client: AsyncWebClient, directory: Colleagues | None = None) -> SlackPlatform:
    client.retry_handlers = []
    return SlackPlatform(client, SlackPeople(directory or Colleagues(), client), TEAM)


@pytest.fixture
def platform(playground: PlaygroundProcess) -> SlackPlatform:
    directory = Colleagues()
    directory.know(TEAM, "U0ANALIMA1")
    return platform_at(playground.client(), directory)


async def test_a_card_is_posted_to_a_channel_by_name_and_brought_up_to_date(
    platform: SlackPlatform, people: People
) -> None:
    sent = await platform.post("#floor", card("on the floor", Button("Claim", "claim", {"conversation": "B-1"})), "m-1")
    assert sent.channel == "C0FLOOR001"
    assert visible((await people.last("ana"))["blocks"]).startswith("on the floor")
    await platform.update(sent, card("held by Ana"), "m-1")
    last = await people.last("ana")
    assert (last["ts"], visible(last["blocks"]), last["text"]) == (sent.message, "held by Ana", "held by Ana")


async def test_a_mention_reaches_the_colleague(platform: SlackPlatform, people: People) -> None:
    mention = Mention(PersonRef("p-U0ANALIMA1", "Ana Lima"))
    await platform.post("C0FLOOR001", Card("x", (Paragraph(("for ", mention)),)), "m-1")
    (block,) = (await people.last("ana"))["blocks"]
    assert block["elements"][0]["elements"][1] == {"type": "user", "user_id": "U0ANALIMA1"}


async def test_a_posting_whose_answer_was_lost_is_found_by_its_mark(platform: SlackPlatform) -> None:
    first = await platform.post("#floor", card("one"), "m-1")
    second = await platform.post("#floor", card("two"), "m-2")
    for number in range(5):
        await platform.post("#floor", card(f"more {number}"), f"other-{number}")
    assert await platform.find("#floor", "m-1", AN_HOUR_AGO) == first
    assert await platform.find("C0FLOOR001", "m-2", AN_HOUR_AGO) == second
    assert await platform.find("#floor", "m-9", AN_HOUR_AGO) is None
    # Our clock may be ahead of Slack's.
    assert await platform.find("#floor", "m-1", datetime.now(UTC) + timedelta(minutes=5)) == first
    assert await platform.find("#floor", "m-1", datetime.now(UTC) + timedelta(minutes=11)) is None


async def test_the_mark_outlives_an_update(platform: SlackPlatform) -> None:
    sent = await platform.post("#floor", card("one"), "m-1")
    await platform.update(sent, card("two"), "m-1")
    assert await platform.find("#floor", "m-1", AN_HOUR_AGO) == sent


async def test_a_posting_in_a_thread_is_found_there(platform: SlackPlatform) -> None:
    root = await platform.post("#floor", card("root"), "m-1")
    reply = await platform.post("#floor", card("reply"), "m-2", thread=root.message)
    assert await platform.find("#floor", "m-2", AN_HOUR_AGO, thread=root.message) == reply
    assert await platform.find("#floor", "m-2", AN_HOUR_AGO) is None


async def test_a_person_can_be_written_to_directly(platform: SlackPlatform, people: People) -> None:
    channel = await platform.direct(Account("slack", TEAM, "U0ANALIMA1"))
    await platform.post(channel, card("only for you"), "m-1")
    assert visible((await people.last("ana", channel))["blocks"]) == "only for you"


async def test_a_message_that_was_taken_away_is_gone(platform: SlackPlatform) -> None:
    card_there = await platform.post("#floor", card("the card"), "m-1")
    sent = await platform.post("#floor", card("a copy"), "m-2", thread=card_there.message)
    await platform.delete(sent)
    found = await platform.find("#floor", "m-2", datetime.now(UTC) - timedelta(minutes=1), card_there.message)
    assert found is None
    with pytest.raises(MessageGone):
        await platform.delete(sent)


async def test_what_cannot_help_to_repeat_says_how_to_mend_it(platform: SlackPlatform) -> None:
    with pytest.raises(PermanentError, match="no channel #nowhere"):
        await platform.post("#nowhere", card("x"), "m-1")
    with pytest.raises(PermanentError, match=r"channel_not_found\. Check the channel in baton\.toml"):
        await platform.post("C404", card("x"), "m-1")
    with pytest.raises(MessageGone):
        await platform.update(SentMessage("C0FLOOR001", "1.000000"), card("x"), "m-1")


async def test_a_public_channel_is_joined_when_it_must_be(platform: SlackPlatform) -> None:
    (before,) = (finding for finding in await platform.examine(["#praise"]) if "praise" in finding.what)
    assert before.state == "warn"
    await platform.post("#praise", card("x"), "m-1")
    (after,) = (finding for finding in await platform.examine(["#praise"]) if "praise" in finding.what)
    assert after.state == "ok"


async def test_the_doctor_hears_of_connection_scopes_and_channels(platform: SlackPlatform) -> None:
    found = await platform.examine(["#floor", "#nowhere"])
    assert [finding.state for finding in found if "nowhere" not in finding.what] == ["ok", "ok"]
    (missing,) = (finding for finding in found if "nowhere" in finding.what)
    assert missing.state == "fail"


async def test_the_doctor_says_when_slack_does_not_know_the_token(playground: PlaygroundProcess) -> None:
    (finding,) = await platform_at(playground.client("xoxb-wrong")).examine(["#floor"])
    assert finding.state == "fail"
    assert "SLACK_BOT_TOKEN" in finding.mend


async def test_above_the_rate_the_waiting_time_is_known(playground: PlaygroundProcess) -> None:
    playground.stop()
    slow = PlaygroundProcess(playground.folder / "slow", rate=1)
    with slow:
        platform = platform_at(slow.client())
        posts = [platform.post("C0FLOOR001", card("x"), f"m-{number}") for number in range(10)]
        with pytest.raises(RetriableError) as caught:
            await asyncio.gather(*posts)
    assert not isinstance(caught.value, UnknownResultError)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 1


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def failing() -> AsyncIterator[Callable[[Handler], Awaitable[SlackPlatform]]]:
    """A Slack that fails in a way of the test's choosing, and a platform that talks to it."""
    servers: list[TestServer] = []

    async def serve(handler: Handler) -> SlackPlatform:
        site = web.Application()
        site.router.add_post("/api/chat.postMessage", handler)
        server = TestServer(site)
        servers.append(server)
        await server.start_server()
        return platform_at(AsyncWebClient("xoxb-1", base_url=str(server.make_url("/api/")), timeout=1))

    yield serve
    for server in servers:
        await server.close()


async def test_after_a_server_error_nobody_knows_whether_it_was_posted(
    failing: Callable[[Handler], Awaitable[SlackPlatform]],
) -> None:
    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=503, text="<html>no</html>", content_type="text/html")

    platform = await failing(broken)
    with pytest.raises(UnknownResultError):
        await platform.post("C1", card("x"), "m-1")


async def test_after_a_lost_connection_nobody_knows_whether_it_was_posted(
    failing: Callable[[Handler], Awaitable[SlackPlatform]],
) -> None:
    async def lost(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    platform = await failing(lost)
    with pytest.raises(UnknownResultError):
        await platform.post("C1", card("x"), "m-1")


async def test_an_unreachable_slack_was_certainly_not_posted_to() -> None:
    platform = platform_at(AsyncWebClient("xoxb-1", base_url="http://127.0.0.1:9/api/"))
    with pytest.raises(RetriableError) as caught:
        await platform.post("C1", card("x"), "m-1")
    assert not isinstance(caught.value, UnknownResultError)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"ok": False, "error": "internal_error"}, UnknownResultError),
        ({"ok": False, "error": "ratelimited"}, RetriableError),
        (
            {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["[ERROR] too long"]}},
            Refused,
        ),
        ({"ok": False, "error": "missing_scope", "needed": "chat:write"}, Refused),
    ],
)
async def test_slacks_words_are_sorted(
    answer: dict[str, object], error: type[Exception], failing: Callable[[Handler], Awaitable[SlackPlatform]]
) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.json_response(answer)

    platform = await failing(refuse)
    with pytest.raises(error) as caught:
        await platform.post("C1", card("x"), "m-1")
    assert type(caught.value) is error
