"""Round trips with people in a real playground, over HTTP and over Socket Mode: what they do, and what they then see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

from bot.cards import Actions, Button, Card, Menu, Paragraph
from bot.commands import Reply
from bot.dispatch import FieldErrors
from bot.domain.people import Person
from bot.ports import SentMessage
from bot.slack.listeners import READING_SECONDS
from tests.bot.slack.conftest import BOTH_WAYS, Running
from tests.bot.slack.doubles import Asked, Thread, card
from tests.bot.slack.forms import EVERY_KIND
from tests.bot.slack.judged import visible
from tests.playground.process import People

NOTE_MENU = Menu((Button("Note…", "note", {"conversation": "B-1"}), Button("Show", "show", {"conversation": "B-1"})))
CLAIMABLE = Card(
    "B-1 on the floor",
    (Paragraph(("B-1 on the floor",)), Actions((Button("Claim", "claim", {"conversation": "B-1"}), NOTE_MENU))),
)


async def posted(baton: Running) -> SentMessage:
    return await baton.app.platform.post("#floor", CLAIMABLE, "m-1")


async def ask_form(_: Asked) -> Reply:
    return Reply(form=EVERY_KIND)


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Waits for something that follows without anyone waiting for it."""
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen")


@BOTH_WAYS
async def test_a_slash_command_is_answered_to_the_person_alone(baton: Running, people: People) -> None:
    await people.do("slash", "ana", channel="floor", text="/baton pass B-1 @ben is this yours?")
    (asked,) = baton.commands.asked
    assert asked.what == "pass B-1 @slack:U0BENOKORO is this yours?"
    assert (asked.actor.name, asked.actor.department) == ("Ana Lima", "support")
    last = await people.last("ana")
    assert last["ephemeral"]
    assert visible(last["blocks"]).startswith("Ana Lima text: pass B-1")
    assert await people.messages("ben") == []


@BOTH_WAYS
async def test_a_button_says_who_pressed_what_on_which_card(baton: Running, people: People) -> None:
    sent = await posted(baton)
    await people.do("click", "ben", channel="floor", ts=sent.message, action_id="cmd:claim")
    (asked,) = baton.commands.asked
    assert (asked.how, asked.what, asked.args) == ("press", "claim", {"conversation": "B-1"})
    assert (asked.actor.name, asked.origin.channel, asked.origin.message) == ("Ben Okoro", "C0FLOOR001", sent.message)
    last = await people.last("ben")
    assert last["ephemeral"]
    assert visible(last["blocks"]) == "Ben Okoro press: claim"


async def test_what_takes_long_to_look_up_is_told_after_the_acknowledgement(baton: Running, people: People) -> None:
    async def slowly(asked: Asked) -> Reply:
        await asyncio.sleep(READING_SECONDS + 0.3)
        return Reply(card=card(f"{asked.what}: done"))

    baton.commands.answer = slowly
    await people.do("slash", "ana", channel="floor", text="/baton customer Maya")
    await asyncio.sleep(3)
    assert visible((await people.last("ana"))["blocks"]) == "customer Maya: done"
    said = [message["text"] for message in await people.messages("ana")]
    assert any("the answer comes in a moment" in each for each in said)
    assert (await people.last("ana"))["ephemeral"]


async def test_what_changes_something_is_acknowledged_when_it_is_done(baton: Running, people: People) -> None:
    async def slowly(asked: Asked) -> Reply:
        await asyncio.sleep(READING_SECONDS + 0.2)
        return Reply(card=card("claimed"))

    baton.commands.answer = slowly
    await people.do("slash", "ana", channel="floor", text="/baton claim B-1")
    assert [visible(message.get("blocks") or []) for message in await people.messages("ana")] == ["claimed"]


async def test_a_mere_confirmation_is_not_shown_after_a_button_on_a_card(baton: Running, people: People) -> None:
    async def quietly(_: Asked) -> Reply:
        return Reply(card=card("done"), quiet=True)

    baton.commands.answer = quietly
    sent = await posted(baton)
    await people.do("click", "ben", channel="floor", ts=sent.message, action_id="cmd:claim")
    assert len(await people.messages("ben")) == 1
    await people.do("slash", "ben", channel="floor", text="/baton claim B-1")
    assert visible((await people.last("ben"))["blocks"]) == "done"


async def test_a_menu_option_carries_its_verb(baton: Running, people: People) -> None:
    sent = await posted(baton)
    option = 'note {"conversation":"B-1"}'
    await people.do("click", "ana", channel="floor", ts=sent.message, action_id="menu", value=option)
    assert (baton.commands.asked[0].what, baton.commands.asked[0].args) == ("note", {"conversation": "B-1"})


async def test_the_rest_of_a_long_menu_opens_in_a_modal_whose_buttons_act_on_the_card(
    baton: Running, people: People
) -> None:
    verbs = ["a", "b", "c", "d", "claim", "note", "gone"]
    menu = Menu(tuple(Button(verb, verb, {"conversation": "B-1"}) for verb in verbs))
    sent = await baton.app.platform.post("#floor", Card("x", (Actions((menu,)),)), "m-1")
    option = '… claim,note,gone {"conversation":"B-1"}'
    await people.do("click", "ana", channel="floor", ts=sent.message, action_id="menu", value=option)
    view = await people.view("ana")
    assert [block["accessory"]["action_id"] for block in view["blocks"]] == ["cmd:claim", "cmd:note"]
    assert (view["title"]["text"], view["blocks"][0]["text"]["text"]) == ("More to do", "Take the baton")
    await people.do("click", "ana", view_id=view["id"], action_id="cmd:claim")
    (asked,) = baton.commands.asked
    assert (asked.args, asked.origin.message) == ({"conversation": "B-1"}, sent.message)
    assert visible((await people.view("ana"))["blocks"]) == "Ana Lima press: claim"


@BOTH_WAYS
async def test_a_form_opens_is_refused_with_a_sentence_and_is_sent(baton: Running, people: People) -> None:
    sent = await posted(baton)
    baton.commands.answer = ask_form
    await people.do("click", "ana", channel="floor", ts=sent.message, action_id="cmd:claim")
    view = await people.view("ana")
    assert view["title"]["text"].startswith("Pass B-12")

    async def refuse(_: Asked) -> Reply:
        raise FieldErrors({"ask": "Say more."})

    baton.commands.answer = refuse
    values = {"field:ask": "can you?", "field:who": "U0BENOKORO", "field:to": "department:legal"}
    answer = await people.do("submit", "ana", view_id=view["id"], values=values)
    assert answer["errors"] == {"field:ask": "Say more."}

    async def accept(asked: Asked) -> Reply:
        return Reply(card=card(f"passed: {asked.args['ask']}"))

    baton.commands.answer = accept
    answer = await people.do("submit", "ana", view_id=view["id"], values=values)
    assert answer["view"] is None
    asked = baton.commands.asked[-1]
    assert (asked.how, asked.what, asked.origin.by) == ("submit", "pass", "form")
    assert (asked.origin.channel, asked.origin.message) == ("C0FLOOR001", sent.message)
    assert asked.args == {
        "conversation": "B-12",
        "ask": "can you?",
        "title": "",
        "outcome": "idea",
        "who": "@slack:U0BENOKORO",
        "home": "support",
        "others": "support,legal",
        "to": "department:legal",
        "until": "2026-03-02T09:00:00+00:00",
    }
    assert visible((await people.last("ana"))["blocks"]) == "passed: can you?"


async def test_a_form_after_a_slash_command_is_open_once_the_command_is_acknowledged(
    baton: Running, people: People
) -> None:
    baton.commands.answer = ask_form
    await people.do("slash", "ana", channel="floor", text="/baton pass")
    view = await people.view("ana")

    async def next_form(_: Asked) -> Reply:
        return Reply(form=EVERY_KIND)

    baton.commands.answer = next_form
    answer = await people.do("submit", "ana", view_id=view["id"], values={"field:who": "U0BENOKORO"})
    assert answer["view"]["title"]["text"].startswith("Pass B-12")


async def test_a_form_that_failed_keeps_what_was_typed(baton: Running, people: People) -> None:
    baton.commands.answer = ask_form
    await people.do("slash", "ana", channel="floor", text="/baton pass")
    view = await people.view("ana")

    async def broken(_: Asked) -> Reply:
        raise RuntimeError("the disk is full")

    baton.commands.answer = broken
    answer = await people.do("submit", "ana", view_id=view["id"], values={"field:who": "U0BENOKORO"})
    assert "Something went wrong" in answer["errors"]["field:ask"]


async def test_home_shows_what_the_dispatcher_gives_and_its_buttons_work(baton: Running, people: People) -> None:
    view = (await people.see("home", "ana"))["view"]
    assert visible(view["blocks"]).startswith("Home of Ana Lima")
    await people.do("click", "ana", view_id=view["id"], action_id="cmd:claim")
    assert baton.commands.asked[0].args == {"conversation": "B-1"}
    assert visible((await people.view("ana"))["blocks"]) == "Ana Lima press: claim"


async def test_a_shortcut_acts_on_the_message(baton: Running, people: People) -> None:
    sent = await posted(baton)
    await people.do("shortcut", "ana", channel="floor", ts=sent.message, callback_id="cmd:note")
    (asked,) = baton.commands.asked
    assert (asked.what, asked.origin.by, asked.origin.message) == ("note", "shortcut", sent.message)
    assert asked.args["text"], "the words of the message go along"


@BOTH_WAYS
async def test_what_is_written_in_a_cards_thread_is_heard_changed_and_forgotten(baton: Running, people: People) -> None:
    sent = await posted(baton)
    written = await people.do("message", "ana", channel="floor", thread_ts=sent.message, text="carrier & <box> changed")
    key = ("slack", "C0FLOOR001", written["ts"])
    await until(lambda: key in baton.commands.notes)
    assert baton.commands.notes[key] == f"Ana Lima under {sent.message}: carrier & <box> changed"
    await people.do("edit", "ana", channel="floor", ts=written["ts"], text="carrier changed back")
    await until(lambda: baton.commands.notes[key] == "carrier changed back")
    await people.do("delete", "ana", channel="floor", ts=written["ts"])
    await until(lambda: key not in baton.commands.notes)


async def test_what_is_written_outside_threads_and_by_ourselves_is_not_heard(baton: Running, people: People) -> None:
    sent = await posted(baton)
    await people.do("message", "ana", channel="floor", text="not in a thread")
    await baton.app.platform.post("#floor", card("our own"), "m-2", thread=sent.message)
    heard = await people.do("message", "ana", channel="floor", thread_ts=sent.message, text="in the thread")
    await until(lambda: len(baton.commands.notes) > 0)
    assert [key[2] for key in baton.commands.notes] == [heard["ts"]]


async def test_a_mention_in_a_thread_is_a_command_answered_there_once(baton: Running, people: People) -> None:
    sent = await posted(baton)
    await people.do("message", "ana", channel="floor", thread_ts=sent.message, text="@baton claim for 2h")
    await until(lambda: baton.commands.asked)
    await asyncio.sleep(0.3)
    (asked,) = baton.commands.asked
    assert (asked.what, asked.origin.thread, asked.origin.by) == ("claim for 2h", sent.message, "mention")
    assert baton.commands.notes == {}
    last = await people.last("ana", thread_ts=sent.message)
    assert last["ephemeral"]
    assert visible(last["blocks"]) == "Ana Lima text: claim for 2h"


async def test_a_mention_that_needs_a_form_offers_a_button_for_it(baton: Running, people: People) -> None:
    sent = await posted(baton)
    baton.commands.answer = ask_form
    await people.do("message", "ana", channel="floor", thread_ts=sent.message, text="@baton pass")
    await until(lambda: baton.commands.asked)
    await asyncio.sleep(0.3)
    last = await people.last("ana", thread_ts=sent.message)
    button = last["blocks"][-1]["elements"][0]
    assert button["action_id"] == "cmd:pass"
    assert json.loads(button["value"])["conversation"] == "B-12"
    await people.do("click", "ana", channel="floor", ts=last["ts"], action_id="cmd:pass")
    assert (await people.view("ana"))["title"]["text"].startswith("Pass B-12")


async def test_a_direct_message_is_a_command_answered_as_a_message(baton: Running, people: People) -> None:
    opened = await people.do("dm", "ana", **{"with": "U0BATON001"})
    await people.do("message", "ana", channel=opened["channel"], text="list mine")
    await until(lambda: baton.commands.asked)
    await asyncio.sleep(0.3)
    last = await people.last("ana", opened["channel"])
    assert (visible(last["blocks"]), last["ephemeral"]) == ("Ana Lima text: list mine", False)


@BOTH_WAYS
async def test_an_event_that_was_not_kept_comes_again_and_is_kept_once(baton: Running, people: People) -> None:
    sent = await posted(baton)

    class Stumbling(Thread):
        async def heard(
            self, actor: Person, text: str, message: tuple[str, str, str], thread: str, at: datetime | None = None
        ) -> None:
            self.heard_calls += 1
            if self.heard_calls == 1:
                raise RuntimeError("the database is away")
            self.notes[message] = text

    baton.commands.threads = stumbling = Stumbling()
    await people.do("message", "ana", channel="floor", thread_ts=sent.message, text="important")
    await until(lambda: stumbling.notes)
    await asyncio.sleep(0.5)
    assert (list(stumbling.notes.values()), stumbling.heard_calls) == (["important"], 2)


async def test_joining_a_channel_is_told(baton: Running, people: People) -> None:
    await people.do("join", "ana", channel="praise")
    await baton.app.client.conversations_join(channel="C0PRAISE01")
    await until(lambda: baton.joined)
    assert baton.joined == [("T0ACME0001", "C0PRAISE01")]


async def test_a_room_that_baton_opens_itself_is_no_news(baton: Running) -> None:
    await baton.app.platform.open_room("crisis-12", "Crisis 12")
    await baton.app.client.conversations_join(channel="C0PRAISE01")
    await until(lambda: baton.joined)
    assert baton.joined == [("T0ACME0001", "C0PRAISE01")]


async def test_a_guest_is_known_as_one(baton: Running, people: People) -> None:
    await people.do("slash", "pat", channel="floor", text="/baton customer Maya")
    assert baton.commands.asked[0].actor.outsider
