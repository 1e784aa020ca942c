"""Two bots on one PostgreSQL: each card once, one winner of each race, one digest; and one dies without harm."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import Postgres, serve_postgres
from tests.e2e.calls import Json
from tests.e2e.demo import ROOT
from tests.e2e.front_door import written
from tests.e2e.people import words_of
from tests.e2e.playground_page.window import word
from tests.e2e.replicas import Pair
from tests.e2e.waiting import until

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server."""
    yield from serve_postgres()


@pytest.fixture
async def database_url(postgres: Postgres) -> str:
    """An empty database: the replicas race for its migration, too."""
    return await postgres.empty()


@pytest.fixture
def pair(database_url: str, tmp_path: Path) -> Iterator[Pair]:
    """Two replicas that run."""
    config = tmp_path / "baton.toml"
    config.write_text((ROOT / "playground" / "sample" / "baton.toml").read_text("utf-8"), "utf-8")
    with Pair(tmp_path, database_url, config) as running:
        yield running
        assert running.tracebacks() == []
        assert running.counters()["refused"] == {}


def cards(pair: Pair) -> dict[str, list[Json]]:
    """The floor's cards by reference."""
    found: dict[str, list[Json]] = {}
    for message in pair.people.messages("leo"):
        if not message["ephemeral"] and (ref := re.search(r"\bB-\d+\b", message["text"])):
            found.setdefault(ref[0], []).append(message)
    return found


def hear(pair: Pair, how_many: int) -> dict[str, list[Json]]:
    """Delivers each post to both front doors at once, and waits for as many more cards."""
    before = len(cards(pair))
    posts = [written(f"Where is my order? {word()}", handle=word()) for _ in range(how_many)]
    with ThreadPoolExecutor(8) as senders:
        sent = [senders.submit(replica.door.deliver, post) for post in posts for replica in pair.replicas]
        answers = [each.result() for each in sent]
    assert sum(answer["accepted"] for answer in answers) == how_many
    until(lambda: len(cards(pair)) >= before + how_many, "all cards are there", 60)
    return cards(pair)


def test_each_post_is_one_card_and_each_race_for_a_baton_has_one_winner(pair: Pair) -> None:
    found = hear(pair, 30)
    assert [ref for ref, messages in found.items() if len(messages) != 1] == []
    assert len(found) == 30

    def claim(user: str, ref: str) -> str:
        answer = pair.people.do("slash", user, channel="floor", text=f"/baton claim {ref}")
        return words_of(answer["response"])

    users = ("ana", "chloe", "elif", "jonas")
    with ThreadPoolExecutor(len(users)) as hands:
        for ref in list(found)[:12]:
            said = list(hands.map(claim, users, [ref] * len(users)))
            won = [user for user, words in zip(users, said, strict=True) if f"You hold {ref}" in words]
            lost = [words for words in said if f"holds the baton of {ref}" in words]
            assert len(won) == 1, said
            assert len(lost) == len(users) - 1, said

    def all_are_shown() -> bool:
        shown = [words_of(messages[0]) for messages in cards(pair).values()]
        return sum(") until" in words for words in shown) == 12

    until(all_are_shown, "each card shows its holder")


def test_the_digest_that_fell_due_while_both_were_down_is_posted_once(pair: Pair) -> None:
    hear(pair, 3)
    begun = datetime.now(UTC)
    pair.stop()
    until(lambda: datetime.now(UTC).minute != begun.minute, "the next minute", 61, 0.2)
    due, config = datetime.now(UTC), pair.config.read_text("utf-8")
    config = config[: config.index("[digest]")]
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[due.weekday()]
    digest = f'[digest]\ntimezone = "UTC"\nday = "{day}"\nat = "{due:%H:%M}"\n'
    pair.config.write_text(config + digest, "utf-8")
    pair.start()

    def digests() -> list[Json]:
        return [message for message in pair.people.messages("leo", "management") if "heard" in words_of(message)]

    until(digests, "the digest is posted", 60)
    pair.stop()
    pair.start()
    hear(pair, 1)
    assert len(digests()) == 1


def test_what_a_killed_replica_had_begun_is_done_once_by_the_other(pair: Pair) -> None:
    victim, other = pair.replicas
    posts = [written(f"Is anybody there? {word()}", handle=word()) for _ in range(60)]
    victim.door.deliver(*posts[:30])
    other.door.deliver(*posts[30:])
    until(lambda: len(cards(pair)) >= 5, "the first cards are there", 60, 0.005)
    victim.end(signal.SIGKILL)
    until(lambda: len(cards(pair)) >= len(posts), "all cards are there", 90)
    found = cards(pair)
    assert len(found) == len(posts)
    assert [ref for ref, messages in found.items() if len(messages) != 1] == []
