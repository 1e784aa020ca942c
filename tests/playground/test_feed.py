"""The sample goes over the wire as anybody's posts would, once, and goes on where it was stopped."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from jsonschema import Draft202012Validator

from bot.config import Config
from bot.domain.triage import is_urgent
from integrations.ai.local import LocalTriage
from playground.feed import Feed, Line, Settings, read_sample
from tests.fakes.inbox import MemoryInbox
from tests.integrations.doors import SECRET, Door, front_door

SCHEMA = Path(__file__).parent.parent.parent / "docs" / "post.schema.json"


def settings(door: Door, data_dir: Path) -> Settings:
    return Settings(f"{door.url}/hooks/generic/demo", SECRET, data_dir, speed=1e6)


def test_the_sample_is_what_the_demo_promises() -> None:
    lines = read_sample()
    kinds = Counter(line.kind for line in lines)
    posts = [line.post for line in lines if line.kind == "created"]
    ids = {post["external_id"] for post in posts}
    assert 75 <= kinds["created"] <= 90
    assert kinds["edited"] >= 1
    assert kinds["deleted"] >= 1
    assert len(ids) == len(posts)
    assert {post["lang"] for post in posts} >= {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ja"}
    assert len({post["network"] for post in posts}) >= 7
    assert all(post["parent_id"] in ids for post in posts if "parent_id" in post)
    triage = LocalTriage(Config())
    assert 3 <= sum(is_urgent(triage.read(post["text"])) for post in posts) <= 15
    assert lines[0].after < 5
    assert 180 <= lines[-1].after <= 300


def test_changes_come_after_the_posts_they_change() -> None:
    lines = read_sample()
    first = {line.post["external_id"]: line.after for line in reversed(lines) if line.kind == "created"}
    assert all(line.after > first[line.post["external_id"]] for line in lines if line.kind != "created")


def test_every_line_satisfies_the_published_schema() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    for line in read_sample():
        validator.validate(line.record(datetime.now(UTC)))


async def test_everything_is_taken_in(tmp_path: Path) -> None:
    inbox, lines = MemoryInbox(), read_sample()
    async with front_door(inbox) as door:
        await Feed(settings(door, tmp_path), lines).run()
    assert len(inbox.events) == len(lines)


async def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    inbox, lines = MemoryInbox(), read_sample()
    async with front_door(inbox) as door:
        await Feed(settings(door, tmp_path), lines[:5]).run()
        await Feed(settings(door, tmp_path), lines[:8]).run()
        assert len(inbox.events) == 8
        await Feed(settings(door, tmp_path), lines[:8]).run()
    assert len(inbox.events) == 8


async def test_a_line_that_is_refused_does_not_stop_the_rest(tmp_path: Path) -> None:
    inbox, lines = MemoryInbox(), read_sample()[:2]
    async with front_door(inbox) as door:
        await Feed(settings(door, tmp_path), [Line(0.0, 0.0, "created", {"network": "x"}), *lines]).run()
    assert len(inbox.events) == 2
