"""What Slack refuses of messages and views is refused, with Slack's error words and a pointer to the place."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.limits import TEXT_CHARACTERS, check_message_blocks, check_view
from playground.refusal import Refused
from tests.playground.test_web_api import refusal

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def menu(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "menu", "options": [option(str(n)) for n in range(count)], **more}


def option(value: str, text: str = "Option") -> Json:
    return {"text": plain(text), "value": value}


def entry(**more: Any) -> Json:
    return {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "a"}, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks), **more}


REFUSED_BLOCKS = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "an unknown block": ([{"type": "poem"}], "unsupported type: poem"),
    "a section of 3001 characters": ([section("x" * 3001)], "must be less than 3001 characters"),
    "an empty text": ([section("")], "must be more than 0 characters"),
    "a section without text and fields": ([{"type": "section"}], "must have either text or fields"),
    "eleven fields": ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10 items allowed"),
    "a field of 2001 characters": ([{"type": "section", "fields": [plain("x" * 2001)]}], "2001 characters"),
    "a header of 151 characters": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    "a header with markup": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    "no elements": ([actions()], "no less than 1 items allowed"),
    "26 buttons": ([actions(*(button(str(n)) for n in range(26)))], "no more than 25 items allowed"),
    "eleven context elements": ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items"),
    "a button text of 76 characters": ([actions({**button(), "text": plain("x" * 76)})], "less than 76 characters"),
    "a button value of 2001 characters": ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    "an action_id of 256 characters": ([actions(button("x" * 256))], "must be less than 256 characters"),
    "a block_id of 256 characters": ([section(block_id="x" * 256)], "must be less than 256 characters"),
    "one action_id twice in a block": ([actions(button(), button())], "`action_id` `go` already exists"),
    "one block_id twice": ([section(block_id="b"), section(block_id="b")], "`block_id` `b` already exists"),
    "a style that does not exist": ([actions(button(style="loud"))], "must be one of: primary, danger"),
    "an input among actions": ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "a button as an input": ([entry(element=button())], "unsupported type: button"),
    "101 options": ([actions(menu(101))], "no more than 100 items allowed"),
    "a menu without options": ([actions(menu(0))], "no less than 1 items allowed"),
    "an option text of 76 characters": ([actions(menu(options=[option("a", "x" * 76)]))], "less than 76 characters"),
    "an option value of 151 characters": ([actions(menu(options=[option("x" * 151)]))], "less than 151 characters"),
    "an initial option that is not offered": (
        [actions(menu(initial_option=option("9")))],
        "initial_option must be one of the options",
    ),
    "six overflow options": (
        [section(accessory={"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]})],
        "no more than 5 items allowed",
    ),
    "a field that does not exist": ([section(colour="red")], "invalid additional property: colour"),
    "a picture without alternative text": ([{"type": "image", "image_url": "http://x/"}], "required field: alt_text"),
    "21 table columns": ([{"type": "table", "rows": [[{}] * 21]}], "no more than 20 items allowed"),
    "101 table rows": ([{"type": "table", "rows": [[{}]] * 101}], "no more than 100 items allowed"),
}


@pytest.mark.parametrize("case", REFUSED_BLOCKS)
def test_blocks_beyond_a_limit_are_refused(case: str) -> None:
    blocks, message = REFUSED_BLOCKS[case]
    with pytest.raises(Refused) as caught:
        check_message_blocks(blocks)
    assert caught.value.error == "invalid_blocks"
    assert any(message in found for found in caught.value.messages), caught.value.messages


def test_blocks_at_their_limits_are_taken() -> None:
    check_message_blocks([{"type": "divider"}] * 50)
    check_message_blocks([section("x" * 3000), {"type": "header", "text": plain("x" * 150)}])
    check_message_blocks([{"type": "section", "fields": [plain("x" * 1000)] * 10}])
    check_message_blocks([actions(*(button(str(n), value="x" * 2000) for n in range(25)))])
    check_message_blocks([actions(menu(100, initial_option=option("7")))])
    check_message_blocks([actions(button()), actions(button())])
    check_message_blocks([{"type": "markdown", "text": "x" * 12_000}])


def test_all_texts_together_may_not_be_too_long() -> None:
    with pytest.raises(Refused) as caught:
        check_message_blocks([section("x" * 3000)] * 5)
    assert caught.value.error == "msg_blocks_too_long"


REFUSED_VIEWS = {
    "a title of 25 characters": (
        modal(title=plain("x" * 25)),
        "less than 25 characters [json-pointer:/view/title/text]",
    ),
    "a submit of 25 characters": (modal(submit=plain("x" * 25)), "less than 25 characters"),
    "a close of 25 characters": (modal(close=plain("x" * 25)), "less than 25 characters"),
    "inputs without submit": ({**modal(entry()), "submit": None}, "`submit` is required"),
    "101 blocks": (modal(*([{"type": "divider"}] * 101)), "no more than 100 items allowed"),
    "private_metadata of 3001 characters": (modal(private_metadata="x" * 3001), "less than 3001 characters"),
    "a callback_id of 256 characters": (modal(callback_id="x" * 256), "less than 256 characters"),
    "a title of Slack's own": (modal(id="V1"), "invalid additional property: id"),
    "no blocks": ({"type": "modal", "title": plain("x")}, "missing required field: blocks"),
    "a markdown block": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
}


@pytest.mark.parametrize("case", REFUSED_VIEWS)
def test_views_beyond_a_limit_are_refused(case: str) -> None:
    view, message = REFUSED_VIEWS[case]
    with pytest.raises(Refused) as caught:
        check_view(view)
    assert caught.value.error == "invalid_arguments"
    assert any(message in found for found in caught.value.messages), caught.value.messages


def test_views_at_their_limits_are_taken() -> None:
    check_view(modal(entry(), title=plain("x" * 24), private_metadata="x" * 3000))
    check_view({"type": "home", "blocks": [{"type": "divider"}] * 100})


async def test_the_web_api_names_the_problem(client: AsyncWebClient) -> None:
    call = {"channel": "C0FLOOR001", "text": "card", "blocks": [section("x" * 3001)]}
    answer = await _answer(client, "chat.postMessage", call)
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    long = {"channel": "C0FLOOR001", "text": "x" * (TEXT_CHARACTERS + 1)}
    assert (await _answer(client, "chat.postMessage", long))["error"] == "msg_too_long"
    broken = {"channel": "C0FLOOR001", "text": "card", "blocks": "[{"}
    assert (await _answer(client, "chat.postMessage", broken))["error"] == "invalid_blocks_format"
    home = client.views_publish(user_id="U0ANALIMA1", view={"type": "home", "blocks": [{"type": "poem"}]})
    assert await refusal(home) == "invalid_arguments"


async def _answer(client: AsyncWebClient, method: str, arguments: Json) -> Json:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    answer: Json = caught.value.response.data
    return answer
