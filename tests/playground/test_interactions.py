"""Commands, buttons, menus, shortcuts and answers, with an app made with Bolt for Python over Socket Mode."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.conftest import Connect
from tests.playground.process import People, PlaygroundProcess
from tests.playground.test_limits import actions, button, menu, option, plain, section
from tests.playground.waiting import until

Json = dict[str, Any]
FLOOR = "C0FLOOR001"


async def test_a_command_carries_slacks_fields_and_its_answer_is_seen_by_one(
    app: AsyncApp, connect: Connect, people: People
) -> None:
    bodies: list[Json] = []

    @app.command("/greet")
    async def greet(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack("hello")

    await connect(app)
    answer = await people.do("slash", "ana", channel="#floor", text="/greet  the world ")
    body = bodies[0]
    assert body["text"] == "the world"
    assert (body["command"], body["user_id"], body["user_name"]) == ("/greet", "U0ANALIMA1", "ana")
    assert (body["channel_id"], body["channel_name"]) == (FLOOR, "floor")
    assert (body["team_id"], body["team_domain"], body["api_app_id"]) == ("T0ACME0001", "acme", "A0BATON001")
    assert body["is_enterprise_install"] == "false"
    assert "enterprise_id" not in body
    assert answer["response"]["text"] == "hello"
    assert (await people.last("ana"))["ephemeral"]
    assert await people.messages("ben") == []


async def test_an_answer_in_channel_is_seen_by_all(app: AsyncApp, connect: Connect, people: People) -> None:
    @app.command("/greet")
    async def greet(ack: AsyncAck) -> None:
        await ack(text="hello all", response_type="in_channel")

    await connect(app)
    await people.do("slash", "ana", channel="floor", text="/greet")
    shown = await people.last("ben")
    assert (shown["text"], shown["ephemeral"]) == ("hello all", False)


async def test_a_command_that_nobody_answers_fails_as_in_slack(app: AsyncApp, connect: Connect, people: People) -> None:
    assert (await people.try_to("slash", "ana", channel="floor", text="/x"))["error"] == "dispatch_failed"
    assert (await people.try_to("slash", "ana", channel="floor", text="x"))["error"] == "invalid_arguments"
    inside = await people.try_to("slash", "ana", channel="floor", text="/x", thread_ts="1.000001")
    assert inside["error"] == "slash_in_thread"

    @app.command("/slow")
    async def slow(ack: AsyncAck) -> None:
        await asyncio.sleep(3.5)
        await ack("late")

    @app.command("/long")
    async def long(ack: AsyncAck) -> None:
        await ack(blocks=[section("x" * 3001)])

    await connect(app)
    assert (await people.try_to("slash", "ana", channel="floor", text="/slow"))["error"] == "operation_timeout"
    refused = await people.try_to("slash", "ana", channel="floor", text="/long")
    assert refused["error"] == "invalid_command_response"
    assert "3001" in refused["detail"]
    assert await people.messages("ana") == []


async def test_a_button_says_who_pressed_it_where(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    bodies: list[Json] = []

    @app.action("go")
    async def go(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    await connect(app)
    blocks = [actions(button(value="first")), actions(button(value="second"), menu(3))]
    ts = (await client.chat_postMessage(channel=FLOOR, text="card", blocks=blocks))["ts"]
    await people.do("click", "ben", channel="floor", ts=ts, action_id="go", value="second")
    body = bodies[0]
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": "U0BENOKORO", "username": "ben", "name": "ben", "team_id": "T0ACME0001"}
    assert body["team"] == {"id": "T0ACME0001", "domain": "acme"}
    assert body["channel"] == {"id": FLOOR, "name": "floor"}
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": FLOOR, "is_ephemeral": False}
    assert body["message"]["ts"] == ts
    action = body["actions"][0]
    assert (action["action_id"], action["value"], action["type"]) == ("go", "second", "button")
    assert action["block_id"] == body["message"]["blocks"][1]["block_id"]
    assert body["state"]["values"][action["block_id"]]["menu"]["selected_option"] is None
    vague = await people.try_to("click", "ben", channel="floor", ts=ts, action_id="go")
    assert vague["error"] == "ambiguous_action"
    wrong = await people.try_to("click", "ben", channel="floor", ts=ts, action_id="go", value="third")
    assert wrong["error"] == "action_not_found"


async def test_menus_tell_the_chosen_option_and_keep_it(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    bodies: list[Json] = []

    @app.action({"type": "block_actions", "action_id": "menu"})
    @app.action("more")
    @app.action("who")
    async def chosen(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    await connect(app)
    more = {"type": "overflow", "action_id": "more", "options": [option("a", "A"), option("b", "B")]}
    blocks = [section(accessory=more), actions(menu(3), {"type": "users_select", "action_id": "who"})]
    ts = (await client.chat_postMessage(channel=FLOOR, text="card", blocks=blocks))["ts"]
    await people.do("click", "ana", channel="floor", ts=ts, action_id="menu", value="2")
    await people.do("click", "ana", channel="floor", ts=ts, action_id="more", value="b")
    await people.do("click", "ana", channel="floor", ts=ts, action_id="who", value="U0BENOKORO")
    assert bodies[0]["actions"][0]["selected_option"] == option("2")
    assert bodies[1]["actions"][0]["selected_option"] == option("b", "B")
    assert bodies[2]["actions"][0]["selected_user"] == "U0BENOKORO"
    values = next(iter(bodies[2]["state"]["values"].values()))
    assert values["menu"]["selected_option"]["value"] == "2"
    unknown = await people.try_to("click", "ana", channel="floor", ts=ts, action_id="menu", value="99")
    assert unknown["error"] == "action_not_found"


async def test_a_response_url_answers_replaces_and_deletes(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    done = asyncio.Event()

    @app.action("go")
    async def go(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("for you")
        await respond("for all", response_type="in_channel", replace_original=False)
        await respond("changed", replace_original=True)
        done.set()

    @app.action("away")
    async def away(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)
        done.set()

    await connect(app)
    blocks = [actions(button(), button("away"))]
    ts = (await client.chat_postMessage(channel=FLOOR, text="card", blocks=blocks))["ts"]
    other = (await client.chat_postMessage(channel=FLOOR, text="other", blocks=blocks))["ts"]
    await people.do("click", "ana", channel="floor", ts=ts, action_id="go")
    await asyncio.wait_for(done.wait(), 5)
    assert [m["text"] for m in await people.messages("ana")] == ["changed", "other", "for you", "for all"]
    assert [m["text"] for m in await people.messages("ben")] == ["changed", "other", "for all"]
    done.clear()
    await people.do("click", "ana", channel="floor", ts=other, action_id="away")
    await asyncio.wait_for(done.wait(), 5)
    assert other not in [m["ts"] for m in await people.messages("ben")]


async def test_the_sixth_use_of_a_response_url_is_refused(app: AsyncApp, connect: Connect, people: People) -> None:
    statuses: list[int] = []

    @app.command("/many")
    async def many(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        for number in range(6):
            answer = await respond(str(number))
            statuses.append(answer.status_code)

    await connect(app)
    await people.do("slash", "ana", channel="floor", text="/many")
    await until(lambda: len(statuses) == 6)
    assert statuses == [200] * 5 + [404]
    assert [m["text"] for m in await people.messages("ana")] == ["0", "1", "2", "3", "4"]


async def test_buttons_of_ephemerals_work_and_can_replace_them(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    bodies: list[Json] = []

    @app.action("go")
    async def go(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        await respond("done", replace_original=True)

    await connect(app)
    blocks = [actions(button())]
    answer = await client.chat_postEphemeral(channel=FLOOR, user="U0ANALIMA1", text="shall I?", blocks=blocks)
    ts = answer["message_ts"]
    await people.do("click", "ana", channel="floor", ts=ts, action_id="go")
    assert bodies[0]["container"]["is_ephemeral"]
    assert "message" not in bodies[0]
    await until(lambda: _text_is(people, "ana", "done"))
    assert len(await people.messages("ana")) == 1
    unseen = await people.try_to("click", "ben", channel="floor", ts=ts, action_id="go")
    assert unseen["error"] == "message_not_found"


async def test_shortcuts_on_messages_and_anywhere(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    bodies: list[Json] = []

    @app.message_shortcut("look")
    @app.global_shortcut("begin")
    async def shortcut(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack()

    await connect(app)
    ts = (await client.chat_postMessage(channel=FLOOR, text="card"))["ts"]
    await people.do("shortcut", "ana", channel="floor", ts=ts, callback_id="look")
    await people.do("shortcut", "ana", callback_id="begin")
    on_message, anywhere = bodies
    assert (on_message["type"], on_message["callback_id"], on_message["message_ts"]) == ("message_action", "look", ts)
    assert on_message["message"]["text"] == "card"
    assert on_message["channel"]["id"] == FLOOR
    assert on_message["response_url"]
    assert anywhere["type"] == "shortcut"
    assert "channel" not in anywhere


async def test_external_selects_ask_the_app(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    chosen: list[Json] = []

    @app.options("find")
    async def find(ack: AsyncAck, body: Json) -> None:
        names = ("maya", "mario", "zoe")
        await ack(options=[option(name, name.title()) for name in names if name.startswith(body["value"])])

    @app.action("find")
    async def pick(ack: AsyncAck, body: Json) -> None:
        chosen.append(body["actions"][0])
        await ack()

    await connect(app)
    select = {"type": "external_select", "action_id": "find", "placeholder": plain("Who?")}
    ts = (await client.chat_postMessage(channel=FLOOR, text="card", blocks=[actions(select)]))["ts"]
    answer = await people.do("options", "ana", channel="floor", ts=ts, action_id="find", query="ma")
    assert [found["value"] for found in answer["options"]] == ["maya", "mario"]
    await people.do("click", "ana", channel="floor", ts=ts, action_id="find", value="mario")
    assert chosen[0]["selected_option"] == option("mario", "Mario")
    nobody = await people.try_to("click", "ana", channel="floor", ts=ts, action_id="find", value="nobody")
    assert nobody["error"] == "unknown_option"


async def test_the_home_tab_is_opened_published_and_pressed(app: AsyncApp, connect: Connect, people: People) -> None:
    events: list[Json] = []
    presses: list[Json] = []

    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        events.append(event)
        blocks = [section(f"opened {len(events)}"), actions(button())]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("go")
    async def go(ack: AsyncAck, body: Json) -> None:
        presses.append(body)
        await ack()

    await connect(app)
    first = (await people.see("home", "ana"))["view"]
    assert first["blocks"][0]["text"]["text"] == "opened 1"
    second = (await people.see("home", "ana"))["view"]
    assert second["blocks"][0]["text"]["text"] == "opened 2"
    assert (second["id"], second["type"]) == (first["id"], "home")
    assert events[0]["tab"] == "home"
    assert events[1]["view"]["id"] == first["id"]
    await people.do("click", "ana", view_id=second["id"], action_id="go")
    assert presses[0]["view"]["type"] == "home"
    assert presses[0]["container"] == {"type": "view", "view_id": second["id"]}
    assert "channel" not in presses[0]


async def test_a_trigger_opens_one_modal_only(app: AsyncApp, connect: Connect, people: People) -> None:
    errors: list[str] = []

    @app.command("/twice")
    async def twice(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        view = {"type": "modal", "title": plain("One"), "blocks": [section()]}
        for trigger in (body["trigger_id"], body["trigger_id"], "1.2.3"):
            try:
                await client.views_open(trigger_id=trigger, view=view)
            except SlackApiError as error:
                errors.append(error.response["error"])
        await ack()

    await connect(app)
    await people.do("slash", "ana", channel="floor", text="/twice")
    assert errors == ["exchanged_trigger_id", "invalid_trigger_id"]
    assert (await people.view("ana"))["title"]["text"] == "One"


async def test_each_envelope_goes_to_one_of_several_connections(
    playground: PlaygroundProcess, connect: Connect, people: People
) -> None:
    heard: list[int] = []
    apps = [AsyncApp(client=playground.client(), signing_secret="x", process_before_response=True) for _ in range(3)]
    for number, one in enumerate(apps):
        _listen(one, number, heard)
    connections = [await connect(one) for one in apps]
    for _ in range(6):
        await people.do("slash", "ana", channel="floor", text="/who")
    assert sorted(heard) == [0, 0, 1, 1, 2, 2]
    await connections[0].close()
    await people.do("slash", "ana", channel="floor", text="/who")
    assert len(heard) == 7
    for connection in connections[1:]:
        await connection.close()
    assert (await people.see("workspace", "ana"))["connected"] is False


def _listen(app: AsyncApp, number: int, heard: list[int]) -> None:
    @app.command("/who")
    async def who(ack: AsyncAck) -> None:
        heard.append(number)
        await ack()


async def _text_is(people: People, user: str, text: str) -> bool:
    return bool((await people.last(user))["text"] == text)
