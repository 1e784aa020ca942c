"""Ten thousand posts in a minute: each is kept once, the bot stays within its memory, and channels within their rates."""

from __future__ import annotations

import time
from collections import defaultdict

import pytest

from tests.e2e_storm.raging import POSTS, RATE, SECONDS, UNRELATED, Storm

BURST = 3
"""Messages that a channel takes at once after a pause."""

MOST_MEMORY, MOST_MORE = 450.0, 250.0
"""Megabytes that the bot takes at most, and by how much that is more than before the storm."""

HEARD_AFTER = 15.0
"""Seconds from the last post until each has a conversation."""

pytestmark = pytest.mark.timeout(300)


def test_every_post_is_kept_once(storm: Storm) -> None:
    assert storm.report["accepted"] == POSTS
    assert storm.report["refused"] == 0
    accepted = {(line["network"], line["external_id"]) for line in storm.lines if line["new"]}
    assert len(accepted) == POSTS
    assert len(storm.unrelated()) == UNRELATED
    kept = storm.kept.posts()
    assert kept.keys() == accepted
    assert set(kept.values()) == {1}


def test_it_is_heard_as_it_comes(storm: Storm) -> None:
    assert storm.report["seconds"] < SECONDS * 1.1
    assert storm.report["middle"] < 0.2
    assert storm.kept.heard_until() - storm.sent < HEARD_AFTER


def test_memory_is_bounded(storm: Storm) -> None:
    before = max(storm.memory.samples[:3])
    peak = max(storm.memory.samples)
    assert peak < MOST_MEMORY
    assert peak - before < MOST_MORE


def test_no_channel_gets_more_than_it_takes(storm: Storm) -> None:
    assert storm.demo.counters()["ratelimited"] == {}
    posted: dict[str, set[float]] = defaultdict(set)
    for sight in storm.watch.sights:
        posted[sight.channel].add(float(sight.ts))
    assert posted
    for moments in map(sorted, posted.values()):
        for at, first in enumerate(moments):
            for more, last in enumerate(moments[at:], start=1):
                assert more <= BURST + 1 + (last - first) * RATE


def test_whoever_is_at_the_floor_is_not_kept_waiting(storm: Storm) -> None:
    assert len(storm.felt) >= SECONDS / 6
    felt, answered = sorted(storm.felt), sorted(storm.answered)
    assert felt[len(felt) // 2] < 2
    assert felt[-1] < 6
    assert answered[-1] < 3, "Slack gives up after three seconds"


def test_nothing_fails(storm: Storm) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and storm.demo.complaints():
        time.sleep(0.5)
    assert storm.demo.complaints() == []
    assert storm.kept.one("SELECT count(*) FROM outbox WHERE state = 'dead'") == 0
