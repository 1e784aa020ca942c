"""What people do on Teams, through the front door: signed activities in, the real commands, cards and answers out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.teams.floor import TeamsFloor, buttons, words
from tests.fakes.teams_talk import Json


def dialog(body: Any) -> Json:
    """The card in a dialog."""
    return dict(body["task"]["value"]["card"]["content"])


def in_place(body: Any) -> Json:
    """The card that takes the place of the one that was pressed."""
    assert body["type"] == "application/vnd.microsoft.card.adaptive"
    return dict(body["value"])


async def press(floor: TeamsFloor, who: str, message: str, title: str, card: Json | None = None) -> Json:
    """Somebody presses a button of a card as their client would; gives the card that is shown then."""
    action = buttons(card or floor.card(message))[title]
    if action["type"] == "Action.Execute":
        answer = await floor.teams.press(floor.who(who), message, action["verb"], action["data"])
        assert answer.status == 200
        return in_place(answer.body)
    answer = await floor.teams.dialog(
        "fetch", floor.who(who), floor.channel.thread(message), action["data"], message=message
    )
    assert answer.status == 200
    return dialog(answer.body)


async def send(floor: TeamsFloor, who: str, message: str, form: Json, **filled: str) -> Any:
    """Somebody sends a dialog; gives the answer's body."""
    data = next(each["data"] for each in buttons(form).values() if each.get("data", {}).get("form"))
    answers = {f"field:{name}": value for name, value in filled.items()}
    answer = await floor.teams.dialog("submit", floor.who(who), floor.channel.thread(message), data | answers)
    assert answer.status == 200
    return answer.body


async def test_a_card_arrives_and_a_claim_changes_it_for_everybody(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("my parcel was lost")
    assert "my parcel was lost" in words(floor.card(card))
    shown = await press(floor, "ana", card, "Claim")
    assert "Ana Lima (Support)" in words(shown)
    await floor.company.work()
    assert "Ana Lima (Support)" in words(floor.card(card))
    assert (await floor.company.conversation()).is_held_by((await floor.company.conversation()).baton.holder)  # type: ignore[union-attr]


async def test_who_comes_second_is_told_who_holds_it_with_a_way_on_and_a_way_back(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    await press(floor, "ana", card, "Claim")
    refused = await press(floor, "ben", card, "Claim")
    assert "Ana" in words(refused)
    assert {"Join", "Back"} <= buttons(refused).keys()
    back = await press(floor, "ben", card, "Back", refused)
    assert "Ana Lima (Support) until" in words(back)


async def test_a_form_opens_in_a_dialog_and_what_is_wrong_is_said_in_it(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    await press(floor, "ana", card, "Claim")
    await floor.company.work()
    form = await press(floor, "ana", card, "Resolve…")
    body = await send(floor, "ana", card, form, outcome="fixed", wanted="a parcel that is whole", changed="")
    again = dialog(body)
    assert "is needed" in words(again)
    assert "a parcel that is whole" in words(again)
    assert await send(floor, "ana", card, again, outcome="fixed", wanted="a whole one", changed="carrier") == {}
    await floor.company.work()
    assert "Fixed" in words(floor.card(card))
    conversation = await floor.company.conversation()
    assert conversation.outcome is not None
    assert conversation.outcome.changed == "carrier"


async def test_a_pass_is_asked_and_accepted(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    await press(floor, "ana", card, "Claim")
    await floor.company.work()
    form = await press(floor, "ana", card, "Pass…")
    sent = await send(floor, "ana", card, form, to="department:product", ask="is this the new box?")
    assert "Product is asked" in words(dialog(sent))
    await floor.company.work()
    asked = floor.told(floor.chat("ben"))
    assert any("is this the new box?" in each for each in asked)
    await press(floor, "ben", card, "Accept")
    assert str((await floor.company.conversation()).holder) == "Ben Roth"


async def test_the_customer_is_looked_up_in_a_dialog(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    assert "Customer0" in words(await press(floor, "lena", card, "Customer"))


async def test_commands_work_by_mention_in_a_thread(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    await floor.mention("ana", "claim", thread=card)
    assert str((await floor.company.conversation()).holder) == "Ana Lima"
    await floor.mention("ana", "pass product is this yours?", thread=card)
    assert (await floor.company.conversation()).pass_request is not None


async def test_colleagues_are_named_by_mentioning_them(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    await floor.mention("ana", "claim", thread=card)
    room, ben = floor.channel.thread(card), floor.who("ben")
    activity = floor.teams.scene.message(
        floor.who("ana"), room, "pass <at>Ben Roth</at> is this yours?", "1799", "2026-03-02T09:00:00Z", mention=True
    )
    named = {"type": "mention", "mentioned": {"id": ben.id, "name": ben.name}, "text": "<at>Ben Roth</at>"}
    activity["entities"].append(named)
    await floor.teams.deliver(activity)
    request = (await floor.company.conversation()).pass_request
    assert request is not None
    assert str(request.to_person) == "Ben Roth"


async def test_a_mention_delivered_twice_acts_once(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    room = floor.channel.thread(card)
    for _ in range(2):
        await floor.teams.say(floor.who("ana"), room, "note twice?", mention=True, id="1800")
    assert len(await floor.company.notes()) == 1


async def test_in_a_chat_plain_words_are_commands_and_forms_are_cards(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    chat = floor.chat("ana")
    await floor.teams.say(floor.who("ana"), chat, "claim B-1")
    assert str((await floor.company.conversation()).holder) == "Ana Lima"
    await floor.teams.say(floor.who("ana"), chat, "resolve B-1")
    form = floor.teams.said_in(chat)[-1]
    action = next(each for each in buttons(form.card).values() if each.get("data", {}).get("form"))
    assert action["type"] == "Action.Execute"
    filled = {"field:outcome": "praise", "field:wanted": "to say thanks", "field:changed": "nothing"}
    answer = await floor.teams.press(floor.who("ana"), form.id, action["verb"], action["data"] | filled)
    assert "B-1" in words(in_place(answer.body))
    assert (await floor.company.conversation()).outcome is not None


async def test_what_is_read_of_a_customer_is_answered_to_the_asker_alone(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    before = len(floor.teams.said_in(floor.channel))
    asked, _ = await floor.teams.say(floor.who("ana"), floor.channel, "customer customer0", mention=True)
    assert "Customer0" in floor.told(floor.chat("ana"))[-1]
    assert floor.teams.said_in(floor.channel.thread(asked)) == []
    assert len(floor.teams.said_in(floor.channel)) == before


async def test_a_code_that_links_accounts_is_given_to_the_asker_alone(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    before = floor.told(floor.channel.thread(card))
    await floor.mention("ana", "link me", thread=card)
    assert floor.told(floor.channel.thread(card)) == before
    assert "whoever types it is you" in floor.told(floor.chat("ana"))[-1]


async def test_discuss_pings_the_people_of_the_department_in_the_thread(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    await floor.mention("ana", "discuss product is this the new box?", thread=card)
    await floor.company.work()
    call, ben = floor.teams.said_in(floor.channel.thread(card))[-1].card, floor.who("ben")
    (pinged,) = call["msteams"]["entities"]
    assert pinged["mentioned"] == {"id": ben.directory, "name": ben.name}
    assert pinged["text"] in words(call)


async def test_help_is_said_where_it_was_asked(floor: TeamsFloor) -> None:
    asked, _ = await floor.teams.say(floor.who("ana"), floor.channel, "help", mention=True)
    assert "What Baton can do" in floor.told(floor.channel.thread(asked))[0]


async def test_what_colleagues_write_under_a_card_is_a_note(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    said, _ = await floor.teams.say(floor.who("ben"), floor.channel.thread(card), "I know her & her dog")
    assert [note.text for note in await floor.company.notes()] == ["I know her & her dog"]
    await floor.teams.edit(floor.who("ben"), said, "I know him")
    assert [note.text for note in await floor.company.notes()] == ["I know him"]
    await floor.teams.delete(floor.who("ben"), said)
    assert await floor.company.notes() == []


async def test_a_command_that_is_edited_is_neither_a_note_nor_carried_out(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    room, ana = floor.channel.thread(card), floor.who("ana")
    await floor.teams.say(ana, room, "clam", mention=True, id="1804")
    again = floor.teams.scene.message(ana, room, "claim", "1804", "2026-03-02T09:00:00Z", mention=True)
    again |= {"type": "messageUpdate", "channelData": again["channelData"] | {"eventType": "editMessage"}}
    await floor.teams.deliver(again)
    assert await floor.company.notes() == []
    assert (await floor.company.conversation()).holder is None


async def test_customers_and_conversations_are_found_while_typing(floor: TeamsFloor) -> None:
    await floor.opened("hello", "my parcel was lost")
    chat = floor.chat("ana")
    found = (await floor.teams.search(floor.who("ana"), chat, "customer", "customer1")).body["composeExtension"]
    assert found["attachments"][0]["preview"]["content"]["title"] == "Customer1"
    first = (await floor.teams.search(floor.who("ana"), chat, "conversation", "")).body["composeExtension"]
    assert len(first["attachments"]) == 2
    assert "parcel" not in words(first["attachments"][0]["content"])


async def test_a_card_that_is_shared_in_a_chat_asks_for_nothing(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    before = len(floor.teams.said_in(floor.chat("ana")))
    shared = '<span class="inline-compose-card" contenteditable="false">card</span>'
    await floor.teams.say(floor.who("ana"), floor.chat("ana"), shared)
    assert len(floor.teams.said_in(floor.chat("ana"))) == before


async def test_an_act_is_used_on_a_message(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    said, _ = await floor.teams.say(floor.who("ben"), floor.channel, "the carrier knew of it", mention=True)
    opened = await floor.teams.act_on("fetchTask", floor.who("ana"), said, "cmd:customer")
    form = dialog(opened.body)
    data = next(each["data"] for each in buttons(form).values() if each.get("data", {}).get("form"))
    answer = await floor.teams.act_on(
        "submitAction", floor.who("ana"), said, "cmd:customer", data | {"field:query": "customer0"}
    )
    assert "Customer0" in words(dialog(answer.body))


@pytest.mark.parametrize("command", ["cmd:note", "note"])
async def test_the_words_of_a_message_become_a_note_on_a_conversation(floor: TeamsFloor, command: str) -> None:
    await floor.opened("hello")
    said, _ = await floor.teams.say(floor.who("ben"), floor.chat("ben"), "the carrier knew & said so")
    opened = dialog((await floor.teams.act_on("fetchTask", floor.who("ana"), said, command)).body)
    act = next(each for title, each in buttons(opened).items() if title.endswith("B-1"))
    await floor.teams.act_on("submitAction", floor.who("ana"), said, command, act["data"])
    assert [note.text for note in await floor.company.notes()] == ["the carrier knew & said so"]


async def test_a_file_in_a_thread_is_kept_as_a_link(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    room = floor.channel.thread(card)
    activity = floor.teams.scene.message(floor.who("ben"), room, "see", "1801", "2026-03-02T09:00:00Z")
    link = "https://acme.sharepoint.com/sites/floor/box.jpg"
    activity["attachments"].append({"contentType": "reference", "contentUrl": link, "name": "box.jpg"})
    await floor.teams.deliver(activity)
    assert [note.text for note in await floor.company.notes()] == [f"see\n📎 box.jpg {link}"]


async def test_a_deletion_that_overtakes_its_message_still_holds(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    room, ben = floor.channel.thread(card), floor.who("ben")
    await floor.teams.deliver(floor.teams.scene.deleted(ben, room, "1802", "2026-03-02T09:00:05Z"))
    await floor.teams.say(ben, room, "never mind", id="1802")
    assert await floor.company.notes() == []


async def test_times_are_read_where_the_persons_clock_is(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    activity = floor.teams.scene.message(
        floor.who("ana"), floor.chat("ana"), "snooze B-1 15:00", "1803", "2026-03-02T09:00:00Z"
    )
    await floor.teams.deliver(activity | {"localTimezone": "America/New_York"})
    until = (await floor.company.conversation()).snoozed_until
    assert until is not None
    assert until.isoformat() == "2026-03-02T20:00:00+00:00"


async def test_somebody_is_answered_in_the_language_their_client_is_set_to(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    room = floor.chat("ana")
    for number, (locale, title) in enumerate((("de-DE", "auf dem Floor"), ("fr-FR", "sur le plateau"))):
        activity = floor.teams.scene.message(
            floor.who("ana"), room, "list floor", f"190{number}", "2026-03-02T09:00:00Z"
        )
        await floor.teams.deliver(activity | {"locale": locale})
        assert title in floor.told(room)[-1]


async def test_a_guest_of_the_tenant_sees_and_does_nothing(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    guest = floor.teams.colleague("Gus Guest")
    floor.teams.channel("acme", "floor", guest)
    floor.teams.guests.add(guest.id)
    answer = await floor.teams.press(guest, card, "claim", {"args": {"conversation": "B-1"}})
    assert "colleagues only" in words(in_place(answer.body))
    assert (await floor.company.conversation()).holder is None
    await floor.teams.say(guest, floor.channel.thread(card), "let me in")
    assert await floor.company.notes() == []
    found = (await floor.teams.search(guest, floor.chat("ana"), "customer", "customer0")).body["composeExtension"]
    assert found["attachments"] == []


async def test_added_to_a_team_it_greets_once(floor: TeamsFloor) -> None:
    room = floor.teams.channel("acme", "news", floor.who("ana"))
    for _ in range(2):
        await floor.teams.add_bot(floor.who("ana"), room)
    await floor.company.work()
    greetings = [
        each for each in floor.teams.messages.values() if each.room.startswith(room.id) and each.by == floor.teams.bot
    ]
    assert len(greetings) == 1
    assert "Hello, I am" in words(greetings[0].card)
