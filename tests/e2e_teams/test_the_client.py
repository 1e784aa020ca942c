"""What the local Teams client does with any bot: the ground that the other tests stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.calls import Json
from tests.e2e_teams.client import MENTION, TeamsClient
from tests.e2e_teams.company import FLOOR, PEOPLE
from tests.e2e_teams.scripted_bot import ADAPTIVE, ScriptedBot, attached, connector
from tests.e2e_teams.window import Window

ACTION = "adaptiveCard/action"


@pytest.fixture(scope="module")
def bot() -> Iterator[ScriptedBot]:
    with ScriptedBot() as running:
        yield running


@pytest.fixture(scope="module")
def client(bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsClient]:
    with TeamsClient(tmp_path_factory.mktemp("client"), bot.port) as running:
        yield running


@pytest.fixture(scope="module")
def ana(chromium: Browser, client: TeamsClient) -> Iterator[Window]:
    opened = client.window(chromium)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def chloe(chromium: Browser, client: TeamsClient) -> Iterator[Window]:
    opened = client.window(chromium, "chloe")
    yield opened
    opened.close()


def card(words: str, *actions: Json, body: tuple[Json, ...] = ()) -> Json:
    text = {"type": "TextBlock", "text": words, "wrap": True}
    return {"type": "AdaptiveCard", "version": "1.5", "body": [text, *body], "actions": list(actions)}


def execute(label: str, verb: str, **more: object) -> Json:
    return {"type": "Action.Execute", "title": label, "verb": verb, "data": {"args": {"ref": "B-1"}}, **more}


def show(client: TeamsClient, content: Json) -> Json:
    return connector(client.service_url, "POST", attached(content), FLOOR, "activities")


def test_words_in_a_personal_chat_reach_the_bot(ana: Window, bot: ScriptedBot) -> None:
    ana.open_personal()
    ana.say("help")
    heard = bot.heard(type="message", text="help")
    assert heard["from"] == PEOPLE["ana"].account
    assert heard["conversation"]["conversationType"] == "personal"


def test_a_post_that_mentions_the_bot_reaches_it_in_its_thread(ana: Window, bot: ScriptedBot) -> None:
    ana.open_channel()
    post = ana.post("claim B-1")
    heard = bot.heard(type="message", text=f"{MENTION} claim B-1")
    assert heard["conversation"]["id"].startswith(f"{FLOOR};messageid=")
    ana.reply(post, "and B-2")
    assert bot.heard(text=f"{MENTION} and B-2")["conversation"] == heard["conversation"]


def test_what_another_person_writes_comes_in_their_name(chloe: Window, bot: ScriptedBot) -> None:
    chloe.open_channel()
    post = chloe.post("claim B-3")
    heard = bot.heard(text=f"{MENTION} claim B-3")
    assert heard["from"] == PEOPLE["chloe"].account
    chloe.reply(post, "thanks")
    assert bot.heard(text=f"{MENTION} thanks")["conversation"] == heard["conversation"]
    chloe.open_personal()
    chloe.say("mine")
    assert bot.heard(text="mine")["from"] == PEOPLE["chloe"].account


def test_a_press_changes_the_card_in_place_and_an_edit_shows_in_every_window(
    ana: Window, chloe: Window, bot: ScriptedBot, client: TeamsClient
) -> None:
    bot.answers[ACTION] = lambda _: {"statusCode": 200, "type": ADAPTIVE, "value": card("Apple, claimed")}
    ana.open_channel()
    chloe.open_channel()
    sent = show(client, card("Apple, new", execute("Claim", "claim")))
    seen = ana.card_with("Apple")
    chloe.card_with("Apple").press("Claim")
    pressed = bot.heard(name=ACTION)
    assert pressed["from"] == PEOPLE["chloe"].account
    assert pressed["value"]["action"] == execute("Claim", "claim")
    assert pressed["replyToId"] == sent["id"]
    chloe.card_with("Apple").shows("claimed")
    seen.shows("new")
    connector(client.service_url, "PUT", attached(card("Apple, by Chloé")), FLOOR, "activities", sent["id"])
    seen.shows("by Chloé")
    chloe.card_with("Apple").shows("by Chloé")


def test_what_is_answered_in_words_stands_below_the_card(ana: Window, bot: ScriptedBot, client: TeamsClient) -> None:
    said = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Somebody has it."}
    bot.answers[ACTION] = lambda _: said
    ana.open_channel()
    show(client, card("Pear", execute("Claim", "claim"), execute("Hide", "hide", mode="secondary")))
    seen = ana.card_with("Pear")
    assert seen.buttons() == ["Claim"]
    assert seen.more() == ["Hide"]
    seen.press("Hide")
    expect(seen.told()).to_contain_text("Somebody has it.")
    assert bot.heard(name=ACTION)["value"]["action"]["verb"] == "hide"


def test_a_form_on_a_card_is_filled_in_and_sent(ana: Window, bot: ScriptedBot, client: TeamsClient) -> None:
    bot.answers[ACTION] = lambda _: {"statusCode": 200, "type": ADAPTIVE, "value": card("Plum, noted")}
    entries = [{"title": "Product", "value": "product"}, {"title": "Sales", "value": "sales"}]
    body: tuple[Json, ...] = (
        {
            "type": "Input.Text",
            "id": "field:text",
            "label": "Text",
            "isRequired": True,
            "errorMessage": "Say something.",
        },
        {"type": "Input.ChoiceSet", "id": "field:one", "label": "Department", "choices": entries},
        {"type": "Input.ChoiceSet", "id": "field:many", "label": "Several", "choices": entries, "isMultiSelect": True},
        {"type": "Input.Toggle", "id": "field:sure", "title": "I am sure"},
    )
    ana.open_channel()
    show(client, card("Plum", execute("Send", "note"), body=body))
    seen = ana.card_with("Plum")
    seen.press("Send")
    seen.shows("Say something.")
    seen.fill("Text", "on its way")
    seen.pick("Department", "Sales")
    seen.pick("Several", "Product", "Sales")
    seen.tick("I am sure")
    seen.press("Send")
    seen.shows("noted")
    sent = bot.heard(name=ACTION)["value"]["action"]["data"]
    assert sent == {
        "args": {"ref": "B-1"},
        "field:text": "on its way",
        "field:one": "sales",
        "field:many": "product,sales",
        "field:sure": "true",
    }


def test_the_message_extension_searches(ana: Window, bot: ScriptedBot) -> None:
    preview = {"contentType": "application/vnd.microsoft.card.thumbnail", "content": {"title": "Tom", "text": "Lyon"}}
    found = {"contentType": ADAPTIVE, "content": card("Tom of Lyon"), "preview": preview}
    result = {"type": "result", "attachmentLayout": "list", "attachments": [found]}
    bot.answers["composeExtension/query"] = lambda _: {"composeExtension": result}
    ana.open_personal()
    results = ana.search("customers", "tom", "query")
    expect(results).to_contain_text("Lyon")
    asked = bot.heard(name="composeExtension/query")["value"]
    assert (asked["commandId"], asked["parameters"]) == ("customers", [{"name": "query", "value": "tom"}])
    ana.choose_found(results, "Tom").shows("Tom of Lyon")
    ana.send()
    ana.card_with("Tom of Lyon")


def test_an_action_on_a_message_opens_a_dialog(ana: Window, bot: ScriptedBot, client: TeamsClient) -> None:
    submit = {"type": "Action.Submit", "title": "Share", "data": {"verb": "share"}}
    asked = card("What to say?", submit, body=({"type": "Input.Text", "id": "field:text", "label": "Text"},))
    dialog = {"type": "continue", "value": {"title": "Share", "card": {"contentType": ADAPTIVE, "content": asked}}}
    bot.answers["composeExtension/fetchTask"] = lambda _: {"task": dialog}
    bot.answers["composeExtension/submitAction"] = lambda _: {"task": {"type": "message", "value": "Shared it."}}
    ana.open_channel()
    connector(client.service_url, "POST", {"type": "message", "text": "It arrived broken"}, FLOOR, "activities")
    form = ana.act_on(ana.post_with("It arrived broken"), "share")
    form.fill("Text", "please look")
    form.press("Share")
    form.shows("Shared it.")
    sent = bot.heard(name="composeExtension/submitAction")["value"]
    assert sent["data"] == {"verb": "share", "field:text": "please look"}
    assert "It arrived broken" in sent["messagePayload"]["body"]["content"]
    ana.close_dialog()


def test_no_window_had_an_error(ana: Window, chloe: Window) -> None:
    assert ana.errors + chloe.errors == []
