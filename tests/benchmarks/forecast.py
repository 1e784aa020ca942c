"""`make bench-forecast`: how wrong the forecast is over a seeded history, beside “as last week”, and how often its interval holds."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Config, parse
from bot.domain.forecasting import AHEAD, FEWEST_WEEKS, Kept, value_of
from handlers.admin.seed import make_up
from handlers.forecasts import make_forecasts
from handlers.jobs.weekly_forecast import earlier, last_midnight
from integrations.forecasting import ApartForecaster
from storage import SqlStorage
from storage.migrations import migrate
from storage.past import open_past
from tests.benchmarks.company import CONFIG
from tests.fakes.clock import SetClock

Judged = dict[tuple[str, int], list[tuple[float, float, float, bool]]]
"""By measure and weeks ahead: the forecast's difference, that of as last week, what came, and whether the interval held it."""


async def judge(url: str, config: Config, count: int, weeks: int, seed: int) -> tuple[Judged, float]:
    """Forecasts of every week of which enough is known, held against what came; and the seconds that one took."""
    now = datetime.now(UTC)
    async with open_past(url, config.life_policies) as past:
        await make_up(past, config, now, (count, weeks, seed), lambda _: None)
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=SetClock(now))
    try:
        newest = last_midnight(now, config)
        moments = earlier(newest, config, weeks - FEWEST_WEEKS - 1)
        begun = time.perf_counter()
        await make_forecasts(storage, ApartForecaster(), config, moments)
        taken = (time.perf_counter() - begun) / len(moments)
        judged: Judged = defaultdict(list)
        async with storage.reading() as uow:
            for each in await uow.forecasts.between(newest - timedelta(weeks=weeks), newest):
                if each.week.end <= newest:
                    counts = await uow.measures.found(each.week.start, each.week.end)
                    its = [found for found in counts if each.network in {"", found.network}]
                    judged[each.measure, each.point.ahead].append(_came(each, its))
    finally:
        await storage.close()
    return judged, taken


def _came(each: Kept, counts: Sequence[tuple[str, str | None, str | None, int]]) -> tuple[float, float, float, bool]:
    moods = [(mood, many) for _, _, mood, many in counts]
    sure = sum(many for mood, many in moods if mood is not None)
    negative = sum(many for mood, many in moods if mood == "negative")
    came = value_of(each.measure, [many for _, many in moods], [sure], [negative]) or 0.0
    held = each.point.low <= came <= each.point.high
    return abs(each.point.value - came), abs(each.last - came), came, held


def told(judged: Judged) -> list[str]:
    """A line for each measure and distance."""
    lines = []
    for measure in ("volume", "negative"):
        for ahead in range(1, AHEAD + 1):
            found = judged.get((measure, ahead), [])
            if found:
                scale = sum(came for _, _, came, _ in found) if measure == "volume" else len(found)
                ours, naive = (100 * sum(each[at] for each in found) / scale for at in (0, 1))
                held = 100 * sum(each[3] for each in found) / len(found)
                unit = "%" if measure == "volume" else "points"
                lines.append(
                    f"{measure:<9}{ahead} week(s) ahead: off by {ours:5.1f} {unit}, as last week {naive:5.1f} {unit}; "
                    f"{held:3.0f} % within the interval ({len(found)} forecasts)"
                )
    return lines


def main(words: Sequence[str] | None = None) -> int:
    """Fill a store, forecast every week of it, and print both errors."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.forecast", description=__doc__)
    parser.add_argument("--conversations", type=int, default=200_000)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp(prefix="baton-forecast-"))
    url = f"sqlite:///{folder / 'forecast.db'}"

    async def all_of_it() -> tuple[Judged, float]:
        await migrate(url)
        return await judge(url, parse(CONFIG), options.conversations, options.weeks, options.seed)

    try:
        judged, taken = asyncio.run(all_of_it())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.conversations:,} conversations over {options.weeks} weeks; a forecast takes {taken:.1f} s")
    for line in told(judged):
        print(line)
    return 0 if judged else 1


if __name__ == "__main__":
    sys.exit(main())
