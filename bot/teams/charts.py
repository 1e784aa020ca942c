"""A chart as Teams draws it, and what stands in its place on clients that draw none or where a card has no room. Pure.

Source: "Charts in Adaptive Cards" at learn.microsoft.com. Points whose places along the axis are neither all numbers nor
all dates are drawn one beside the other, by their labels.
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
    """The chart with its newest points; with none of them, in words."""
    places = _places(chart)[-points:] if points else []
    instead = _instead(chart)
    if not places or not chart.series:
        return instead
    lines = [(name, values[-len(places) :]) for name, values in _lines(chart)]
    made: Json = {"type": _kind(chart), "title": _title(chart)}
    if chart.unit.strip():
        made["yAxisTitle"] = label(chart.unit, "", _NAME)
    if made["type"] == "Chart.VerticalBar":
        ((_, values),) = lines
        made |= {"color": "categoricalPurple", "showBarValues": len(places) <= _NAMED_BARS}
        made["data"] = _points(places, values)
    else:
        made |= {"stacked": True} if chart.kind == "stacked" else {}
        made["colorSet"] = "categorical"
        made["data"] = [{"legend": name, "values": _points(places, values)} for name, values in lines]
    return made | {"fallback": instead}


def _kind(chart: Chart) -> str:
    if chart.kind == "lines":
        return "Chart.Line"
    one = len(chart.series) == 1 and chart.kind == "bars" and not (chart.series[0].low and chart.series[0].high)
    return "Chart.VerticalBar" if one else "Chart.VerticalBar.Grouped"


def _title(chart: Chart) -> str:
    return label(chart.title, say("Chart"), HEADER_TEXT)


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
    if chart.kind == "lines":
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


def _points(places: list[str], values: list[float | None]) -> list[Json]:
    """What is missing is left out: a gap."""
    return [{"x": place, "y": value} for place, value in zip(places, values, strict=True) if value is not None]


def _instead(chart: Chart) -> Json:
    """The title, and a picture of bars for one series, or each series as bars of text."""
    items: list[Json] = [_words(_title(chart), weight="bolder")]
    if _kind(chart) == "Chart.VerticalBar":
        values = [value or 0.0 for value in _padded(chart.series[0].values, len(chart.labels))][-MOST_POINTS:]
        alt = label(f"{chart.title}: {chart.alt}", say("Chart"), HEADER_TEXT * 4)
        return _container([*items, {"type": "Image", "url": bars(tuple(values)), "altText": alt, "size": "stretch"}])
    return _container([*items, *(_words(line, spacing="small") for line in in_bars(chart))])


def _container(items: list[Json]) -> Json:
    return {"type": "Container", "items": items}


def _words(words: str, **look: str) -> Json:
    """Words that are shown as they are."""
    spacing = {name: value for name, value in look.items() if name == "spacing"}
    font = {name: value for name, value in look.items() if name != "spacing"}
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": outside.literal(words), **font}],
        **spacing,
    }
