"""No item is lost and none takes effect twice in one attempt, however often the worker's process is killed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from bot.ports import Work
from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.outbox import SqlOutbox
from tests.fakes.clock import SystemClock

ITEMS, KILLS = 300, 20
ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", [7])
async def test_work_survives_workers_that_are_killed(database: Database, url: str, tmp_path: Path, seed: int) -> None:
    clock = SystemClock()
    keys = [None, "a", "b", "c", None]
    async with database.writing() as connection:
        await SqlOutbox(connection, clock).put(
            *(Work("effect", {"n": n}, key=keys[n % 5], dedup=f"item {n}") for n in range(ITEMS))
        )
    effects = tmp_path / "effects"
    killing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.crashing", url, str(effects), str(seed), str(KILLS)),
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert await killing.wait() == 0

    lines = [line.split() for line in effects.read_text().splitlines()]
    took_effect = [(int(n), int(attempt)) for _, n, attempt in lines]
    assert {n for n, _ in took_effect} == set(range(ITEMS))
    assert len(took_effect) == len(set(took_effect))
    assert any(attempt > 1 for _, attempt in took_effect), "no kill hit an item: this proved nothing"
    counts = (await OutboxDesk(database, clock).counts())["effect"]
    assert counts == {"done": ITEMS}

    lanes: dict[str, list[int]] = defaultdict(list)
    for key, n, _ in lines:
        lanes[key].append(int(n))
    for key in "abc":
        assert lanes[key] == sorted(lanes[key])
