"""Modals from opening to closing: what can be entered, how the app refuses or goes on, and what it hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.conftest import Connect
from tests.playground.process import People
from tests.playground.test_limits import actions, button, entry, menu, modal, option, plain, section

Json = dict[str, Any]
Answer = Callable[[Json], Json]


def field(block_id: str, kind: str, **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": {"type": kind, "action_id": f"{block_id}_action", **element},
    }


OPTIONS = [option("a", "A"), option("b", "B"), option("c", "C")]
EVERY_FIELD = modal(
    field("text", "plain_text_input"),
    field("choice", "static_select", options=OPTIONS),
    field("choices", "multi_static_select", options=OPTIONS),
    field("found", "external_select"),
    field("user", "users_select"),
    field("users", "multi_users_select"),
    field("place", "conversations_select"),
    field("channel", "channels_select"),
    field("date", "datepicker"),
    field("time", "timepicker"),
    field("moment", "datetimepicker"),
    field("radio", "radio_buttons", options=OPTIONS),
    field("boxes", "checkboxes", options=OPTIONS),
    field("number", "number_input", is_decimal_allowed=False),
    field("mail", "email_text_input"),
    field("link", "url_text_input"),
)
ENTERED: Json = {
    "text": "words",
    "choice": "b",
    "choices": ["a", "c"],
    "found": "x",
    "user": "U0BENOKORO",
    "users": ["U0BENOKORO", "U0ANALIMA1"],
    "place": "C0FLOOR001",
    "channel": "C0MANAGEME",
    "date": "2025-11-30",
    "time": "09:30",
    "moment": 1_764_500_000,
    "radio": "a",
    "boxes": ["b"],
    "number": 7,
    "mail": "maya@acme.example",
    "link": "https://acme.example/x",
}
EXPECTED: Json = {
    "text": {"type": "plain_text_input", "value": "words"},
    "choice": {"type": "static_select", "selected_option": OPTIONS[1]},
    "choices": {"type": "multi_static_select", "selected_options": [OPTIONS[0], OPTIONS[2]]},
    "found": {"type": "external_select", "selected_option": option("x", "X")},
    "user": {"type": "users_select", "selected_user": "U0BENOKORO"},
    "users": {"type": "multi_users_select", "selected_users": ["U0BENOKORO", "U0ANALIMA1"]},
    "place": {"type": "conversations_select", "selected_conversation": "C0FLOOR001"},
    "channel": {"type": "channels_select", "selected_channel": "C0MANAGEME"},
    "date": {"type": "datepicker", "selected_date": "2025-11-30"},
    "time": {"type": "timepicker", "selected_time": "09:30"},
    "moment": {"type": "datetimepicker", "selected_date_time": 1_764_500_000},
    "radio": {"type": "radio_buttons", "selected_option": OPTIONS[0]},
    "boxes": {"type": "checkboxes", "selected_options": [OPTIONS[1]]},
    "number": {"type": "number_input", "value": "7"},
    "mail": {"type": "email_text_input", "value": "maya@acme.example"},
    "link": {"type": "url_text_input", "value": "https://acme.example/x"},
}


class Form:
    """An app whose `/form` opens `view` and which answers submissions with `answer`; keeps what it hears."""

    def __init__(self, app: AsyncApp, view: Json) -> None:
        self.view = {"callback_id": "form", **view}
        self.answer: Json = {}
        self.bodies: list[Json] = []
        self.closed: list[Json] = []
        app.command("/form")(self._open)
        app.view("form")(self._submitted)
        app.view_closed("form")(self._closed)
        app.action("go")(self._pressed)
        app.options("found_action")(self._offer)
        self.pressed: list[Json] = []

    async def _open(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=self.view)
        await ack()

    async def _submitted(self, ack: AsyncAck, body: Json) -> None:
        self.bodies.append(body)
        await ack(**self.answer)

    async def _closed(self, ack: AsyncAck, body: Json) -> None:
        self.closed.append(body)
        await ack()

    async def _pressed(self, ack: AsyncAck, body: Json) -> None:
        self.pressed.append(body)
        await ack()

    async def _offer(self, ack: AsyncAck) -> None:
        await ack(options=[option("x", "X")])


async def opened(form: Form, people: People) -> Json:
    await people.do("slash", "ana", channel="floor", text="/form")
    return await people.view("ana")


def by_action(values: Json) -> Json:
    return {f"{block_id}_action": value for block_id, value in values.items()}


def by_block_and_action(values: Json) -> Json:
    return {block_id: {f"{block_id}_action": value} for block_id, value in values.items()}


SHAPES: dict[str, Json] = {
    "by action": by_action(ENTERED),
    "by block": ENTERED,
    "by block and action": by_block_and_action(ENTERED),
    "as Slack's state": by_block_and_action(EXPECTED),
    "as Slack's view state": {"values": by_block_and_action(EXPECTED)},
}


async def test_every_kind_of_field_is_filled_in_whichever_way_it_is_named(
    app: AsyncApp, connect: Connect, people: People
) -> None:
    form = Form(app, EVERY_FIELD)
    await connect(app)
    view: Json = {}
    for shape, values in SHAPES.items():
        view = await opened(form, people)
        answer = await people.do("submit", "ana", view_id=view["id"], values=values)
        assert answer == {"ok": True, "view": None}, shape
        assert form.bodies[-1]["view"]["state"]["values"] == by_block_and_action(EXPECTED), shape
    view = await opened(form, people)
    by_name = {**ENTERED, "user": "ben", "users": ["@ben", "ana"], "place": "#floor", "channel": "management"}
    await people.do("submit", "ana", view_id=view["id"], values=by_name)
    body = form.bodies[-1]
    assert body["view"]["state"]["values"] == by_block_and_action(EXPECTED)
    assert (body["type"], body["user"]["id"], body["view"]["id"]) == ("view_submission", "U0ANALIMA1", view["id"])
    assert body["response_urls"] == []
    assert body["trigger_id"]
    assert (await people.see("view", "ana"))["view"] is None


async def test_what_is_missing_takes_its_initial_value(app: AsyncApp, connect: Connect, people: People) -> None:
    view = modal(
        field("text", "plain_text_input", initial_value="before"),
        field("choice", "static_select", options=OPTIONS, initial_option=OPTIONS[2]),
        field("users", "multi_users_select", initial_users=["U0BENOKORO"]),
        {**field("free", "plain_text_input"), "optional": True},
    )
    form = Form(app, view)
    await connect(app)
    shown = await opened(form, people)
    await people.do("submit", "ana", view_id=shown["id"], values={"choice": "a"})
    values = form.bodies[0]["view"]["state"]["values"]
    assert values["text"]["text_action"]["value"] == "before"
    assert values["choice"]["choice_action"]["selected_option"] == OPTIONS[0]
    assert values["users"]["users_action"]["selected_users"] == ["U0BENOKORO"]
    assert values["free"]["free_action"]["value"] is None


REFUSED_ENTRIES: dict[str, tuple[Json, Json, str]] = {
    "nothing in a required field": (field("f", "plain_text_input"), {}, "missing_fields"),
    "an emptied required field": (field("f", "plain_text_input", initial_value="x"), {"f": ""}, "missing_fields"),
    "no box ticked": (field("f", "checkboxes", options=OPTIONS), {"f": []}, "missing_fields"),
    "too short a text": (field("f", "plain_text_input", min_length=3), {"f": "ab"}, "invalid_fields"),
    "too long a text": (field("f", "plain_text_input", max_length=3), {"f": "abcd"}, "invalid_fields"),
    "no number": (field("f", "number_input", is_decimal_allowed=True), {"f": "many"}, "invalid_fields"),
    "no whole number": (field("f", "number_input", is_decimal_allowed=False), {"f": "1.5"}, "invalid_fields"),
    "too small a number": (
        field("f", "number_input", is_decimal_allowed=False, min_value="3"),
        {"f": "2"},
        "invalid_fields",
    ),
    "no address": (field("f", "email_text_input"), {"f": "maya"}, "invalid_fields"),
    "no link": (field("f", "url_text_input"), {"f": "acme"}, "invalid_fields"),
    "no date": (field("f", "datepicker"), {"f": "tomorrow"}, "invalid_fields"),
    "no time": (field("f", "timepicker"), {"f": "25:00"}, "invalid_fields"),
    "too many choices": (
        field("f", "multi_static_select", options=OPTIONS, max_selected_items=1),
        {"f": ["a", "b"]},
        "invalid_fields",
    ),
    "an option that is not offered": (field("f", "static_select", options=OPTIONS), {"f": "z"}, "unknown_option"),
    "nobody of that name": (field("f", "users_select"), {"f": "nobody"}, "user_not_found"),
    "a field that is not there": (field("f", "plain_text_input"), {"g": "x"}, "unknown_field"),
}


async def test_entries_that_slacks_client_would_not_send_are_refused(
    app: AsyncApp, connect: Connect, people: People
) -> None:
    form = Form(app, {})
    await connect(app)
    for case, (block, values, error) in REFUSED_ENTRIES.items():
        form.view = {**modal(block), "callback_id": "form"}
        view = await opened(form, people)
        answer = await people.try_to("submit", "ana", view_id=view["id"], values=values)
        assert answer["error"] == error, (case, answer)
        assert form.bodies == [], case
        assert (await people.view("ana"))["id"] == view["id"], case


async def test_the_app_refuses_fields_and_the_modal_stays(app: AsyncApp, connect: Connect, people: People) -> None:
    form = Form(app, modal(field("text", "plain_text_input")))
    form.answer = {"response_action": "errors", "errors": {"text": "Not that."}}
    await connect(app)
    view = await opened(form, people)
    answer = await people.do("submit", "ana", view_id=view["id"], values={"text": "that"})
    assert answer["errors"] == {"text": "Not that."}
    assert (await people.view("ana"))["state"]["values"]["text"]["text_action"]["value"] == "that"
    form.answer = {"response_action": "errors", "errors": {"nothing": "Not that."}}
    wrong = await people.try_to("submit", "ana", view_id=view["id"], values={"text": "that"})
    assert wrong["error"] == "invalid_response"


async def test_the_app_changes_pushes_and_clears_modals(app: AsyncApp, connect: Connect, people: People) -> None:
    form = Form(app, modal(entry()))
    await connect(app)
    first = await opened(form, people)
    form.answer = {"response_action": "update", "view": {**modal(entry(block_id="b")), "callback_id": "form"}}
    updated = (await people.do("submit", "ana", view_id=first["id"], values={"a": "x"}))["view"]
    assert (updated["id"], updated["blocks"][0]["block_id"]) == (first["id"], "b")
    assert updated["hash"] != first["hash"]
    form.answer = {"response_action": "push", "view": {**modal(entry()), "callback_id": "form"}}
    second = (await people.do("submit", "ana", view_id=first["id"], values={"a": "x"}))["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    third = (await people.do("submit", "ana", view_id=second["id"], values={"a": "x"}))["view"]
    fourth = await people.try_to("submit", "ana", view_id=third["id"], values={"a": "x"})
    assert fourth["error"] == "push_limit_reached"
    below = await people.try_to("submit", "ana", view_id=first["id"], values={"a": "x"})
    assert below["error"] == "view_not_found"
    form.answer = {}
    assert (await people.do("submit", "ana", view_id=third["id"], values={"a": "x"}))["view"]["id"] == second["id"]
    form.answer = {"response_action": "clear"}
    assert (await people.do("submit", "ana", view_id=second["id"], values={"a": "x"}))["view"] is None


async def test_views_that_slack_would_refuse_are_refused_in_answers_too(
    app: AsyncApp, connect: Connect, people: People
) -> None:
    form = Form(app, modal(entry()))
    form.answer = {"response_action": "update", "view": modal(entry(), title=plain("x" * 25))}
    await connect(app)
    view = await opened(form, people)
    answer = await people.try_to("submit", "ana", view_id=view["id"], values={"a": "x"})
    assert answer["error"] == "invalid_arguments"
    assert "/view/title/text" in answer["detail"]


async def test_the_app_hears_of_a_dismissed_modal_when_it_wants(
    app: AsyncApp, connect: Connect, people: People
) -> None:
    form = Form(app, modal(entry(), notify_on_close=True, private_metadata="B-1"))
    await connect(app)
    view = await opened(form, people)
    assert (await people.do("close", "ana", view_id=view["id"]))["view"] is None
    assert form.closed[0]["view"]["private_metadata"] == "B-1"
    assert form.closed[0]["is_cleared"] is False
    form.view["notify_on_close"] = False
    view = await opened(form, people)
    await people.do("close", "ana", view_id=view["id"])
    assert len(form.closed) == 1


async def test_a_press_in_a_modal_carries_what_was_entered(app: AsyncApp, connect: Connect, people: People) -> None:
    form = Form(app, modal(field("text", "plain_text_input"), {**actions(button(), menu(3)), "block_id": "row"}))
    app.action("menu")(form._pressed)
    await connect(app)
    view = await opened(form, people)
    pressed = {"view_id": view["id"], "action_id": "menu", "value": "2", "values": {"text": "so far"}}
    await people.do("click", "ana", **pressed)
    await people.do("click", "ana", view_id=view["id"], action_id="go")
    body = form.pressed[1]
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"]["text"]["text_action"]["value"] == "so far"
    assert body["view"]["state"]["values"]["row"]["menu"]["selected_option"]["value"] == "2"
    assert "response_url" not in body


async def test_an_input_speaks_up_only_when_it_dispatches(app: AsyncApp, connect: Connect, people: People) -> None:
    quiet = field("quiet", "static_select", options=OPTIONS)
    loud = {**field("loud", "static_select", options=OPTIONS), "dispatch_action": True}
    form = Form(app, modal(quiet, loud))
    app.action("loud_action")(form._pressed)
    await connect(app)
    view = await opened(form, people)
    await people.do("click", "ana", view_id=view["id"], action_id="quiet_action", value="a")
    await people.do("click", "ana", view_id=view["id"], action_id="loud_action", value="b")
    assert [body["actions"][0]["action_id"] for body in form.pressed] == ["loud_action"]
    await people.do("submit", "ana", view_id=view["id"])
    values = form.bodies[0]["view"]["state"]["values"]
    assert values["quiet"]["quiet_action"]["selected_option"] == OPTIONS[0]


async def test_views_update_keeps_entries_and_minds_the_hash(
    app: AsyncApp, connect: Connect, people: People, client: AsyncWebClient
) -> None:
    form = Form(app, modal(field("text", "plain_text_input"), {**actions(button()), "block_id": "row"}))
    await connect(app)
    view = await opened(form, people)
    pressed = {"view_id": view["id"], "action_id": "go", "values": {"text": "kept"}}
    await people.do("click", "ana", **pressed)
    more = modal(field("text", "plain_text_input"), section("more"))
    updated = (await client.views_update(view_id=view["id"], hash=view["hash"], view=more))["view"]
    assert (await people.view("ana"))["state"]["values"]["text"]["text_action"]["value"] == "kept"
    with pytest.raises(SlackApiError) as caught:
        await client.views_update(view_id=view["id"], hash=view["hash"], view=more)
    assert caught.value.response["error"] == "hash_conflict"
    await client.views_update(view_id=view["id"], hash=updated["hash"], view=more)
    await people.do("close", "ana", view_id=view["id"])
    with pytest.raises(SlackApiError) as caught:
        await client.views_update(view_id=view["id"], view=more)
    assert caught.value.response["error"] == "not_found"


async def test_a_chosen_conversation_gives_the_app_a_way_to_answer_there(
    app: AsyncApp, connect: Connect, people: People
) -> None:
    form = Form(app, modal(field("where", "conversations_select", response_url_enabled=True)))
    await connect(app)
    view = await opened(form, people)
    await people.do("submit", "ana", view_id=view["id"], values={"where": "C0FLOOR001"})
    url = form.bodies[0]["response_urls"][0]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("where", "where_action", "C0FLOOR001")
    assert url["response_url"].startswith("http://127.0.0.1:")
