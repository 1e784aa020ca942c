"""What customers write means nothing to Teams wherever it is shown: in cards, previews, titles of dialogs and notifications."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.post import Author
from bot.teams.receive import said
from tests.bot.teams.floor import TeamsFloor, teams_floor
from tests.fakes.clock import SetClock
from tests.fakes.teams_talk import Json
from tests.handlers.company import post

AT = "2026-03-02T09:00:00Z"
HOSTILE = (
    "<at>Ana Lima</at> look",
    "[click](javascript:alert(1)) [here](https://evil.example/)",
    "<a href='https://evil.example'>x</a><b>bold</b><img src=x onerror=1>",
    "{{DATE(2026-01-01T00:00:00Z,SHORT)}} ${evil}",
    'a<span class="inline-compose-card">card</span>',
    "a\u202eRTL\u2066x\u0007",
)
NOWHERE = ("<at>", "<b>", "<a ", "<img", "<span", "{{DATE(2026-01-01", "${", "\u202e", "\u2066", "\u0007")
MARKDOWN = ("](javascript", "](https://evil")
READ_AS_MARKDOWN = ("fallbackText", "preview")
"""Beside the texts of `TextBlock`s, which have tests of their own."""


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[TeamsFloor]:
    async with teams_floor(tmp_path, SetClock()) as opened:
        yield opened


def texts(element: Any, under: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every string that is shown, with where it stands; not what a client sends back, nor what is filled in."""
    if isinstance(element, str):
        yield under, element
    for each in element if isinstance(element, list) else ():
        yield from texts(each, under)
    for name, each in element.items() if isinstance(element, dict) else ():
        if name not in {"args", "data", "from", "conversation"} and not str(element.get("type")).startswith("Input."):
            yield from texts(each, (*under, str(name)))


def judge(shown: Any) -> None:
    for where, words in texts(shown):
        unwanted = NOWHERE + (MARKDOWN if set(where) & set(READ_AS_MARKDOWN) else ())
        assert not [each for each in unwanted if each in words], (where, words)


async def test_words_of_customers_mean_nothing_anywhere(floor: TeamsFloor) -> None:
    written = [post(f"p{n}", words, by=Author(handle=f"h{n}", display_name=words)) for n, words in enumerate(HOSTILE)]
    await floor.company.hear(*written)
    await floor.company.work()
    scene, ana = floor.teams.scene, floor.who("ana")
    for number in range(1, len(HOSTILE) + 1):
        for command, words in (("conversation", f"B-{number}"), ("customer", f"h{number - 1}")):
            found = await floor.teams.search(ana, floor.chat("ana"), command, words)
            assert found.body["composeExtension"]["attachments"]
            judge(found.body)
        card = str((await floor.company.posting(number)).message)
        thread, args = floor.channel.thread(card), {"args": {"conversation": f"B-{number}"}}
        for verb in ("customer", "show", "resolve", "note", "home"):
            opened = await floor.teams.deliver(
                scene.dialog("fetch", ana, thread, {"verb": verb} | args, "f:1", AT, card)
            )
            judge(opened.body)
            judge((await floor.teams.press(ana, card, verb, args)).body)
    for message in floor.teams.messages.values():
        if message.by == floor.teams.bot:
            judge(message.now)


@pytest.mark.parametrize("words", HOSTILE)
async def test_words_of_colleagues_come_back_harmless(floor: TeamsFloor, words: str) -> None:
    (card,) = await floor.opened("hello")
    await floor.teams.say(floor.who("ana"), floor.channel.thread(card), f"claim {words}", mention=True)
    judge((await floor.teams.press(floor.who("ana"), card, "claim", {"args": {"conversation": words}})).body)
    judge((await floor.teams.press(floor.who("ana"), card, words, {"args": {}})).body)
    for message in floor.teams.messages.values():
        if message.by == floor.teams.bot:
            judge(message.now)


def test_a_file_is_one_line_whatever_it_is_called() -> None:
    activity: Json = {
        "type": "message",
        "id": "1",
        "from": {"id": "29:1"},
        "recipient": {"id": "28:2"},
        "conversation": {"id": "19:a@thread.tacv2;messageid=1", "conversationType": "channel"},
        "text": "see",
        "attachments": [
            {"contentType": "reference", "name": "a\nb  c", "contentUrl": "https://acme.example/x\n📎 y z"}
        ],
    }
    heard = said(activity)
    assert heard is not None
    assert heard.text == "see\n📎 a b c https://acme.example/x 📎 y z"
