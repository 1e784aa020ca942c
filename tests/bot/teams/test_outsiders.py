"""Who is no colleague sees and changes nothing on Teams, whatever they press, type, fill in, search or forge."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.bot.teams.floor import TeamsFloor, teams_floor
from tests.fakes.clock import SetClock
from tests.fakes.teams_talk import Colleague, Json

AT = "2026-03-02T09:00:00Z"
ELSEWHERE = "11111111-0000-4000-8000-000000000000"
EVERYTHING = {
    "conversation": "B-1",
    "text": "x",
    "to": "product",
    "ask": "x",
    "outcome": "fixed",
    "wanted": "w",
    "changed": "c",
    "query": "customer0",
}


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[TeamsFloor]:
    async with teams_floor(tmp_path, SetClock()) as opened:
        yield opened


def guest(floor: TeamsFloor) -> Colleague:
    return _member(floor, floor.teams.colleague("Gus Guest"), guest=True)


def guest_by_name(floor: TeamsFloor) -> Colleague:
    named = replace(floor.teams.colleague("Ext Ern"), email="ern_evil.example#EXT#@acme.onmicrosoft.com")
    return _member(floor, named)


def of_another_tenant(floor: TeamsFloor) -> Colleague:
    """Their own company writes their address, and may write anything."""
    return _member(floor, replace(floor.teams.colleague("Fed Erated"), tenant=ELSEWHERE, email="ana@acme.example"))


def in_no_directory(floor: TeamsFloor) -> Colleague:
    return _member(floor, replace(floor.teams.colleague("Ano Nymous"), directory="", email=""))


def _member(floor: TeamsFloor, who: Colleague, *, guest: bool = False) -> Colleague:
    floor.teams.colleagues[who.name] = who
    floor.teams.channel("acme", "floor", who)
    if guest:
        floor.teams.guests.add(who.id)
    return who


STRANGERS = (guest, guest_by_name, of_another_tenant, in_no_directory)


def from_elsewhere(activity: Json) -> Json:
    """The same from a room of another company."""
    conversation = {**activity["conversation"], "tenantId": ELSEWHERE}
    return activity | {
        "conversation": conversation,
        "channelData": {**activity["channelData"], "tenant": {"id": ELSEWHERE}},
    }


async def deeds(floor: TeamsFloor, who: Colleague, card: str) -> list[Json]:
    """Everything that a client can send of one person."""
    scene, thread = floor.teams.scene, floor.channel.thread(card)
    verbs = [*(spec.name for spec in floor.company.dispatcher.specs), "back", "", "nonsense"]
    done: list[Json] = []
    payload = {"id": "1", "body": {"contentType": "text", "content": "w"}}
    for verb in verbs:
        for form in (False, True):
            data = {"verb": verb, "args": EVERYTHING, "form": form, "asked": {"to": "person", "conversation": "line"}}
            done += [
                scene.pressed(who, thread, card, verb, data, "f:1", AT),
                scene.dialog("fetch", who, thread, data, "f:1", AT, card),
                scene.dialog("submit", who, thread, data, "f:1", AT, card),
                scene.extension_action("submitAction", who, thread, f"cmd:{verb}", "f:1", AT, payload, data),
            ]
        done.append(scene.extension_action("fetchTask", who, thread, f"cmd:{verb}", "f:1", AT, payload, None))
        done.append(scene.message(who, thread, f"{verb} B-1", f"7{verb}", AT, mention=True))
    for command in ("customer", "conversation"):
        done += [
            scene.searched(who, floor.chat("ana"), command, words, "f:1", AT) for words in ("", "B-1", "customer0")
        ]
    return done


def shows_something(answer: Any) -> bool:
    said = json.dumps(answer)
    return "the secret of a customer" in said or "ustomer0" in said.replace('"customer0"', "")


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_no_deed_of_an_outsider_shows_or_changes_anything(floor: TeamsFloor, stranger: Any) -> None:
    (card,) = await floor.opened("the secret of a customer")
    await floor.teams.say(floor.who("ana"), floor.channel.thread(card), "a note", id="1900")
    before = await floor.company.conversation()
    said = set(floor.teams.messages)
    who = stranger(floor)
    for deed in await deeds(floor, who, card):
        answer = await floor.teams.deliver(deed)
        assert answer.status == 200
        assert not shows_something(answer.body), deed
    thread, scene = floor.channel.thread(card), floor.teams.scene
    await floor.teams.say(who, thread, "let me in", id="1901")
    await floor.teams.deliver(scene.edited(who, thread, "changed", "1900", AT))
    await floor.teams.deliver(scene.deleted(who, thread, "1900", AT))
    await floor.company.work()
    assert [note.text for note in await floor.company.notes()] == ["a note"]
    assert await floor.company.conversation() == before
    told = [each.now for number, each in floor.teams.messages.items() if number not in said and each.by != who.id]
    assert not any(shows_something(each) for each in told)
    known = await floor.company.directory.colleagues()
    assert [person.name for person in known] == ["Ana Lima", "Ben Roth", "Lena Vogt"]


async def test_a_colleague_in_a_room_of_another_company_shows_its_people_nothing(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("the secret of a customer")
    ana = floor.who("ana")
    before = await floor.company.conversation()
    for deed in await deeds(floor, ana, card):
        answer = await floor.teams.deliver(from_elsewhere(deed))
        assert answer.status == 200
        assert not shows_something(answer.body), deed
    assert await floor.company.conversation() == before


async def test_another_app_is_not_heard(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    app = Colleague("Some App", "28:another-app", "", "", floor.teams.tenant)
    said = len(floor.teams.messages)
    thread = floor.channel.thread(card)
    for mention in (False, True):
        answer = await floor.teams.deliver(
            floor.teams.scene.message(app, thread, "claim", f"19{mention:d}0", AT, mention=mention)
        )
        assert answer.status == 200
    assert len(floor.teams.messages) == said
    assert await floor.company.notes() == []
    assert (await floor.company.conversation()).holder is None
