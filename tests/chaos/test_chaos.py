"""Baton is killed while five networks talk to it and staff answer: each post is kept once, each answer goes out once."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.fakes import Bluesky, Forum, Mastodon, Shop, Telegram
from tests.chaos.feed import Crowd, Sender
from tests.chaos.kept import Kept
from tests.chaos.killer import Killer
from tests.chaos.networks import Network, Networks
from tests.chaos.staff import Colleague
from tests.e2e.waiting import until
from tests.e2e_networks.baton import Baton

pytestmark = pytest.mark.timeout(3600)

KILLS = int(os.environ.get("KILLS") or 50)
EVENTS = int(os.environ.get("EVENTS") or 5_000)
SEED = int(os.environ.get("SEED") or 1)
ANSWERS = max(2, KILLS // 5)
"""Conversations that are answered on each network."""

SECRET = "whsec_Y2hhb3MtY2hhb3MtY2hhb3MtY2hhb3M="
SHARES = {"shop": 0.4, "rss": 0.1, "mastodon": 0.15, "telegram": 0.2, "bluesky": 0.15}
STAFF = {"shop": "ana", "mastodon": "ben", "telegram": "chloe", "bluesky": "finn"}
SETTLES_WITHIN = 400.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Kept]:
    """SQLite in Baton's folder, or a PostgreSQL of our own with DB=postgres."""
    if os.environ.get("DB") == "postgres":
        from tests.databases import serve_postgres  # noqa: PLC0415 - a server is needed for that alone

        for server in serve_postgres():
            yield Kept(asyncio.run(server.empty()))
    else:
        yield Kept(tmp_path / "baton" / "baton.db")


class Chaos:
    """Everybody who takes part."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self.kept = kept
        self.begun = time.monotonic()
        kinds: list[type[Network]] = [Shop, Forum, Mastodon, Telegram, Bluesky]
        self.networks = Networks(*(kind(self.kill, turn % 5) for turn, kind in enumerate(kinds)))
        more = {"BATON_DATABASE_URL": kept.place} if isinstance(kept.place, str) else {}
        self.baton = Baton(folder, self.networks.settings(), CHAOS_TOKEN="4711:chaos", CHAOS_SECRET=SECRET, **more)
        self.killer = Killer(self.baton, KILLS, random.Random(SEED))
        shares = {network: int(EVENTS * SHARES[network.kind]) for network in self.networks}
        self.crowds = [
            Crowd(network, events, random.Random(f"{SEED}-{network.kind}"), lambda: self.killer.fraction)
            for network, events in shares.items()
        ]
        shop = next(network for network in self.networks if isinstance(network, Shop))
        self.sender = Sender(shop, self.baton.door.base, SECRET, random.Random(SEED))
        self.staff = [
            Colleague(
                STAFF[network.kind],
                network,
                self.baton.people,
                kept,
                ANSWERS,
                random.Random(f"{SEED}-{network.kind}-staff"),
            )
            for network in self.networks
            if network.kind in STAFF
        ]

    def kill(self, when: str) -> bool:
        """For the networks, which are there before the killer is."""
        return self.killer.now(when)

    def run(self) -> None:
        """Until all has happened."""
        everybody: list[Crowd | Sender | Killer | Colleague] = [*self.crowds, self.sender, self.killer, *self.staff]
        for each in everybody:
            each.start()
        limit = 300 + 30 * KILLS
        until(lambda: all(colleague.is_done() for colleague in self.staff), "all answers are settled", limit, 0.5)
        assert [problem for colleague in self.staff for problem in colleague.problems] == []
        self.killer.saved = 0
        until(lambda: all(crowd.is_done() for crowd in self.crowds), "all customers have spoken", limit, 0.5)
        until(lambda: self.killer.fraction == 1.0, "it was killed as often as it should", limit, 0.5)
        self.killer.stop()
        self.sender.finish()
        until(self.sender.is_done, "the shop has delivered everything", limit, 0.5)

    def left(self) -> list[str]:
        """What is not yet as it must be, in a few words each."""
        lines: list[str] = []
        for network in self.networks:
            kept = self.posts(network)
            for post in network.heard():
                text, conversation, deleted = kept.get(post.id, ("", None, None))
                if post.deleted:
                    if post.id in kept and not deleted:
                        lines.append(f"{network.name} {post.id} is deleted there, and not here")
                elif text != post.text or conversation is None:
                    lines.append(
                        f"{network.name} {post.id} is {text!r} here in {conversation}, and {post.text!r} there"
                    )
        pending = self.kept.rows(
            "SELECT kind, count(*) FROM outbox WHERE state IN ('waiting', 'ready', 'leased') GROUP BY kind"
        )
        waiting = self.kept.rows("SELECT count(*) FROM post_changes WHERE done_at IS NULL")
        unheard = self.kept.rows("SELECT count(*) FROM posts WHERE conversation IS NULL AND deleted_at IS NULL")
        lines += [f"{count} of {kind} wait in the outbox" for kind, count in pending]
        lines += [f"{waiting[0][0]} changes wait"] * bool(waiting[0][0]) + [f"{unheard[0][0]} unheard"] * bool(
            unheard[0][0]
        )
        return lines

    def posts(self, network: Network) -> dict[str, tuple[str, int | None, Any]]:
        """What is kept of a network, by id: text, conversation, time of its delete."""
        query = f"SELECT external_id, body, conversation, deleted_at FROM posts WHERE source = '{network.name}'"
        rows = self.kept.rows(query)
        assert len({row[0] for row in rows}) == len(rows), "a post is kept twice"
        return {row[0]: (json.loads(row[1]).get("text", ""), row[2], row[3]) for row in rows}


@pytest.fixture
def chaos(tmp_path: Path, database: Kept) -> Iterator[Chaos]:
    made = Chaos(tmp_path / "baton", database)
    with made.networks, made.baton:
        try:
            yield made
        finally:
            made.killer.stop()


def test_whatever_is_killed_nothing_is_lost_and_no_answer_goes_out_twice(chaos: Chaos) -> None:
    chaos.run()
    deadline = time.monotonic() + SETTLES_WITHIN
    while (left := chaos.left()) and time.monotonic() < deadline:
        time.sleep(1.0)
    figures(chaos, left)
    assert [problem for colleague in chaos.staff for problem in colleague.problems] == []
    assert left == []
    must_be_in_their_conversations(chaos)
    must_have_one_card_each(chaos)
    for colleague in chaos.staff:
        must_be_answered_once(chaos, colleague)
    assert chaos.kept.rows("SELECT kind, error FROM outbox WHERE state = 'dead'") == []
    assert chaos.kept.rows("SELECT source, why FROM unread") == []
    cursors = {key for (key,) in chaos.kept.rows("SELECT key FROM settings WHERE key LIKE 'cursor:%'")}
    assert cursors == {f"cursor:{network.name}" for network in chaos.networks if not isinstance(network, Shop)}
    assert chaos.baton.complaints(killed=True) == []


def must_be_in_their_conversations(chaos: Chaos) -> None:
    """Those of a thread are together, those of two threads apart, and there is nothing that nobody wrote."""
    for network in chaos.networks:
        kept, together = chaos.posts(network), defaultdict[str, set[int | None]](set)
        apart = defaultdict[int | None, set[str]](set)
        heard = {post.id: post for post in network.heard()}
        assert set(kept) <= set(heard)
        for id_, (_, conversation, deleted) in kept.items():
            if deleted and conversation is None:
                continue  # its delete came before it
            together[heard[id_].thread].add(conversation)
            apart[conversation].add(heard[id_].thread)
        assert {thread: found for thread, found in together.items() if len(found) > 1} == {}, network.name
        assert {number: found for number, found in apart.items() if len(found) > 1} == {}, network.name


def must_have_one_card_each(chaos: Chaos) -> None:
    numbers = [number for (number,) in chaos.kept.rows("SELECT number FROM conversations ORDER BY number")]
    shown = [
        number
        for (number,) in chaos.kept.rows("SELECT number FROM postings WHERE surface = 'floor' AND message IS NOT NULL")
    ]
    assert sorted(shown) == numbers
    messages: list[Any] = []
    web, cursor = chaos.baton.web(), None
    while cursor is None or cursor:
        page = web.conversations_history(channel="C0FLOOR001", limit=200, cursor=cursor, include_all_metadata=True)
        messages += page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    cards = [message for message in messages if (message.get("metadata") or {}).get("event_type") == "baton_posting"]
    refs = sorted(int(found[1]) for card in cards if (found := re.search(r"\bB-(\d+)\b", card["text"])))
    assert refs == numbers
    assert len({card["metadata"]["event_payload"]["mark"] for card in cards}) == len(cards)


def must_be_answered_once(chaos: Chaos, colleague: Colleague) -> None:
    network = colleague.network
    assert len(colleague.answers) == ANSWERS
    for number, words in colleague.answers.items():
        assert chaos.kept.written(number) == [words]
        assert chaos.kept.conversation(number)["answer"]["state"] == "sent"
        assert len(network.answers(words)) == 1, f"“{words}” in B-{number} on {network.name}"
    ours = [post for post in network.posts.values() if post.ours]
    assert len(ours) == ANSWERS
    if not isinstance(network, Telegram):
        assert not colleague.settled, "only where neither key nor look-up helps a person decides"


def figures(chaos: Chaos, left: list[str]) -> None:
    """What happened, to be read."""
    took = time.monotonic() - chaos.begun
    print(f"\n\nchaos: SEED={SEED}, {took:.0f} s, killed {chaos.killer.done} times: {dict(chaos.killer.when)}")
    print(
        f"{'network':<10}{'posts':>7}{'answers':>9}{'edits':>7}{'deletes':>9}{'ours':>6}  tries to answer; decided by a person"
    )
    people = {colleague.network.kind: colleague for colleague in chaos.staff}
    events = Counter[str]()
    for crowd in chaos.crowds:
        network, done = crowd.network, crowd.done
        events.update(done)
        ours = sum(post.ours for post in network.posts.values())
        counts = f"{done['posts']:>7}{done['answers']:>9}{done['edits']:>7}{done['deletes']:>9}{ours:>6}"
        decided = dict(people[network.kind].settled) if network.kind in people else {}
        print(f"{network.kind:<10}{counts}  {dict(network.fates)}; {decided}")
    deliveries = chaos.sender.told
    print(
        f"events: {sum(events.values()) + chaos.sender.repeats}, of them {chaos.sender.repeats} repeats; the shop was told {dict(deliveries)}"
    )
    conversations = chaos.kept.rows("SELECT count(*) FROM conversations")[0][0]
    posts = chaos.kept.rows("SELECT count(*) FROM posts")[0][0]
    print(f"kept: {posts} posts in {conversations} conversations; left: {left[:5] or 'nothing'}")
