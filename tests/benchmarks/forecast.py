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
from statistics import median
from typing import NamedTuple

from bot.config import Config, parse
from bot.domain.forecasting import AHEAD, FEWEST_WEEKS, Kept, value_of
from handlers.admin.history.rhythm import Rhythm
from handlers.admin.seed import make_up
from handlers.forecasts import make_forecasts
from handlers.jobs.weekly_forecast import earlier, last_midnight
from integrations.forecasting import ApartForecaster
from storage import SqlStorage
from storage.migrations import migrate
from storage.past import open_past
from tests.benchmarks.company import CONFIG
from tests.fakes.clock import SetClock

SPIKE_LASTS = timedelta(days=4)
"""Of the storm that `app.py seed` makes up."""


class Held(NamedTuple):
    """A forecast beside what came: both differences, the interval's width, whether it held it, and whether a storm was in that week."""

    off: float
    naive: float
    came: float
    value: float
    width: float
    within: bool
    stormy: bool


Judged = dict[tuple[str, int], list[Held]]
"""By measure and weeks ahead."""


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
        storm = Rhythm(now.replace(microsecond=0), weeks, config.company.timezone).spiked
        async with storage.reading() as uow:
            for each in await uow.forecasts.between(newest - timedelta(weeks=weeks), newest):
                if each.week.end <= newest:
                    counts = await uow.measures.found(each.week.start, each.week.end)
                    its = [found for found in counts if each.network in {"", found.network}]
                    judged[each.measure, each.point.ahead].append(_came(each, its, storm))
    finally:
        await storage.close()
    return judged, taken


def _came(each: Kept, counts: Sequence[tuple[str, str | None, str | None, int]], storm: datetime) -> Held:
    moods = [(mood, many) for _, _, mood, many in counts]
    sure = sum(many for mood, many in moods if mood is not None)
    negative = sum(many for mood, many in moods if mood == "negative")
    came = value_of(each.measure, [many for _, many in moods], [sure], [negative]) or 0.0
    point = each.point
    return Held(
        off=abs(point.value - came),
        naive=abs(each.last - came),
        came=came,
        value=point.value,
        width=point.high - point.low,
        within=point.low <= came <= point.high,
        stormy=each.week.start < storm + SPIKE_LASTS and storm < each.week.end,
    )


def told(judged: Judged) -> list[str]:
    """A line for each measure and distance."""
    lines = []
    for measure in ("volume", "negative"):
        for ahead in range(1, AHEAD + 1):
            found = judged.get((measure, ahead), [])
            if found:
                scale = sum(each.came for each in found) if measure == "volume" else len(found)
                ours, naive = (
                    100 * sum(of) / scale for of in zip(*((each.off, each.naive) for each in found), strict=True)
                )
                wide = median(each.width / (max(each.value, 1) if measure == "volume" else 1) for each in found)
                unit = "%" if measure == "volume" else "points"
                lines.append(
                    f"{measure:<9}{ahead} week(s) ahead: off by {ours:5.1f} {unit}, as last week {naive:5.1f} {unit}; "
                    f"{_within(found)} within the interval, {_within([each for each in found if not each.stormy])} "
                    f"but for the storm's week; {100 * wide:3.0f} {unit} wide ({len(found)} forecasts)"
                )
    return lines


def _within(found: Sequence[Held]) -> str:
    return f"{100 * sum(each.within for each in found) / len(found):3.0f} %" if found else "none"


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
    print(
        f"{options.conversations:,} conversations over {options.weeks} weeks; a forecast takes {taken:.1f} s, counting and all"
    )
    for line in told(judged):
        print(line)
    return 0 if judged else 1


if __name__ == "__main__":
    sys.exit(main())
