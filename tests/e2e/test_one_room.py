"""A conversation with cards in two channels is one discussion: each comment stands in the other thread, once, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.calls import Json
from tests.e2e.demo import ROOT, Demo
from tests.e2e.front_door import written
from tests.e2e.people import words_of
from tests.e2e.playground_page.window import word
from tests.e2e.waiting import until

pytestmark = pytest.mark.timeout(300)

FLOOR, OTHER = "floor", "management"
EACH = 50
"""Comments by each of four people, two on each side."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The product, with two channels on which every conversation is shown."""
    folder = tmp_path_factory.mktemp("rooms")
    config = (ROOT / "playground" / "sample" / "baton.toml").read_text("utf-8")
    (folder / "baton.toml").write_text(config.replace('purpose = "management"', 'purpose = "floor"'), "utf-8")
    config_file = str(folder / "baton.toml")
    with Demo(folder, BATON_CONFIG=config_file, PLAYGROUND_RETRY_SECONDS="1,2,4,8,16") as demo:
        yield demo


class Room:
    """One conversation, with a card in each channel."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.card = demo.hear(written(f"Where is my order? {word()}", handle=word()))
        self.ts = {FLOOR: self.card.ts, OTHER: until(self._other_card, "the card on the other channel")}

    def _other_card(self) -> str | None:
        cards = [message for message in self.demo.people.messages("leo", OTHER) if self.card.ref in message["text"]]
        return str(cards[0]["ts"]) if cards else None

    def write(self, user: str, channel: str, text: str) -> str:
        """A comment in a thread; gives its id."""
        answer = self.demo.people.do("message", user, channel=channel, text=text, thread_ts=self.ts[channel])
        return str(answer["ts"])

    def copies(self, channel: str) -> list[str]:
        """What Baton says in a thread, with all words, oldest first."""
        replies = self.demo.people.messages("leo", channel, thread_ts=self.ts[channel])
        return [words_of(reply) for reply in replies if self.by_baton(reply) and reply["ts"] != self.ts[channel]]

    def by_baton(self, message: Json) -> bool:
        """Something that Baton says to everybody."""
        return bool(message.get("bot")) and not message["ephemeral"]

    def stands(self, channel: str, *words: str) -> list[str]:
        """Waits until the thread has a copy with these words."""
        return until(
            lambda: [copy for copy in self.copies(channel) if all(each in copy for each in words)],
            f"{words} in the thread of {channel}",
        )


def test_comments_edits_and_deletes_go_both_ways_and_come_back_from_nowhere(running: Demo) -> None:
    room, people = Room(running), running.people
    first, second, third, fourth = (word() for _ in range(4))
    said = room.write("ana", FLOOR, f"spoke with the carrier {first}")
    assert len(room.stands(OTHER, f"Ana Lima (Support): spoke with the carrier {first}")) == 1
    answered = room.write("chloe", OTHER, f"it is the new box {second}, ask @ben")
    room.stands(FLOOR, f"Chloé Martin (Product): it is the new box {second}, ask @Ben Okoro")

    people.do("edit", "ana", channel=FLOOR, ts=said, text=f"spoke with both carriers {third}")
    [copy] = room.stands(OTHER, third)
    assert first not in copy
    people.do("delete", "chloe", channel=OTHER, ts=answered)
    until(lambda: room.copies(FLOOR) == [], "the copy is gone")

    running.people.do("slash", "ben", channel=FLOOR, text=f"/baton note {room.card.ref} by command {fourth}")
    for channel in (FLOOR, OTHER):
        assert len(room.stands(channel, f"Ben Okoro (Support): by command {fourth}")) == 1
    until(lambda: running.stats()["outbox_pending"] == 0, "nothing is left to be done", 30, 0.5)
    assert (len(room.copies(FLOOR)), len(room.copies(OTHER))) == (1, 2)
    assert running.complaints() == []


@pytest.mark.parametrize("kills", [0, 1])
def test_two_hundred_comments_from_both_sides_stand_once_on_the_other_in_order_per_author(
    running: Demo, kills: int
) -> None:
    room = Room(running)
    writers = {"ana": FLOOR, "ben": FLOOR, "chloe": OTHER, "elif": OTHER}
    mark = word()

    def talk(user: str) -> None:
        for n in range(EACH):
            room.write(user, writers[user], f"{mark} {user}{n:03}")

    def found(channel: str) -> list[str]:
        return re.findall(rf"{mark} ([a-z]+\d{{3}})", " ".join(_blocks_alone(room, channel)))

    def everything() -> bool:
        return all(len(found(channel)) >= 2 * EACH for channel in (FLOOR, OTHER))

    with ThreadPoolExecutor(len(writers)) as hands:
        talks = [hands.submit(talk, user) for user in writers]
        if kills:
            until(lambda: found(OTHER), "the first copies are there", 60, 0.005)
            running.kill_bot()
        for each in talks:
            each.result()
    until(everything, "all are there", 120, 0.2)
    until(lambda: running.stats()["outbox_pending"] == 0, "nothing is left to be done", 60, 0.5)
    for channel in (FLOOR, OTHER):
        there = found(channel)
        others = [user for user, where in writers.items() if where != channel]
        assert sorted(there) == sorted(f"{user}{n:03}" for user in others for n in range(EACH))
        for user in others:
            own = [each for each in there if each.startswith(user)]
            assert own == sorted(own)
    assert running.stats()["outbox_dead"] == 0
    assert running.complaints(killed=bool(kills)) == []


def _blocks_alone(room: Room, channel: str) -> list[str]:
    """The copies' words without their summaries, which repeat them."""
    replies = room.demo.people.messages("leo", channel, thread_ts=room.ts[channel])
    ours = [reply for reply in replies if room.by_baton(reply) and reply["ts"] != room.ts[channel]]
    return [words_of({**reply, "text": ""}) for reply in ours]
