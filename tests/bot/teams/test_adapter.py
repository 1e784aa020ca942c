"""Speaking in Teams: messages, edits, deletions, chats and members, and what Teams refuses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference

from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.teams import adapter as adapter_module
from bot.teams.adapter import Reference, TeamsAdapter
from bot.teams.calls import ConversationClosed, MessageGone
from bot.teams.settings import TeamsSettings
from tests.bot.teams.doors import Open, open_door
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_service import ADAPTIVE, Failure
from tests.fakes.teams_talk import Json, Room


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as teams:
        yield teams


@pytest.fixture
async def door(teams: FakeTeams) -> AsyncIterator[Open]:
    async with open_door(teams) as opened:
        yield opened


def reference(teams: FakeTeams, room: Room) -> Reference:
    return Reference(teams.service_url, room.id, teams.tenant, teams.bot)


def card(text: str = "A card", version: str = "1.5") -> Json:
    content = {"type": "AdaptiveCard", "version": version, "body": [{"type": "TextBlock", "text": text}]}
    return {"attachments": [{"contentType": ADAPTIVE, "content": content}]}


async def test_a_card_is_sent_changed_and_deleted(door: Open, teams: FakeTeams) -> None:
    floor = teams.channel("acme", "floor")
    to = reference(teams, floor)
    sent = await door.adapter.send(to, card("first"))
    thread = floor.thread(sent)
    await door.adapter.update(reference(teams, thread), sent, card("second"))
    [shown] = teams.said_in(thread)
    assert [each["attachments"][0]["content"]["body"][0]["text"] for each in shown.versions] == ["first", "second"]
    assert shown.now["from"] == {"id": teams.bot}
    await door.adapter.delete(reference(teams, thread), sent)
    assert teams.said_in(thread) == []
    for gone in (door.adapter.update(to, sent, card()), door.adapter.delete(to, sent)):
        with pytest.raises(MessageGone):
            await gone


async def test_a_reply_goes_into_the_thread_it_belongs_to(door: Open, teams: FakeTeams) -> None:
    ana, floor = teams.colleague("Ana Lima"), teams.channel("acme", "floor")
    said, _ = await teams.say(ana, floor, "claim B-12", mention=True)
    to = reference(teams, floor.thread(said))
    await door.adapter.send(to, {"text": "You hold B-12."})
    await door.adapter.send(to, {"text": "Until 11:00."}, reply_to=said)
    assert [each.now["text"] for each in teams.said_in(floor.thread(said))] == ["You hold B-12.", "Until 11:00."]
    assert teams.calls[-1].path.endswith(f"/activities/{said}")


async def test_a_person_is_written_to_in_a_chat_that_is_opened_for_it(door: Open, teams: FakeTeams) -> None:
    ana, floor = teams.colleague("Ana Lima"), teams.channel("acme", "floor")
    for user in (ana.id, ana.directory):
        chat = await door.adapter.open_chat(reference(teams, floor), user)
        assert chat.conversation == teams.personal(ana).id
        await door.adapter.send(chat, {"text": "B-12 waits for you."})
    assert len(teams.said_in(teams.personal(ana))) == 2


async def test_a_thread_is_begun_in_a_channel(door: Open, teams: FakeTeams) -> None:
    floor = teams.channel("acme", "floor")
    to, first = await door.adapter.open_thread(reference(teams, floor), floor.id, card())
    assert to.conversation == floor.thread(first).id
    await door.adapter.send(to, {"text": "A note."})
    assert len(teams.said_in(floor.thread(first))) == 2


async def test_members_are_read_page_by_page(door: Open, teams: FakeTeams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_module, "_PAGE", "2")
    people = [teams.colleague(f"Person {number}") for number in range(5)]
    to = reference(teams, teams.channel("acme", "floor", *people))
    assert [each["email"] for each in await door.adapter.members(to)] == [each.email for each in people]
    assert len(teams.calls) == 3
    assert (await door.adapter.member(to, people[3].directory))["name"] == "Person 3"
    with pytest.raises(PermanentError, match="MemberNotFoundInConversation"):
        await door.adapter.member(to, "29:stranger")


async def test_what_teams_refuses_is_sorted(door: Open, teams: FakeTeams) -> None:
    floor = teams.channel("acme", "floor")
    to = reference(teams, floor)
    with pytest.raises(PermanentError, match="larger than Teams takes"):
        await door.adapter.send(to, card("x" * 110_000))
    with pytest.raises(PermanentError, match=r"Unsupported card version 1\.7"):
        await door.adapter.send(to, card(version="1.7"))
    with pytest.raises(ConversationClosed, match="ConversationNotFound"):
        await door.adapter.send(Reference(teams.service_url, "19:nowhere@thread.tacv2"), card())
    teams.leave(floor)
    with pytest.raises(ConversationClosed, match="Add Baton"):
        await door.adapter.send(to, card())
    assert teams.messages == {}


async def test_a_thread_that_is_written_to_too_fast_says_how_long_to_wait(teams: FakeTeams) -> None:
    teams.rate = (2, 60.0)
    async with open_door(teams) as door:
        to = reference(teams, teams.group("support"))
        await door.adapter.send(to, {"text": "one"})
        await door.adapter.send(to, {"text": "two"})
        with pytest.raises(RetriableError) as raised:
            await door.adapter.send(to, {"text": "three"})
        assert raised.value.retry_after is not None
        assert 55 <= raised.value.retry_after <= 60


@pytest.mark.parametrize(
    ("status", "after", "expected"),
    [(412, False, RetriableError), (502, True, UnknownResultError), (504, True, UnknownResultError)],
)
async def test_failures_on_the_way_are_told_apart(
    status: int, after: bool, expected: type[Exception], door: Open, teams: FakeTeams
) -> None:
    to = reference(teams, teams.group("support"))
    teams.failures.append(Failure(status, "ServiceError", after=after))
    with pytest.raises(expected) as raised:
        await door.adapter.send(to, {"text": "one"})
    assert type(raised.value) is expected
    assert len(teams.messages) == after
    # Whether to repeat is not decided here.
    assert len(teams.calls) == 1


async def test_a_token_that_was_taken_back_is_replaced_once(door: Open, teams: FakeTeams) -> None:
    to = reference(teams, teams.group("support"))
    await door.adapter.send(to, {"text": "one"})
    teams.tokens.clear()
    await door.adapter.send(to, {"text": "two"})
    assert [each.status for each in teams.calls] == [201, 401, 201]
    teams.failures.extend([Failure(401), Failure(401)])
    with pytest.raises(PermanentError, match="TEAMS_APP_PASSWORD"):
        await door.adapter.send(to, {"text": "three"})


async def test_our_token_goes_to_no_address_that_may_not_be_called(
    door: Open, teams: FakeTeams, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for url in ("http://evil.example/", "https://evil.example/", ""):
        with pytest.raises(PermanentError, match="not an address"):
            await door.adapter.send(Reference(url, "19:x@thread.v2"), {"text": "one"})
    assert teams.tokens == set()


async def test_our_token_follows_no_redirect(door: Open, teams: FakeTeams) -> None:
    seen: list[str | None] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(status=307, headers={"Location": f"{teams.url}/elsewhere"})

    application = web.Application()
    application.add_routes([web.post("/{any:.*}", elsewhere)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    with pytest.raises(PermanentError, match="307"):
        await door.adapter.send(Reference(f"http://127.0.0.1:{port}/", "19:x@thread.v2"), {"text": "one"})
    assert len(seen) == 1
    await runner.cleanup()


async def test_a_service_that_is_away_or_silent_is_waited_for_no_longer_than_allowed(
    teams: FakeTeams, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setattr(adapter_module, "CALL_SECONDS", 0.3)
    over = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with open_door(teams) as door:
        with pytest.raises(RetriableError, match="could not be reached"):
            await door.adapter.send(Reference(f"http://127.0.0.1:{unused_tcp_port}/", "19:x@thread.v2"), {"text": "1"})
        with pytest.raises(UnknownResultError, match="lost before"):
            await door.adapter.send(Reference(f"http://127.0.0.1:{port}/", "19:x@thread.v2"), {"text": "1"})
    over.set()
    silent.close()
    await silent.wait_closed()


async def test_the_event_loop_is_not_held_up_by_a_slow_key_server(door: Open, teams: FakeTeams) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    teams.keys_delay = 0.3
    ana = teams.colleague("Ana Lima")
    beating = asyncio.create_task(beat())
    assert (await teams.say(ana, teams.personal(ana), "help"))[1].status == 200
    beating.cancel()
    assert beats > 15


async def test_the_turn_context_of_the_sdk_speaks_through_us(door: Open, teams: FakeTeams) -> None:
    room = teams.group("support")
    activity = Activity(service_url=teams.service_url, conversation=ConversationAccount(id=room.id), id="1")
    context = TurnContext(door.adapter, activity)
    sent = await context.send_activity("Hello.")
    assert sent is not None
    assert sent.id in teams.messages
    await context.update_activity(Activity(id=sent.id, type="message", text="Hello again."))
    assert [each.now["text"] for each in teams.said_in(room)] == ["Hello again."]
    where = ConversationReference(activity_id=sent.id, conversation=ConversationAccount(id=room.id))
    await door.adapter.delete_activity(context, where)
    assert teams.said_in(room) == []


async def test_a_local_client_is_spoken_to_without_a_token(teams: FakeTeams) -> None:
    adapter = TeamsAdapter(TeamsSettings("", local_client=True))
    await adapter.start()
    with pytest.raises(PermanentError):
        await adapter.send(reference(teams, teams.group("support")), {"text": "one"})
    assert teams.calls[0].status == 401
    assert len(teams.calls) == 1
    await adapter.close()


async def test_everything_that_teams_sends_comes_in(door: Open, teams: FakeTeams) -> None:
    ana, floor = teams.colleague("Ana Lima"), teams.channel("acme", "floor")
    said, _ = await teams.say(ana, floor, "This is broken")
    await teams.edit(ana, said, "This is very broken")
    await teams.delete(ana, said)
    await teams.undelete(ana, said)
    mine = await door.adapter.send(reference(teams, floor), card())
    for delivered in (
        await teams.press(ana, mine, "claim", {"args": {"number": "12"}}),
        await teams.dialog("fetch", ana, floor, {"verb": "note"}, mine),
        await teams.dialog("submit", ana, floor, {"verb": "note", "form": True}),
        await teams.search(ana, floor, "customers", "ada"),
        await teams.act_on("fetchTask", ana, said, "note"),
        await teams.act_on("submitAction", ana, said, "note", {"field:text": "seen"}),
    ):
        assert delivered.status == 501
    await teams.add_bot(ana, floor)
    heard: list[tuple[Any, ...]] = [
        (each["type"], each.get("name") or each["channelData"].get("eventType")) for each in door.heard
    ]
    assert heard == [
        ("message", None),
        ("messageUpdate", "editMessage"),
        ("messageDelete", "softDeleteMessage"),
        ("messageUpdate", "undeleteMessage"),
        ("invoke", "adaptiveCard/action"),
        ("invoke", "task/fetch"),
        ("invoke", "task/submit"),
        ("invoke", "composeExtension/query"),
        ("invoke", "composeExtension/fetchTask"),
        ("invoke", "composeExtension/submitAction"),
        ("installationUpdate", None),
        ("conversationUpdate", "teamMemberAdded"),
    ]
    assert door.heard[9]["value"]["messagePayload"]["from"]["user"]["displayName"] == "Ana Lima"
    assert door.heard[4]["replyToId"] == mine
