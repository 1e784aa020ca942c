"""Somebody is forgotten, whatever is killed or stopped meanwhile: no byte of them is left where Baton wrote."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.front_door import written
from tests.e2e.waiting import until
from tests.e2e_crm.tryton_server import TrytonServer
from tests.e2e_networks.baton import FLOOR, Baton, Card
from tests.traces import bytes_of, files_of, left_in

pytestmark = pytest.mark.timeout(600)

NAME = "Maÿa Zwïllich-Qvarnström"
EMAIL = "maya.zwillich77@mail.example"
WORDS = ("quincewort", 'Grüßvögelchen & <b>"mispel"</b>')
NOTED, REASON, WANTED = "pomelo-noted", "medlar-reason", "sorrel-wanted"
ALL = (*WORDS, NAME, "Qvarnström", EMAIL, "zwillich77", NOTED, REASON, WANTED)
"""What the person wrote and is called, and what colleagues wrote about them."""

KILLS = 6
WITHIN = 240.0
"""Seconds until both are told, after everything is there again: what failed is tried after longer and longer pauses."""


@pytest.fixture
def baton(tryton: TrytonServer, tmp_path: Path) -> Iterator[Baton]:
    """Baton by itself, whose files nobody else writes to."""
    lines = "".join(f'{name} = "{value}"\n' for name, value in tryton.settings.items())
    with Baton(tmp_path / "baton", f"[crm.tryton]\n{lines}", **tryton.environment) as running:
        yield running


@dataclass
class Maya:
    """Somebody who wrote, whom the company knows, and everything that was kept of them."""

    baton: Baton
    tryton: TrytonServer
    party: str
    card: Card = field(init=False)

    def writes(self) -> None:
        """And is discussed."""
        author = {"handle": EMAIL, "email": EMAIL, "display_name": NAME}
        self.baton.door.deliver(written(f"My parcel: {' '.join(WORDS)}", network="email", author=author))
        self.card = self.baton.card(WORDS[0])
        ana, ben = self.baton.person("ana"), self.baton.person("ben")
        ana.press(self.card, "claim")
        self.card.shows("Ana Lima (Support) until")
        ana.command(f"/baton note {self.card.ref} {NOTED}: {NAME} called")
        self.baton.people.do("message", "ben", channel=FLOOR, text="I ask the depot.", thread_ts=self.card.ts)
        ben.command(f"/baton customer {self.card.ref}")
        ana.command(f"/baton draft {self.card.ref} Dear {NAME}, {WORDS[0]}")
        until(lambda: NOTED.encode() in self.in_channel(), "the note is in the thread")
        until(lambda: left_in(self.in_home(), WORDS), "the Home tab names them")

    def is_resolved(self) -> None:
        """Our note is on the party."""
        ana = self.baton.person("ana")
        ana.command(f"/baton resolve {self.card.ref} fixed | {WANTED} of {NAME} | the carrier")
        until(lambda: self.tryton.notes(self.party), "the note is on the party", 120.0, 0.5)
        until(lambda: "entry_written" in self.baton.log(), "Baton knows it")

    def in_database(self) -> bytes:
        """Baton's own, with the log beside it, as they are on the disk."""
        return bytes_of(*files_of(self.baton.data_dir / "baton.db"))

    def in_channel(self) -> bytes:
        """The channel and its threads as an app of Slack reads them, and what the two who decide are told."""
        web, told = self.baton.web(), [self.baton.people.direct(each) for each in ("ana", "elif")]
        read = []
        floor = next(each["id"] for each in web.conversations_list(limit=200)["channels"] if each["name"] == FLOOR)
        for channel in (floor, *told):
            said = web.conversations_history(channel=channel, limit=200, include_all_metadata=True)["messages"]
            threads = [web.conversations_replies(channel=channel, ts=each["ts"]).data for each in said]
            read += [said, threads]
        return json.dumps(read, ensure_ascii=False).encode()

    def in_home(self) -> bytes:
        """The Home tab of whoever holds the baton, as it was published last."""
        return json.dumps(self.baton.people.see("home", "ana"), ensure_ascii=False).encode()

    def in_workspace(self) -> bytes:
        """The workspace's file."""
        return bytes_of(*files_of(self.baton.data_dir / "playground.db"))

    def in_notes(self) -> bytes:
        """Every note of Tryton's, as its client reads them and as they stand in its database.

        The party itself, with the name and the address that the company entered, is the company's own and stays.
        """
        with closing(sqlite3.connect(f"file:{self.tryton.database}?mode=ro", uri=True)) as file:
            rows = file.execute("SELECT * FROM ir_note").fetchall()
        return json.dumps([self.tryton.notes(self.party), rows], ensure_ascii=False, default=str).encode()

    def logs(self) -> bytes:
        """Everything that was printed: there is one level, and nothing is logged elsewhere."""
        return bytes_of(*(self.baton.data_dir / "logs").glob("*.log"), self.baton.data_dir / "demo.log")


def killed_at_random(baton: Baton, chance: random.Random, times: int) -> None:
    """As in a power cut, whatever it is at: soon after it has taken up its work, every third time while it still starts."""
    for kill in range(times):
        time.sleep(chance.uniform(0.0, 0.8))
        begun = baton.log().count("event='ready'")
        _kill(baton)
        if kill % 3 != 2:
            _await_ready(baton, begun + 1)


def _kill(baton: Baton) -> None:
    pid = baton.bot_pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: baton.bot_pid != pid, "the demo starts another bot", 60.0)


def _await_ready(baton: Baton, times: int) -> None:
    until(lambda: baton.log().count("event='ready'") >= times, "it is at work", 60.0, 0.02)


def test_no_byte_is_left_though_baton_is_killed_again_and_again_and_tryton_was_away(
    baton: Baton, tryton: TrytonServer
) -> None:
    seed = int(os.environ.get("SEED") or time.time_ns() % 1_000_000)
    # The company writes the name in its own way: what is left of the other spelling is ours.
    maya = Maya(baton, tryton, tryton.customer("M. Zwillich", EMAIL))
    # What is not found later proves something only where it was found before.
    maya.writes()
    said = [*WORDS, NAME, EMAIL, NOTED]
    assert left_in(maya.in_channel(), said) == said
    assert left_in(maya.in_workspace(), said) == said
    maya.is_resolved()
    assert set(left_in(maya.in_database(), ALL)) == {*ALL} - {REASON}
    assert set(left_in(maya.in_notes(), ALL)) >= {*WORDS, NAME, WANTED}
    assert set(left_in(bytes_of(*files_of(tryton.database)), ALL)) >= {*WORDS, NAME, WANTED}
    about = [f"{maya.card.ref}/resolved/", "entry_written"]
    assert left_in(maya.logs(), about) == about, "these are the logs that tell of it, and they never held a word"
    assert left_in(maya.logs(), ALL) == []

    tryton.stop()
    baton.person("ana").command(f"/baton forget {maya.card.ref} {REASON} by {NAME}")
    baton.person("elif").told("asks to forget", REASON)
    assert "Confirmed" in baton.person("elif").command(f"/baton forget {maya.card.ref}")
    chance = random.Random(seed)
    killed_at_random(baton, chance, KILLS)
    tryton.start()
    killed_at_random(baton, chance, 2)
    reports = [baton.person(each).told("was forgotten", seconds=WITHIN) for each in ("ana", "elif")]

    assert maya.card.shows("Forgotten on request")
    for report in reports:
        assert "1 CRM entry" in report
        assert "1 message that a colleague wrote in its thread" in report
    assert tryton.notes(maya.party) == []
    assert tryton.called(maya.party) == "M. Zwillich"
    for read in (maya.in_database, maya.in_channel, maya.in_notes, maya.logs):
        assert left_in(read(), ALL) == [], f"{read.__name__}, SEED={seed}"
    # What Tryton freed in its file is Tryton's to write over, which it does where it is vacuumed.
    tryton.stop()
    try:
        with closing(sqlite3.connect(tryton.database)) as freed:
            freed.execute("VACUUM")
        assert left_in(bytes_of(*files_of(tryton.database)), [*WORDS, NAME, NOTED, REASON, WANTED]) == []
        assert left_in(bytes_of(tryton.log), [*WORDS, NAME, NOTED, REASON, WANTED]) == []
    finally:
        tryton.start()
    # Stopped, the workspace has written its log into its file: of that too, and of whatever else is in the folder.
    baton.stop()
    assert left_in(maya.in_workspace(), ["Forgotten on request"])
    every = bytes_of(*(file for file in baton.data_dir.rglob("*") if file.is_file()))
    assert left_in(every, ALL) == []
