"""Three hundred posts while the bot is killed five times: all there, each card once, at the channel's rate, urgent ones first."""

from __future__ import annotations

import csv
import json
import random
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.demo import APP, ROOT, Demo
from tests.e2e.people import words_of
from tests.e2e.waiting import until

POSTS, URGENT, RATE = 300, 30, 20
BURST = 3
"""Messages that a channel takes at once after a pause."""

FIRST = (
    "My order",
    "The parcel",
    "That backpack",
    "Your shop in Lyon",
    "The new app",
    "My jacket",
    "This water bottle",
)
THEN = (
    "arrived a week late.",
    "is lovely, thank you!",
    "has the wrong colour, can I exchange it?",
    "does what the page says it does.",
    "est vraiment très bien.",
    "war leider nicht dabei.",
    "llegó ayer sin problemas.",
)
ALARMS = ("The battery pack started smoking", "My charger caught fire", "The stove exploded")


def write_posts(path: Path) -> list[str]:
    """A file for `replay`, the urgent posts at its end; gives the word that each post alone has."""
    chance, first = random.Random(11), datetime(2026, 3, 2, 8, tzinfo=UTC)
    words = [f"mark{number:03}x" for number in range(POSTS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "created_at", "brand", "author", "text", "mood"))
        for number, word in enumerate(words):
            urgent = number >= POSTS - URGENT
            text = chance.choice(ALARMS) if urgent else f"{chance.choice(FIRST)} {chance.choice(THEN)}"
            at = first + timedelta(minutes=number)
            author = f"customer_{chance.randrange(120)}"
            # Most of it is like nothing else, so that each post has a card of its own.
            text = f"{text} {chance.randbytes(60).hex()} {word}"
            rows.writerow((f"n-{number}", at.isoformat(), "acme", author, text, chance.random()))
    return words


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The product, in a workspace whose channels take twenty messages a second."""
    with Demo(tmp_path / "data", rate=RATE) as running:
        yield running


@pytest.mark.timeout(420)
def test_five_kills_lose_nothing_and_post_nothing_twice(demo: Demo, tmp_path: Path) -> None:
    words = write_posts(tmp_path / "posts.csv")
    command = [*APP, "replay", str(tmp_path / "posts.csv"), "--source", "demo", "--rate", "200"]
    with (tmp_path / "replay.log").open("wb") as log:
        sending = subprocess.Popen(
            command, cwd=ROOT, env=dict(demo.environment), stdout=subprocess.PIPE, stderr=log, text=True
        )
    for sent in (60, 200):
        until(lambda sent=sent: _sent(demo) >= sent, f"{sent} posts are sent", 60, 0.005)  # type: ignore[misc]
        demo.kill_bot()
    said, _ = sending.communicate(timeout=120)
    assert sending.returncode == 0, (tmp_path / "replay.log").read_text()
    tally = dict(line.split() for line in said.splitlines())
    assert tally["sent"] == str(POSTS)
    assert tally["refused"] == "0"
    assert int(tally["accepted"]) + int(tally["duplicates"]) == POSTS
    for posted in (40, 110, 190):
        until(lambda posted=posted: _cards_posted(demo) >= posted, f"{posted} cards", 90, 0.01)  # type: ignore[misc]
        demo.kill_bot()
    until(lambda: _cards_posted(demo) >= POSTS, "all cards are posted", 90)

    stats = until(lambda: _settled(demo), "nothing is left to be sent", 60, 1.0)
    assert stats["posts"]["total"] == POSTS
    assert stats["conversations"]["total"] == POSTS
    assert stats["cards"] == POSTS
    assert stats["outbox_dead"] == 0

    messages = list(_channel(demo))
    marks = [message["metadata"]["event_payload"]["mark"] for message in messages]
    assert len(set(marks)) == len(marks)
    # More came at once than the channel takes: in between, the rest was counted on a rollup card.
    cards = [message for message in messages if not message["text"].startswith("🌊")]
    refs = [int(found[1]) for card in cards if (found := re.search(r"\bB-(\d+)\b", card["text"]))]
    assert sorted(refs) == list(range(1, POSTS + 1))
    assert {message["metadata"]["event_type"] for message in messages} == {"baton_posting"}
    everything = [words_of(card) for card in cards]
    assert [word for word in words if sum(word in said for said in everything) != 1] == []

    times = sorted(float(message["ts"]) for message in messages)
    busiest = max(sum(start <= ts < start + 1 for ts in times) for start in times)
    assert busiest <= RATE + BURST
    counters = demo.counters()
    assert counters["ratelimited"] == {}
    assert demo.complaints(killed=True) == []

    alarmed = words[-URGENT:]
    order = [any(word in said for word in alarmed) for said in everything]
    first, last = order.index(True), POSTS - 1 - order[::-1].index(True)
    assert last - first + 1 - URGENT <= RATE, "calm ones were posted between the urgent ones"
    assert POSTS - 1 - last >= 100, "the urgent ones, which came last, did not overtake those that were waiting"


def _sent(demo: Demo) -> int:
    """How many posts the replay has an answer for."""
    for state in (demo.data_dir / "replay").glob("*.json"):
        return int(json.loads(state.read_text())["sent"])
    return 0


def _cards_posted(demo: Demo) -> int:
    return int(demo.counters()["calls"].get("chat.postMessage", 0))


def _settled(demo: Demo) -> dict[str, Any] | None:
    stats = demo.stats()
    return stats if stats["outbox_pending"] == 0 else None


def _channel(demo: Demo) -> Iterator[dict[str, Any]]:
    """Every message of the floor as the official client reads it, page by page, oldest first."""
    web, cursor, pages = demo.web(), None, []
    while True:
        page = web.conversations_history(channel="C0FLOOR001", limit=90, cursor=cursor, include_all_metadata=True)
        pages.append(page["messages"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    messages = [message for page in pages for message in page]
    yield from sorted(messages, key=lambda message: float(message["ts"]))
