"""The forecast as people see it: always called one, with its interval, and with how wrong it was."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.cards import Block, Bold, Chart, Paragraph, Series, Small, text
from bot.domain.forecasting import ALL, FEWEST_WEEKS, HORIZONS, LEVEL, Checked, Foresight, Foretold, Measure, Point
from bot.domain.measures import Window
from bot.speech import all_of, day_words, in_figures, per_cent, say, say_many
from bot.views.measure_part import Seen
from bot.views.wording import network_name

MOST_NETWORKS = 5
"""So many networks have a line of their own, those that are heard most."""


def forecast_blocks(foresight: Foresight) -> tuple[Block, ...]:
    """Volume and mood of the next four weeks: a chart of each for all together, a line for each network, and how wrong it was."""
    if not foresight.lines:
        return (Paragraph(text(_too_little())),)
    blocks: list[Block] = []
    for measure, title in (
        ("volume", say("Forecast: conversations a week")),
        ("negative", say("Forecast: unhappy, per cent")),
    ):
        lines = [line for line in foresight.lines if line.measure == measure]
        whole = next((line for line in lines if line.network == ALL), None)
        if whole is not None:
            blocks.append(forecast_chart(foresight, whole, title))
            blocks.append(Paragraph(text(Bold(_all_together(whole)))))
        networks = [line for line in lines if line.network != ALL]
        if networks:
            blocks.append(Paragraph(text("\n".join(_of_network(line) for line in networks[:MOST_NETWORKS]))))
        if whole is not None:
            blocks.append(Small(text(" ".join(how_wrong(whole)))))
    if foresight.unknown:
        names = all_of(network_name(name) for name in foresight.unknown)
        blocks.append(Small(text(say("Too little is known yet of {networks}.", networks=names))))
    made = say("This is a forecast: it goes on with what was usual, and knows nothing of what is planned.")
    interval = say("The interval is meant to hold {level} % of what comes.", level=LEVEL)
    blocks.append(Small(text(f"{made} {interval}")))
    return tuple(blocks)


def forecast_part(seen: Seen) -> tuple[Block, ...]:
    """The part of the measures; it needs what is foreseen."""
    return forecast_blocks(seen.more) if isinstance(seen.more, Foresight) else ()


def forecast_chart(foresight: Foresight, line: Foretold, title: str) -> Chart:
    """What was and what is forecast, a line each; they meet in the last week that was."""
    past, ahead = len(foresight.weeks), len(foresight.ahead)
    scale = _scale(line.measure)
    was = tuple(_scaled(value, scale) for value in line.history)
    meeting = was[-1] if was else None
    values = tuple(round(point.value * scale, 1) for point in line.points)
    low = tuple(round(point.low * scale, 1) for point in line.points)
    high = tuple(round(point.high * scale, 1) for point in line.points)
    before: tuple[None, ...] = (None,) * (past - 1)
    return Chart(
        title=title,
        kind="lines",
        labels=tuple(_week_label(week) for week in (*foresight.weeks, *foresight.ahead)),
        series=(
            Series(say("Heard") if line.measure == "volume" else say("Unhappy"), (*was, *((None,) * ahead))),
            Series(
                say("Forecast"),
                (*before, meeting, *values),
                (*before, meeting, *low),
                (*before, meeting, *high),
            ),
        ),
        alt=_alt(line, was),
        unit="%" if line.measure == "negative" else "",
    )


def how_wrong(line: Foretold) -> list[str]:
    """How wrong earlier forecasts were, a sentence for each horizon; that there is none yet, where that is so."""
    sentences = []
    for ahead in HORIZONS:
        found = line.checked.get(ahead)
        if found is not None:
            sentences.append(_error(found, line.measure))
    return sentences or [say("No earlier forecast could be checked yet.")]


def _error(found: Checked, measure: Measure) -> str:
    values = {
        "ahead": say("One week ahead")
        if found.ahead == 1
        else say_many("{n} week ahead", "{n} weeks ahead", found.ahead),
        "error": _off(found.error, measure),
        "naive": _off(found.naive, measure),
        "within": per_cent(found.within),
        "weeks": say_many("{n} week", "{n} weeks", found.weeks),
    }
    if found.naive_is_better:
        return say(
            "{ahead} it was off by {error} over {weeks}; to say “as last week” was better, off by {naive}. "
            "{within} came within the interval.",
            **values,
        )
    return say(
        "{ahead} it was off by {error} over {weeks}, “as last week” by {naive}; {within} came within the interval.",
        **values,
    )


def _off(error: float, measure: Measure) -> str:
    return per_cent(error) if measure == "volume" else say("{points} points", points=in_figures(error, 1))


def _all_together(line: Foretold) -> str:
    if line.measure == "volume":
        return say(
            "Next week about {value} conversations, between {low} and {high}; last week {last}", **_numbers(line)
        )
    return say("Next week about {value} unhappy, between {low} and {high}; last week {last}", **_numbers(line))


def _of_network(line: Foretold) -> str:
    name = network_name(line.network)
    if line.measure == "volume":
        return say(
            "{network}: about {value}, between {low} and {high}; last week {last}", network=name, **_numbers(line)
        )
    return say(
        "{network}: about {value} unhappy, between {low} and {high}; last week {last}", network=name, **_numbers(line)
    )


def _numbers(line: Foretold) -> dict[str, str]:
    first, last = line.points[0], line.history[-1] if line.history else None
    told = {"value": first.value, "low": first.low, "high": first.high, "last": last}
    return {name: _said(value, line.measure) for name, value in told.items()}


def _said(value: float | None, measure: Measure) -> str:
    if value is None:
        return say("unknown")
    return in_figures(value) if measure == "volume" else per_cent(100 * value)


def _alt(line: Foretold, was: Sequence[float | None]) -> str:
    percent = line.measure == "negative"
    before = ", ".join("–" if value is None else per_cent(value) if percent else in_figures(value) for value in was)
    ahead = ", ".join(_with_interval(line, point) for point in line.points)
    return say("The last weeks: {before}. Forecast of the next weeks: {ahead}.", before=before, ahead=ahead)


def _with_interval(line: Foretold, point: Point) -> str:
    value, low, high = (_said(each, line.measure) for each in (point.value, point.low, point.high))
    return say("{value} ({low} to {high})", value=value, low=low, high=high)


def _week_label(week: Window) -> str:
    """`16 Nov`, its first day."""
    return day_words(week.start.astimezone(ZoneInfo(week.timezone)), "d MMM")


def _scale(measure: Measure) -> float:
    return 100.0 if measure == "negative" else 1.0


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else round(value * scale, 1)


def _too_little() -> str:
    return say_many(
        "Too little is known yet for a forecast: it takes {n} week of conversations.",
        "Too little is known yet for a forecast: it takes {n} weeks of conversations.",
        FEWEST_WEEKS,
    )
