"""Charts in Teams: drawn by the client, pictured where it cannot, and said in words."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Literal

import pytest

from bot.cards import Chart, Series, Sparkline
from tests.bot.teams.judged import visible
from tests.bot.teams.rendered import rendered


def test_a_chart_is_drawn_pictured_and_said() -> None:
    title, chart, said = rendered(Sparkline("Heard each day", (3.0, 1.0, float("nan")), "3, 1, 0, oldest first"))
    assert chart["type"] == "Chart.VerticalBar"
    assert [point["y"] for point in chart["data"]] == [3.0, 1.0, 0.0]
    assert visible({"body": [title, chart, said]}) == "Heard each day\n3, 1, 0, oldest first"
    assert chart["fallback"]["altText"] == "Heard each day: 3, 1, 0, oldest first"


WEEKS = ("1 Sep", "8 Sep", "8 Sep", "15 Sep")
HEARD = Series("Heard", (3, None, 4, 9))


def test_a_chart_of_one_series_is_drawn_pictured_and_said() -> None:
    title, chart, said = rendered(Chart("Heard", "bars", WEEKS, (HEARD,), "From 3 to 9.", "conversations"))
    assert (chart["type"], chart["title"], chart["yAxisTitle"]) == ("Chart.VerticalBar", "Heard", "conversations")
    assert chart["data"] == [
        {"x": "1 Sep", "y": 3},
        {"x": "8 Sep –", "y": 0},
        {"x": "8 Sep (2)", "y": 4},
        {"x": "15 Sep", "y": 9},
    ]
    assert chart["showBarValues"] is False
    assert visible({"body": [title, chart, said]}) == "Heard\nFrom 3 to 9."
    assert chart["fallback"]["altText"] == "Heard: From 3 to 9."


@pytest.mark.parametrize(
    ("kind", "drawn", "stacked"),
    [
        ("bars", "Chart.VerticalBar.Grouped", None),
        ("stacked", "Chart.VerticalBar.Grouped", True),
        ("lines", "Chart.Line", None),
    ],
)
def test_charts_of_several_series_are_drawn_and_are_bars_of_text_elsewhere(
    kind: Literal["bars", "stacked", "lines"], drawn: str, stacked: bool | None
) -> None:
    touched = Series("Touched *b*", (1, 2, 2, float("nan")))
    title, chart, said = rendered(Chart("Two", kind, WEEKS, (HEARD, touched), "Both rise."))
    assert (chart["type"], chart.get("stacked")) == (drawn, stacked)
    assert [line["legend"] for line in chart["data"]] == ["Heard", "Touched *b*"]
    assert [[point["y"] for point in line["values"]] for line in chart["data"]] == [[3, 4, 9], [1, 2, 2]]
    assert visible({"body": [title, chart["fallback"], said]}) == "Two\n▃·▄█  Heard\n▂▃▃·  Touched *b*\nBoth rise."


def test_the_ends_of_an_interval_are_lines_of_their_own() -> None:
    ahead = Series("Forecast", (None, None, 5, 6), (None, None, 4, 3), (None, None, 6, 9))
    (_, chart, _) = rendered(Chart("Ahead", "lines", WEEKS, (ahead, HEARD), "x"))
    # The fullest comes first: the order of its labels is that of the axis.
    assert [line["legend"] for line in chart["data"]] == [
        "Heard",
        "Forecast",
        "Forecast: at least",
        "Forecast: at most",
    ]


@pytest.mark.parametrize("kind", ["bars", "stacked"])
def test_what_is_below_zero_is_drawn_as_lines_for_bars_would_not_show_it(kind: Literal["bars", "stacked"]) -> None:
    (_, chart, _) = rendered(Chart("Mood", kind, WEEKS, (Series("Mood", (0.5, -0.5, 0, 1)),), "x"))
    assert chart["type"] == "Chart.Line"
    assert "stacked" not in chart


def test_where_a_card_has_no_room_charts_lose_their_oldest_points_and_then_all() -> None:
    labels = tuple(f"Day {day} of a year with long names of days" for day in range(60))
    series = tuple(Series(f"Network {at}", tuple(range(60))) for at in range(4))
    counts = []
    for many in (1, 6, 12, 40):
        body = rendered(*(Chart(f"C{at}", "lines", labels, series, "It rises.") for at in range(many)))
        assert "cut short" not in visible({"body": body})
        shown = [element for element in body if element["type"] == "Chart.Line"]
        counts.append(len(shown[0]["data"][0]["values"]) if shown else 0)
        assert not shown or shown[0]["data"][0]["values"][-1] == {"x": labels[-1], "y": 59}
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (60, 0)


def test_the_picture_of_a_chart_is_a_picture() -> None:
    (_, chart, _) = rendered(Sparkline("Mood", (1.0, 2.0), "x"))
    png = base64.b64decode(chart["fallback"]["url"].removeprefix("data:image/png;base64,"))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    data = png.split(b"IDAT", 1)[1]
    pixels = zlib.decompressobj().decompress(data)
    assert len(pixels) == (width + 1) * height
    top, foot = pixels[1 : width + 1], pixels[-width:]
    assert set(top[: width // 2]) == {0}
    assert 1 in top[width // 2 :]
    assert foot.count(1) == width - 4
