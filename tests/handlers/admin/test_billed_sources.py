"""Sources that are billed for what they read: what was spent is kept, shown, and stops polls and backfills."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Config
from bot.config import Source as Part
from bot.domain.delivery import Capabilities, Polled
from bot.domain.post import SourceEvent
from handlers.examination import check_sources
from integrations.budget import DOLLAR, Purse
from tests.handlers.admin.test_sources import Archive, WithSources, listed

MOST, MONTH = 2 * DOLLAR, timedelta(days=30)


class Billed(Archive):
    """A page of anything costs 75 cents."""

    abilities = Capabilities(poll=True, backfill=True, budget=(MOST, MONTH), bills=True)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.budget, self.purse = (MOST, MONTH), Purse(MOST, MONTH)

    def bill(self) -> None:
        assert self.purse is not None
        self.purse.left(DOLLAR * 3 // 4, self.name)
        self.purse.pay(DOLLAR * 3 // 4)

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        self.bill()
        return await super().poll(cursor, limit)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        async for portion in super().backfill(since):
            self.bill()
            yield portion


def begun_again(path: Path) -> WithSources:
    """The installation with a process that has spent nothing yet."""
    return WithSources(path, config=Config(sources={"x": Part(kind="rss")}), opened={"x": Billed("x")})


async def told(installed: WithSources) -> list[tuple[str, str]]:
    async with installed.storage() as storage:
        found = await check_sources(storage, installed.opened, installed.config, {}, installed.clock)()
    return [(each.state, each.detail) for each in found if each.what == "Source x"]


async def test_what_was_spent_outlives_the_process_and_is_shown(tmp_path: Path) -> None:
    await begun_again(tmp_path).run("sources", "poll", "x")
    installed = begun_again(tmp_path)
    assert "$0.75 of $2.00 in 30 days" in (await installed.run("sources")).stdout
    assert await told(installed) == [("ok", "$0.75 of $2.00 in 30 days spent")]
    await installed.run("sources", "poll", "x")
    budget = (await listed(begun_again(tmp_path)))["x"]["budget"]
    assert budget == {
        "limit": MOST,
        "seconds": MONTH.total_seconds(),
        "spent": DOLLAR * 3 // 2,
        "unit": "millionths of a US dollar",
    }


async def test_polls_stop_with_a_clear_word_and_nothing_counts_as_broken(tmp_path: Path) -> None:
    for _ in range(2):
        await begun_again(tmp_path).run("sources", "poll", "x")
    installed = begun_again(tmp_path)
    source = installed.opened["x"]
    await installed.run("sources", "poll", "x")
    assert isinstance(source, Billed)
    assert source.asked == []
    kept = (await listed(installed))["x"]
    assert (kept["state"], kept["failures"]) == ("ok", 0)
    assert "x has spent $1.50 of $2.00, and asks for no more before" in str(kept["rests"])
    assert "    x has spent $1.50 of $2.00" in (await installed.run("sources")).stdout
    state, detail = (await told(installed))[0]
    assert state == "warn"
    assert "x has spent $1.50 of $2.00" in detail


@pytest.mark.parametrize("before", [0, 1])
async def test_a_backfill_stops_too_and_what_it_spent_is_kept(tmp_path: Path, before: int) -> None:
    for _ in range(before):
        await begun_again(tmp_path).run("sources", "poll", "x")
    result = await begun_again(tmp_path).run("sources", "backfill", "x", "--since", "2020-01-01")
    assert "and then it failed; run it again to go on" in result.stdout
    assert "x has spent $1.50 of $2.00" in str(result.exception)
    spent = (await listed(begun_again(tmp_path)))["x"]["budget"]
    assert isinstance(spent, dict)
    assert spent["spent"] == DOLLAR * 3 // 2
