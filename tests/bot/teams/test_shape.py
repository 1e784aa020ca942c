"""Whatever stands where in what Teams delivers: a clean answer, no fault in the log."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from bot.teams.shape import misshapen
from tests.bot.teams.floor import TeamsFloor, teams_floor
from tests.fakes.clock import SetClock
from tests.fakes.teams_talk import Json

AT = "2026-03-02T09:00:00Z"
ODD: tuple[Any, ...] = (
    None,
    [],
    [None],
    {},
    {"id": 5},
    {"id": None},
    0,
    -1,
    1.5,
    2**70,
    True,
    "",
    "\x00",
    "x" * 100_000,
    json.loads("[" * 300 + "]" * 300),
    "../..",
    "{{DATE(2026-01-01T00:00:00Z)}}",
)
GONE = object()

Path_ = tuple[str | int, ...]


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[TeamsFloor]:
    async with teams_floor(tmp_path, SetClock()) as opened:
        yield opened


def places(body: Any, at: Path_ = ()) -> Iterator[Path_]:
    steps: Any = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, inner in steps:
        yield (*at, step)
        yield from places(inner, (*at, step))


def changed(body: Json, place: Path_, value: Any) -> Json:
    made = copy.deepcopy(body)
    inner: Any = made
    for step in place[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return made


def everything(floor: TeamsFloor, card: str) -> dict[str, Json]:
    """One delivery of each kind."""
    scene, ana, ben = floor.teams.scene, floor.who("ana"), floor.who("ben")
    thread, chat = floor.channel.thread(card), floor.chat("ana")
    mention = scene.message(ana, thread, "note <at>Ben Roth</at> hi", "1800", AT, mention=True)
    named = {"type": "mention", "mentioned": {"id": ben.id, "name": ben.name}, "text": "<at>Ben Roth</at>"}
    mention["entities"].append(named)
    file = scene.message(ana, thread, "see", "1801", AT)
    file["attachments"].append({"contentType": "reference", "contentUrl": "https://a.example/x", "name": "x.jpg"})
    asked = {"outcome": "choice", "to": "person", "at": "moment"}
    filled = {"field:outcome": "fixed", "field:to": "x", "field:at": "2026-03-02", "field:at:time": "10:00"}
    form = {"verb": "snooze", "args": {"conversation": "B-1"}, "form": True, "asked": asked, **filled}
    payload = {"id": "1", "body": {"contentType": "html", "content": "<p>x</p>"}}
    noted = {"verb": "note", "args": {"conversation": "B-1", "text": "t"}}
    return {
        "mention": mention,
        "file": file,
        "in a chat": scene.message(ana, chat, "show B-1", "1803", AT),
        "edited": scene.edited(ana, thread, "changed", "1801", AT),
        "deleted": scene.deleted(ana, thread, "1804", AT),
        "without invokes": scene.activity("message", ana, chat, "1805", AT, value=form),
        "pressed": scene.pressed(ana, thread, card, "claim", {"args": {"conversation": "B-1"}}, "f:1", AT),
        "form": scene.pressed(ana, thread, card, "snooze", form, "f:1", AT),
        "dialog": scene.dialog("submit", ana, thread, form, "f:1", AT, card),
        "search": scene.searched(ana, chat, "customer", "cust", "f:1", AT),
        "used": scene.extension_action("fetchTask", ana, thread, "cmd:note", "f:1", AT, payload, None),
        "used, sent": scene.extension_action("submitAction", ana, thread, "cmd:note", "f:1", AT, payload, noted),
        "joined": scene.members(ana, floor.channel, "f:2", AT, added=[floor.teams.bot], removed=[]),
        "unknown": scene.invoke("config/fetch", ana, thread, {}, "f:3", AT),
    }


def rooted(body: Any) -> str:
    """What kind of answer an invoke got."""
    return next(iter(body), "") if isinstance(body, dict) else "nothing"


async def test_whatever_stands_in_a_delivery_is_taken_or_refused_cleanly(
    floor: TeamsFloor, caplog: pytest.LogCaptureFixture
) -> None:
    (card,) = await floor.opened("hello")
    caplog.set_level(logging.ERROR)
    values = cycle((GONE, *ODD))
    for kind, whole in everything(floor, card).items():
        for place in places(whole):
            for value in (next(values), next(values)):
                answer = await floor.teams.deliver(changed(whole, place, value))
                what = f"{kind}: {place} = {str(value)[:40]}"
                assert answer.status < 500 or answer.status == 501, what
                assert caplog.records == [], what
                if answer.status == 200 and whole["type"] == "invoke" and place != ("type",):
                    assert rooted(answer.body) in {"statusCode", "task", "composeExtension", ""}, what


async def test_what_a_client_sends_along_may_be_anything(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    kinds = everything(floor, card)
    places_: tuple[tuple[str, Path_], ...] = (
        ("pressed", ("value", "action")),
        ("pressed", ("value", "action", "data")),
        ("pressed", ("value",)),
        ("dialog", ("value", "data")),
        ("used, sent", ("value", "data")),
        ("search", ("value", "parameters")),
        ("used", ("value", "messagePayload")),
    )
    for kind, place in places_:
        for value in ODD:
            answer = await floor.teams.deliver(changed(kinds[kind], place, value))
            assert answer.status == 200, (kind, place, str(value)[:40])


def test_what_teams_sends_has_its_shape_whatever_else_is_in_it() -> None:
    sender = {"id": "29:1", "aadObjectId": "0000", "name": None, "tenantId": 7}
    activity = {"type": "message", "id": "1", "from": sender, "conversation": {"id": "a:1", "isGroup": "no"}}
    assert misshapen(activity | {"entities": None, "attachments": None, "value": [7], "text": None}) is None
    assert misshapen({"type": "conversationUpdate", "membersAdded": [{"id": "28:1"}]}) is None


@pytest.mark.parametrize("gone", ["from", "conversation"])
def test_what_somebody_does_says_who_and_where(gone: str) -> None:
    activity = {"type": "invoke", "from": {"id": "29:1"}, "conversation": {"id": "a:1"}}
    assert misshapen(activity) is None
    assert misshapen({name: value for name, value in activity.items() if name != gone}) == f"{gone}: Field required."
    assert misshapen(activity | {gone: {}}) == f"{gone}: Field required."
    assert misshapen(activity | {gone: None}) == f"{gone}: Field required."
