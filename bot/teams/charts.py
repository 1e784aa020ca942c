"""A chart as Teams draws it, and what stands in its place on clients that draw none or where a card has no room. Pure.

Source: "Charts in Adaptive Cards" at learn.microsoft.com, and what Microsoft's own client does: a chart's title is read
aloud but not shown; bars below zero are not drawn, lines are; points whose places along the axis are neither all numbers
nor all dates are drawn one beside the other, by their labels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from bot.cards import Chart, Series
from bot.speech import say
from bot.teams import outside
from bot.teams.acts import label
from bot.teams.limits import HEADER_TEXT, Json
from bot.teams.picture import bars
from bot.words import in_bars

MOST_POINTS = 60
FEWER_POINTS = (30, 15, 8, 0)
"""How many labels a chart keeps, step by step, where a card has no room for all; none are words alone."""

_MOST_SERIES = 12
_NAME = 60
_NAMED_BARS = 12


def drawn(chart: Chart, points: int = MOST_POINTS) -> Json:
    """The chart with its newest points, without a heading; with none of them, in bars of text."""
    places = _places(chart)[-points:] if points else []
    instead = _instead(chart)
    if not places or not chart.series:
        return instead
    lines = [(name, values[-len(places) :]) for name, values in _lines(chart)]
    made: Json = {"type": _kind(chart), "title": heading(chart.title)}
    if chart.unit.strip():
        made["yAxisTitle"] = label(chart.unit, "", _NAME)
    if made["type"] == "Chart.VerticalBar":
        ((_, values),) = lines
        made |= {"color": "categoricalPurple", "showBarValues": len(places) <= _NAMED_BARS and None not in values}
        made["data"] = _bars(places, values)
    else:
        made |= {"stacked": True} if made["type"] != "Chart.Line" and chart.kind == "stacked" else {}
        made["colorSet"] = "categorical"
        made["data"] = [{"legend": name, "values": _points(places, values)} for name, values in lines]
    return made | {"fallback": instead}


def heading(title: str) -> str:
    """What stands above a chart."""
    return label(title, say("Chart"), HEADER_TEXT)


def _kind(chart: Chart) -> str:
    below = any(value is not None and value < 0 for series in chart.series for value in series.values)
    if chart.kind == "lines" or below:
        return "Chart.Line"
    one = len(chart.series) == 1 and chart.kind == "bars" and not (chart.series[0].low and chart.series[0].high)
    return "Chart.VerticalBar" if one else "Chart.VerticalBar.Grouped"


def _places(chart: Chart) -> list[str]:
    """A name for each label, none of them twice: values of the same name would be drawn at one place."""
    places: list[str] = []
    seen: dict[str, int] = {}
    for text in chart.labels:
        name = label(text, "–", _NAME)
        seen[name] = seen.get(name, 0) + 1
        places.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return places


def _lines(chart: Chart) -> list[tuple[str, list[float | None]]]:
    """Each series, as long as there are labels; the ends of an interval are two more. The fullest line is the first,
    for the order of its labels is that of all."""
    count = len(chart.labels)
    lines: list[tuple[str, list[float | None]]] = []
    for series in chart.series[:_MOST_SERIES]:
        lines += [(name, _padded(values, count)) for name, values in _with_ends(series)]
    if _kind(chart) == "Chart.Line":
        lines.sort(key=lambda line: sum(value is None for value in line[1]))
    return lines


def _with_ends(series: Series) -> Iterator[tuple[str, tuple[float | None, ...]]]:
    name = label(series.name, "–", _NAME)
    yield name, series.values
    if series.low and series.high:
        yield say("{series}: at least", series=name), series.low
        yield say("{series}: at most", series=name), series.high


def _padded(values: tuple[float | None, ...], count: int) -> list[float | None]:
    known = [value if value is not None and math.isfinite(value) else None for value in values[:count]]
    return known + [None] * (count - len(known))


def _bars(places: list[str], values: list[float | None]) -> list[Json]:
    """Every place, for weeks must not be left out of a row of weeks: one without a value says so by its name."""
    return [
        {"x": place if value is not None else f"{place} –", "y": value or 0}
        for place, value in zip(places, values, strict=True)
    ]


def _points(places: list[str], values: list[float | None]) -> list[Json]:
    """What is missing is left out: a gap."""
    return [{"x": place, "y": value} for place, value in zip(places, values, strict=True) if value is not None]


def _instead(chart: Chart) -> Json:
    """A picture of bars for one series, or each series as bars of text."""
    if _kind(chart) == "Chart.VerticalBar":
        values = [value or 0.0 for value in _padded(chart.series[0].values, len(chart.labels))][-MOST_POINTS:]
        alt = label(f"{chart.title}: {chart.alt}", say("Chart"), HEADER_TEXT * 4)
        return {"type": "Image", "url": bars(tuple(values)), "altText": alt, "size": "stretch"}
    lines = [_shown(line) for line in in_bars(chart)]
    return {"type": "Container", "items": lines or [_shown("–")]}


def _shown(words: str) -> Json:
    """Words that are shown as they are."""
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": outside.literal(words)}],
        "spacing": "small",
    }
