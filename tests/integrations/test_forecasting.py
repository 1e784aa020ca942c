"""Forecasts of made-up series whose truth is known: the interval holds what it says, and the value is nearer than last week's."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from bot.domain.forecasting import AHEAD, MEASURES, Daily, Measure, Outlook
from bot.domain.measures import DAYS
from integrations.forecasting import ApartForecaster
from integrations.forecasting.fitting import outlook
from integrations.forecasting.widening import factors, outlooks

WEEKDAYS = np.array([1.25, 1.1, 1.0, 1.0, 0.95, 0.6, 0.55])


@dataclass(frozen=True)
class Truth:
    """A made-up company: so many posts a day, more or fewer by the day of the week, this share of them negative.

    `bursts` is how many times as much the days scatter as posts that come independently of each other. Each week brings
    `growth` of the first week's posts more; on four days from the start of week `storm` on, counted from 0, there are three
    times as many, most of them negative.
    """

    daily: float
    negative: float
    bursts: float
    growth: float = 0.0
    storm: int | None = None

    def lived(self, weeks: int, seed: int) -> tuple[Daily, list[dict[Measure, float]]]:
        """Its days until now, and what the four weeks after them then bring."""
        chance = np.random.default_rng(seed)
        days = DAYS * (weeks + AHEAD)
        mean = self.daily * WEEKDAYS[np.arange(days) % DAYS] * (1 + self.growth * np.arange(days) / DAYS)
        share = np.full(days, self.negative)
        if self.storm is not None:
            stormy = slice(DAYS * self.storm, DAYS * self.storm + 4)
            mean[stormy] *= 3
            share[stormy] = 0.7
        scale = max(1e-9, self.bursts - 1)
        heard = chance.poisson(chance.gamma(mean / scale, scale))
        sure = chance.binomial(heard, 0.9)
        negative = chance.binomial(sure, share)
        now = DAYS * weeks
        known = Daily("x", *(tuple(int(each) for each in series[:now]) for series in (heard, sure, negative)))
        spans = [slice(now + DAYS * at, now + DAYS * (at + 1)) for at in range(AHEAD)]
        return known, [
            {"volume": float(heard[span].sum()), "negative": negative[span].sum() / sure[span].sum()} for span in spans
        ]


TRUTHS = {
    "steady": Truth(40, 0.25, 1.0),
    "bursting": Truth(60, 0.35, 4.0),
    "large": Truth(900, 0.15, 12.0),
    "small": Truth(4, 0.4, 1.5),
}


def judged(truth: Truth, weeks: int, measure: Measure, histories: int = 30) -> tuple[float, float, float]:
    """Over many histories and all four weeks: the share within the model's own interval, the mean error, and that of as last
    week. The interval that is told is at least as wide, and the value the same."""
    within, error, naive = list[bool](), list[float](), list[float]()
    for seed in range(histories):
        known, came = truth.lived(weeks, seed)
        made = outlook(known, measure)
        assert made is not None
        for point, actual in zip(made.points, came, strict=True):
            within.append(point.low <= actual[measure] <= point.high)
            error.append(abs(point.value - actual[measure]))
            naive.append(abs(made.last - actual[measure]))
    return float(np.mean(within)), float(np.mean(error)), float(np.mean(naive))


@pytest.mark.slow
@pytest.mark.parametrize("name", TRUTHS)
@pytest.mark.parametrize("weeks", [8, 26])
def test_the_interval_holds_most_of_what_comes_and_the_value_is_nearer_than_last_week_s(name: str, weeks: int) -> None:
    for measure in MEASURES:
        within, error, naive = judged(TRUTHS[name], weeks, measure)
        assert within >= 0.7, f"{measure}: {within:.0%} of what came was within the 80 % interval"
        assert error < naive, f"{measure}: off by {error:.3g}, last week's value by {naive:.3g}"


GROWING = (
    Truth(60, 0.25, 1.5, 0.05),
    Truth(20, 0.4, 1.0, -0.03),
    Truth(200, 0.3, 4.0, 0.04),
    Truth(500, 0.2, 6.0, 0.06),
)

Judged = dict[tuple[Measure, int], list[tuple[bool, float, float]]]
"""By measure and weeks ahead: did the interval hold it, the error, and that of as last week."""


def companies(networks: Sequence[Truth], weeks: int, many: int = 10) -> Judged:
    """Forecasts of several networks at once, over several histories."""
    found: Judged = {(measure, ahead): [] for measure in MEASURES for ahead in (1, AHEAD)}
    for seed in range(many):
        lived = [truth.lived(weeks, 100 * seed + at) for at, truth in enumerate(networks)]
        came = {str(at): each for at, (_, each) in enumerate(lived)}
        for each in outlooks([replace(known, network=str(at)) for at, (known, _) in enumerate(lived)]):
            for point in (each.points[0], each.points[-1]):
                actual = came[each.network][point.ahead - 1][each.measure]
                held = point.low <= actual <= point.high
                found[each.measure, point.ahead].append((held, abs(point.value - actual), abs(each.last - actual)))
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("weeks", [9, 16])
def test_where_networks_grow_and_shrink_the_interval_holds_most_of_what_comes(weeks: int) -> None:
    for (measure, ahead), found in companies(GROWING, weeks).items():
        within = np.mean([held for held, _, _ in found])
        assert within >= 0.7, f"{measure}, {ahead} week(s) ahead: {within:.0%} was within the 80 % interval"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("weeks", "storm"), [(9, 7), (16, 15)])
def test_after_a_storm_the_interval_holds_most_of_what_comes_and_the_value_is_nearer_than_last_week_s(
    weeks: int, storm: int
) -> None:
    steady = [replace(each, growth=0.0, storm=storm) for each in GROWING]
    for (measure, ahead), found in companies(steady, weeks).items():
        within, error, naive = (float(np.mean([each[at] for each in found])) for at in range(3))
        assert within >= 0.7, f"{measure}, {ahead} week(s) ahead: {within:.0%} was within the 80 % interval"
        assert error <= naive, f"{measure}, {ahead} week(s) ahead: off by {error:.3g}, last week's value by {naive:.3g}"


def test_an_interval_is_never_narrower_than_the_model_s_own_nor_the_value_another() -> None:
    known = [replace(truth.lived(14, at)[0], network=str(at)) for at, truth in enumerate(GROWING)]
    for each in outlooks(known):
        own = outlook(known[int(each.network)], each.measure)
        assert own is not None
        for wide, narrow in zip(each.points, own.points, strict=True):
            assert wide.value == narrow.value
            assert wide.low <= narrow.low
            assert wide.high >= narrow.high


def test_an_interval_is_widened_by_what_the_misses_of_its_own_series_ask_for() -> None:
    own, others = [0.1 * at for at in range(1, 12)], [9.0] * 40
    ahead = dict.fromkeys(range(1, AHEAD + 1), own)
    # Of eleven and the one to come, 80 per cent are ten.
    assert factors(ahead, dict.fromkeys(ahead, own + others)) == pytest.approx([1.0] * AHEAD)
    assert factors({at: [2 * each for each in own] for at in ahead}, {}) == pytest.approx([2.0] * AHEAD)


def test_where_one_series_has_too_few_misses_those_of_all_speak_for_it() -> None:
    assert factors({1: [0.5] * 3}, {1: [0.5] * 3 + [3.0] * 40})[0] == 3.0


def test_what_is_further_ahead_is_widened_no_less_also_before_anything_came_of_it() -> None:
    assert factors({}, {1: [2.0] * 20}) == pytest.approx([2.0, 2.0 * 2**0.5, 2.0 * 3**0.5, 4.0])
    assert factors({}, {at: [miss] * 20 for at, miss in enumerate([3.0, 2.0, 4.0, 1.0], 1)}) == [3.0, 3.0, 4.0, 4.0]
    assert factors({}, {}) == [1.0] * AHEAD


def test_a_forecast_of_the_past_knows_nothing_of_what_came_after_it() -> None:
    known, _ = TRUTHS["bursting"].lived(12, 3)
    calm = known.before(3)
    stormier = replace(known, heard=calm.heard + tuple(9 * each for each in known.heard[len(calm.heard) :]))
    assert outlooks([stormier.before(3)]) == outlooks([calm])
    assert len(calm.heard) == len(known.heard) - 3 * DAYS


def test_of_four_weeks_the_interval_is_honest_already() -> None:
    within, _, _ = judged(TRUTHS["steady"], 4, "volume")
    assert within >= 0.7


def test_an_interval_is_no_wider_than_it_has_to_be() -> None:
    known, _ = TRUTHS["steady"].lived(26, 1)
    (volume,) = (each for each in outlooks([known]) if each.measure == "volume")
    first = volume.points[0]
    # Posts that come independently of each other: 80 % of weeks are within 1.28 roots of their mean. A level that may
    # wander a little takes a third more, and the rest is what was fitted.
    assert 1 <= (first.high - first.low) / (2 * 1.28 * first.value**0.5) < 1.7


def test_what_lies_further_ahead_is_less_sure() -> None:
    known, _ = TRUTHS["bursting"].lived(12, 3)
    for each in outlooks([known]):
        widths = [point.high - point.low for point in each.points]
        assert widths[-1] > widths[0]
        assert [point.ahead for point in each.points] == [1, 2, 3, 4]
        assert all(point.low <= point.value <= point.high for point in each.points)


def test_the_same_days_give_the_same_forecast() -> None:
    known, _ = TRUTHS["bursting"].lived(12, 3)
    assert outlooks([known]) == outlooks([known])


def days(*each: Sequence[int]) -> Daily:
    heard, sure, negative = (tuple(series) for series in each)
    return Daily("x", heard, sure, negative)


def test_where_too_little_is_known_nothing_is_forecast() -> None:
    short, quiet, silent = [9] * 27, [0] * 33 + [9], [0] * 84
    assert outlooks([days(each, each, each) for each in (short, quiet, silent)]) == []
    unsure = days([9] * 28, [0] * 28, [0] * 28)
    assert [each.measure for each in outlooks([unsure])] == ["volume"]


@pytest.mark.parametrize(
    "heard", [[7] * 56, [0] * 49 + [50] * 7, [1, 0, 0, 0, 0, 0, 0] * 12, [0, 0, 100_000] * 30, [10**9] * 35]
)
def test_odd_days_give_sane_forecasts_or_none(heard: list[int]) -> None:
    for each in outlooks([days(heard, heard, heard), days(heard, heard, [0] * len(heard))]):
        for point in each.points:
            assert 0 <= point.low <= point.value <= point.high
            assert each.measure == "volume" or point.high <= 1


async def test_it_is_made_in_a_process_of_its_own_and_leaves_nothing_of_it_here() -> None:
    known, _ = TRUTHS["steady"].lived(12, 1)
    code = f"""
import asyncio, sys
from bot.domain.forecasting import Daily
from integrations.forecasting import ApartForecaster
made = asyncio.run(ApartForecaster().forecast([{known!r}]))
print(len(made), sorted({{name.partition(".")[0] for name in sys.modules}} & {{"statsmodels", "scipy", "pandas", "numpy"}}))
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    answer, _ = await process.communicate()
    assert answer.decode().strip() == "2 []"


async def test_it_says_the_same_apart_as_here() -> None:
    known, _ = TRUTHS["large"].lived(20, 5)
    made: list[Outlook] = await ApartForecaster().forecast([known])
    here = outlooks([known])
    assert [(each.measure, each.last) for each in made] == [(each.measure, each.last) for each in here]
    for there, ours in zip(made, here, strict=True):
        # Not to the last digit: sums of floats depend on how many threads add them up.
        assert [point.value for point in there.points] == pytest.approx(
            [point.value for point in ours.points], rel=1e-3
        )
