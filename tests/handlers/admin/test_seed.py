"""`seed` makes up a past that could have been: every state is what its trail comes to, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import parse
from bot.domain.conversation import Conversation, State
from bot.domain.events import Event, PerspectiveGiven
from bot.domain.replay import replay
from bot.errors import UserError
from bot.ports import Browse
from storage import SqlStorage
from tests.fakes.clock import SystemClock
from tests.handlers.admin.commands import Installed

COMPANY = parse(
    """
[company]
name = "Acme"
timezone = "Europe/Paris"
hours = "Mon-Fri 09:00-17:00"
[departments.support]
[departments.product]
[departments.sales]
[departments.logistics]
hours = "Mon-Sat 06:00-22:00"
[departments.legal]
"""
)
COUNT = 1_500


class Standing(SystemClock):
    """Stands still, so that two pasts end at the same moment."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 15, tzinfo=UTC)


async def seeded(folder: Path, *words: str) -> Installed:
    installed = Installed(folder, config=COMPANY, clock=Standing())
    result = await installed.run("seed", "--conversations", str(COUNT), *words)
    assert result.exit_code == 0, result.output
    return installed


async def every(storage: SqlStorage, first: int = 1, last: int = COUNT) -> list[tuple[Conversation, list[Event]]]:
    found = []
    async with storage.reading() as uow:
        for number in range(first, last + 1):
            conversation = await uow.conversations.get(number)
            assert conversation is not None
            found.append((conversation, await uow.conversations.trail(number)))
    return found


async def test_every_state_is_what_its_trail_comes_to(tmp_path: Path) -> None:
    installed = await seeded(tmp_path)
    async with installed.storage() as storage:
        for conversation, trail in await every(storage):
            assert replay(trail) == conversation
            assert [event.at for event in trail] == sorted(event.at for event in trail)
            assert trail[-1].at <= installed.clock.now()


async def test_nothing_is_overdue_and_nothing_waits_to_be_sent(tmp_path: Path) -> None:
    installed = await seeded(tmp_path)
    async with installed.storage() as storage, storage.reading() as uow:
        assert await uow.conversations.due(installed.clock.now() - timedelta(minutes=1)) == []
        assert (await uow.counts()).outbox_pending == 0


async def test_what_was_poured_in_is_found_like_anything_else(tmp_path: Path) -> None:
    installed = await seeded(tmp_path)
    async with installed.storage() as storage, storage.reading() as uow:
        counts = await uow.counts()
        assert counts.conversations == COUNT
        assert counts.posts >= COUNT
        for number in random.Random(3).sample(range(1, COUNT + 1), 40):
            sight = await uow.conversations.sight(number)
            assert sight is not None
            assert len(sight.posts) == sight.conversation.posts
            record = await uow.customers.record(sight.customer.id)
            assert record is not None
            assert len(await uow.customers.find(sight.customer.name)) > 0
        assert await uow.conversations.count(Browse("floor")) == counts.conversations_by_state["floor"]


async def test_departments_differ_and_one_is_silent(tmp_path: Path) -> None:
    installed = await seeded(tmp_path)
    async with installed.storage() as storage:
        found = await every(storage)
    acted = Counter(key for conversation, _ in found for key in conversation.touched)
    assert set(acted) == {"support", "product", "sales", "logistics"}
    assert {conversation.state for conversation, _ in found} >= {State.FLOOR, State.WAITING, State.RESOLVED}
    seen = [trail for _, trail in found if any(isinstance(event, PerspectiveGiven) for event in trail)]
    assert seen
    assert any(conversation.bounces for conversation, _ in found)
    assert any(conversation.rung == 3 for conversation, _ in found)
    changed = [c for c, _ in found if c.outcome is not None and c.outcome.changed_something]
    assert 0 < len(changed) < sum(c.state is State.RESOLVED for c, _ in found)


async def test_where_there_is_something_it_asks_to_be_told_and_counts_on(tmp_path: Path) -> None:
    installed = await seeded(tmp_path)
    again = await installed.run("seed", "--conversations", "50")
    assert isinstance(again.exception, UserError)
    assert "--add" in again.exception.hint
    added = await installed.run("seed", "--conversations", "50", "--add", "--weeks", "2")
    assert added.exit_code == 0, added.output
    async with installed.storage() as storage:
        for conversation, trail in await every(storage, COUNT + 1, COUNT + 50):
            assert replay(trail) == conversation
        async with storage.writing() as uow:
            assert list(await uow.conversations.next_numbers(1)) == [COUNT + 51]


async def test_the_same_seed_makes_the_same_past(tmp_path: Path) -> None:
    first, second, other = tmp_path / "1", tmp_path / "2", tmp_path / "3"
    for folder in (first, second, other):
        folder.mkdir()
    drawn = []
    for folder, seed in ((first, "7"), (second, "7"), (other, "8")):
        installed = await seeded(folder, "--seed", seed)
        async with installed.storage() as storage:
            found = await every(storage)
        drawn.append([(c.network, c.state, len(trail)) for c, trail in found[: COUNT // 2]])
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
