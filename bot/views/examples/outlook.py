"""Examples of campaigns, a forecast and figures of others, as parts of the measures show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.benchmarks import Benchmark
from bot.domain.campaign_measures import OTHERS, CampaignCount, Reach, compared
from bot.domain.forecasting import AHEAD, ALL, Checked, Foresight, Foretold, Point, week_from

_MONDAY = datetime(2026, 11, 23, tzinfo=UTC)

CAMPAIGNS = compared(
    [
        CampaignCount(
            *("Spring launch", 412, 371, 63, 190, 260, 58),
            timedelta(minutes=42),
            (Reach("instagram", 230, 215, 48_200), Reach("mastodon", 122, 118, 9_100), Reach("x", 60, 58, 31_000)),
        ),
        CampaignCount(*("Summer sale", 301, 280, 170, 22, 96, 9), timedelta(hours=5), (Reach("x", 301, 290, 44_000),)),
        CampaignCount(*("Fair in Lyon", 4, 0, 0, 0, 0, 0), None, (Reach("email", 4, 4, 0),)),
        CampaignCount(
            *(OTHERS, 2_300, 2_010, 860, 400, 930, 160),
            timedelta(hours=2),
            (Reach("x", 1_400, 1_200, 90_000), Reach("email", 900, 700, 0)),
        ),
    ]
)

FORESIGHT = Foresight(
    made_at=_MONDAY,
    weeks=tuple(week_from(_MONDAY, "UTC", 1 - back) for back in range(8, 0, -1)),
    ahead=tuple(week_from(_MONDAY, "UTC", at + 1) for at in range(AHEAD)),
    lines=(
        Foretold(
            *(ALL, "volume"),
            (None, 2_310, 2_402, 2_380, 4_106, 2_610, 2_498, 2_557),
            tuple(Point(at, 2_560 + 8 * at, 2_430 - 40 * at, 2_700 + 55 * at) for at in range(1, 5)),
            {1: Checked(1, 7, 6.1, 11.9, 85.7), 4: Checked(4, 4, 12.4, 10.8, 75)},
        ),
        Foretold(
            *(ALL, "negative"),
            (None, 0.31, 0.3, 0.33, 0.52, 0.36, 0.32, 0.31),
            tuple(Point(at, 0.32, 0.29 - 0.004 * at, 0.35 + 0.004 * at) for at in range(1, 5)),
            {1: Checked(1, 7, 3.2, 6.0, 85.7)},
        ),
        Foretold(
            *("instagram", "volume"),
            (0, 0, 310, 402, 610, 420, 398, 411),
            tuple(Point(at, 405, 350 - 10 * at, 462 + 12 * at) for at in range(1, 5)),
            {},
        ),
    ),
    unknown=("reddit", "email"),
)

NO_FORESIGHT = Foresight(None, FORESIGHT.weeks, FORESIGHT.ahead)

FIGURES = [
    Benchmark(
        *("Outdoor shops, median of 25", "outdoor retail", "touched.share", 41, "%", "2025", "Shop Report"),
        *("https://figures.example/report", "CC BY 4.0"),
    ),
    Benchmark("Consumer brands", "", "touched.share", 0.55, "share", "first half of 2026", "a survey of ours"),
    Benchmark(
        *("Outdoor shops, median of 25", "outdoor retail", "times.first_human.median_seconds"),
        3.5,
        "hours",
        "2025",
        "Shop Report",
    ),
]

MORE: Mapping[str, object] = {"campaigns": CAMPAIGNS, "forecast": FORESIGHT, "benchmarks": FIGURES}
"""By the key of the part: what it needs beside the measures."""
