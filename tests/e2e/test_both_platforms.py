"""One conversation in a Slack channel and in a Teams channel: whoever acts in either is seen in both, and the talk is one."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any, TypeVar

import pytest

from tests.bot.teams.floor import buttons, words
from tests.e2e.demo import ROOT, Demo
from tests.e2e.front_door import written
from tests.e2e.people import words_of
from tests.e2e.playground_page.window import word
from tests.e2e.waiting import until
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_service import Message
from tests.fakes.teams_talk import Colleague

pytestmark = pytest.mark.timeout(300)

FLOOR = "floor"
EACH = 50
"""Comments by each of four people, two on each platform."""

SEEN_WITHIN = 2.0
"""Seconds after which a claim on one platform must be seen on the other."""

T = TypeVar("T")


class TeamsBeside:
    """The fake Teams in a thread of its own, beside the demo."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.teams = FakeTeams()
        self.do(self.teams.__aenter__())
        self.ana, self.ben, self.chloe, self.elif_ = map(
            self.teams.colleague, ("Ana Lima", "Ben Okoro", "Chloé Martin", "Elif Kaya")
        )
        self.channel = self.teams.channel("acme", "floor", self.ana, self.ben, self.chloe, self.elif_)

    def do(self, deed: Coroutine[Any, Any, T]) -> T:
        """Something that happens in Teams."""
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(60)

    def card_with(self, ref: str) -> Message:
        """Waits for the card of a conversation."""

        def found() -> Message | None:
            there = (each for each in list(self.teams.messages.values()) if each.by == self.teams.bot)
            return next((each for each in there if ref in words(each.card) and self._is_first(each)), None)

        return until(found, f"the card of {ref} on Teams")

    def _is_first(self, message: Message) -> bool:
        return message.room == f"{self.channel.id};messageid={message.id}"

    def said_under(self, card: Message) -> list[str]:
        """What Baton says in the card's thread now, oldest first."""
        room = f"{self.channel.id};messageid={card.id}"
        ours = [
            each
            for each in list(self.teams.messages.values())
            if each.room == room and each.by == self.teams.bot and each.id != card.id and not each.deleted
        ]
        return [words(each.card) for each in sorted(ours, key=lambda each: int(each.id))]

    def say(self, who: Colleague, card: Message, text: str, *, mention: bool = False) -> str:
        """A message in the card's thread; gives its id."""
        number, answer = self.do(self.teams.say(who, self.channel.thread(card.id), text, mention=mention))
        assert answer.status == 200
        return number

    def press(self, who: Colleague, card: Message, title: str) -> None:
        """A button of the card that acts at once."""
        action = buttons(card.card)[title]
        answer = self.do(self.teams.press(who, card.id, action["verb"], action["data"]))
        assert answer.status == 200

    def close(self) -> None:
        """Ends it."""
        self.do(self.teams.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Both(Demo):
    """The demo with a Teams channel beside Slack's."""

    teams: TeamsBeside


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Every conversation has a card on Slack's #floor and in a channel of Teams."""
    folder = tmp_path_factory.mktemp("both")
    beside = TeamsBeside()
    surface = f'\n[[surfaces]]\nname = "teams-floor"\nplatform = "teams"\nchannel = "{beside.channel.id}"\nrate = 20\n'
    config = (ROOT / "playground" / "sample" / "baton.toml").read_text("utf-8")
    (folder / "baton.toml").write_text(config + surface, "utf-8")
    environment = {"BATON_CONFIG": str(folder / "baton.toml"), "PLAYGROUND_RETRY_SECONDS": "1,2,4,8,16"}
    try:
        with Both(folder, rate=1000, feed="none", **environment, **beside.teams.environment()) as demo:
            beside.teams.bot_url = f"{demo.door.base}/api/messages"
            beside.do(beside.teams.add_bot(beside.ana, beside.channel))
            demo.teams = beside
            yield demo
    finally:
        beside.close()


class Room:
    """One conversation, with a card on each platform."""

    def __init__(self, running: Both) -> None:
        self.demo, self.teams = running, running.teams
        self.slack = running.hear(written(f"Where is my order? {word()}", handle=word()))
        self.card = self.teams.card_with(self.slack.ref)

    def write(self, user: str, text: str) -> str:
        """A comment in Slack's thread; gives its id."""
        answer = self.demo.people.do("message", user, channel=FLOOR, text=text, thread_ts=self.slack.ts)
        return str(answer["ts"])

    def on_slack(self) -> list[str]:
        """What Baton says to everybody in Slack's thread, oldest first."""
        replies = self.demo.people.messages("leo", FLOOR, thread_ts=self.slack.ts)
        ours = [reply for reply in replies if reply.get("bot") and not reply["ephemeral"]]
        return [words_of({**reply, "text": ""}) for reply in ours if reply["ts"] != self.slack.ts]

    def on_teams(self) -> list[str]:
        """The same in Teams' thread."""
        return self.teams.said_under(self.card)

    def card_on_slack(self) -> str:
        """What the card shows."""
        cards = self.demo.people.messages("leo", FLOOR)
        return next(words_of(card) for card in cards if card["ts"] == self.slack.ts)


def test_a_claim_on_either_platform_is_seen_on_the_other_within_two_seconds(running: Both) -> None:
    room = Room(running)
    begun = time.monotonic()
    running.people.do("slash", "ana", channel=FLOOR, text=f"/baton claim {room.slack.ref}")
    until(lambda: "Ana Lima (Support) until" in words(room.card.card), "Teams shows who holds it", 10, 0.02)
    assert time.monotonic() - begun < SEEN_WITHIN

    second = Room(running)
    begun = time.monotonic()
    running.teams.press(running.teams.chloe, second.card, "Claim")
    until(lambda: "Chloé Martin (Product) until" in second.card_on_slack(), "Slack shows who holds it", 10, 0.02)
    assert time.monotonic() - begun < SEEN_WITHIN


def test_a_person_is_the_same_on_both_platforms(running: Both) -> None:
    room = Room(running)
    running.people.do("slash", "ana", channel=FLOOR, text=f"/baton claim {room.slack.ref}")
    until(lambda: "Ana Lima (Support) until" in words(room.card.card), "Teams shows who holds it")
    running.teams.say(running.teams.ana, room.card, "release", mention=True)
    until(lambda: "back on the floor" in room.card_on_slack(), "given back from Teams what was taken on Slack")


def test_a_pass_asked_on_slack_is_accepted_on_teams(running: Both) -> None:
    room = Room(running)
    running.people.do("slash", "ana", channel=FLOOR, text=f"/baton claim {room.slack.ref}")
    running.people.do("slash", "ana", channel=FLOOR, text=f"/baton pass {room.slack.ref} product is this yours?")
    until(lambda: "Accept" in buttons(room.card.card), "Teams shows the pass")
    running.teams.press(running.teams.chloe, room.card, "Accept")
    until(lambda: "Chloé Martin (Product) until" in room.card_on_slack(), "Slack shows who holds it")


def test_comments_edits_and_deletes_go_both_ways(running: Both) -> None:
    room, teams = Room(running), running.teams
    first, second, third, fourth = (word() for _ in range(4))
    said = room.write("ana", f"spoke with the carrier {first}")
    until(lambda: _said(room.on_teams(), f"Ana Lima (Support) on Slack: spoke with the carrier {first}"), "on Teams")
    answered = teams.say(teams.chloe, room.card, f"it is the new box {second}")
    until(lambda: _said(room.on_slack(), f"Chloé Martin (Product) on Teams: it is the new box {second}"), "on Slack")

    running.people.do("edit", "ana", channel=FLOOR, ts=said, text=f"spoke with both carriers {third}")
    until(lambda: [each for each in room.on_teams() if third in each and first not in each], "the edit is on Teams")
    teams.do(teams.teams.edit(teams.chloe, answered, f"it is the old box {fourth}"))
    until(lambda: [each for each in room.on_slack() if fourth in each and second not in each], "the edit is on Slack")

    running.people.do("delete", "ana", channel=FLOOR, ts=said)
    until(lambda: room.on_teams() == [], "nothing is left of it on Teams")
    teams.do(teams.teams.delete(teams.chloe, answered))
    until(lambda: room.on_slack() == [], "nothing is left of it on Slack")
    assert running.complaints() == []


def _said(messages: list[str], what: str) -> bool:
    """Is it among the messages, whatever pieces they are made of?"""
    return any("".join(what.split()) in "".join(each.split()) for each in messages)


def test_two_hundred_comments_from_both_platforms_stand_once_on_the_other_in_order_per_author(running: Both) -> None:
    room, teams = Room(running), running.teams
    mark = word()

    def on_slack(user: str) -> None:
        for n in range(EACH):
            room.write(user, f"{mark} {user}{n:03}")

    def on_teams(who: Colleague, user: str) -> None:
        for n in range(EACH):
            teams.say(who, room.card, f"{mark} {user}{n:03}")

    def found(said: list[str]) -> list[str]:
        return re.findall(rf"{mark} ([a-z]+\d{{3}})", " ".join(said))

    with ThreadPoolExecutor(4) as hands:
        talks = [hands.submit(on_slack, user) for user in ("ana", "ben")]
        talks += [hands.submit(on_teams, teams.chloe, "chloe"), hands.submit(on_teams, teams.elif_, "elif")]
        for each in talks:
            each.result()
    until(lambda: len(found(room.on_teams())) >= 2 * EACH, "all of Slack's are on Teams", 120, 0.2)
    until(lambda: len(found(room.on_slack())) >= 2 * EACH, "all of Teams' are on Slack", 120, 0.2)
    until(lambda: running.stats()["outbox_pending"] == 0, "nothing is left to be done", 60, 0.5)
    for there, users in ((found(room.on_teams()), ("ana", "ben")), (found(room.on_slack()), ("chloe", "elif"))):
        assert sorted(there) == sorted(f"{user}{n:03}" for user in users for n in range(EACH))
        for user in users:
            own = [each for each in there if each.startswith(user)]
            assert own == sorted(own)
    assert running.stats()["outbox_dead"] == 0
    assert running.complaints() == []
