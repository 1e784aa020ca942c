"""What is drawn: a valid picture of its size whatever the chart, words as they are, the same bytes each time."""

from __future__ import annotations

import struct
import zlib
from typing import Literal
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from bot.cards import Chart, Series
from bot.ports import Theme
from integrations.charts.drawing import draw
from integrations.charts.looks import HEIGHT, WIDTH
from tests.integrations.charts.any_charts import EVERY_KIND, HOSTILE, any_chart

SVG = "{http://www.w3.org/2000/svg}"
THEMES: tuple[Theme, ...] = ("light", "dark")


def pixels(png: bytes) -> bytes:
    """What a PNG's rows unpack to; it is checked whole on the way."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, kinds = 8, b"", []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + body),)
        if kind == b"IHDR":
            assert struct.unpack(">II", body[:8]) == (WIDTH * 2, HEIGHT * 2)
        packed += body if kind == b"IDAT" else b""
        kinds.append(kind)
        at += 12 + length
    assert kinds[-1] == b"IEND"
    return zlib.decompress(packed)


def words(svg: bytes) -> list[str]:
    """Every text of an SVG, with its size checked on the way."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top, round(width * 100 / 72), round(height * 100 / 72)) == (0, 0, WIDTH, HEIGHT)
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@given(chart=any_chart)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_chart_gives_a_picture_of_its_size(chart: Chart) -> None:
    assert pixels(draw(chart, "light", "png"))
    words(draw(chart, "dark", "svg"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("form", ["png", "svg"])
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_same_chart_gives_the_same_bytes(kind: str, theme: Theme, form: Literal["png", "svg"]) -> None:
    first = draw(EVERY_KIND[kind], theme, form)
    draw(EVERY_KIND["stacked"], theme, form)
    assert draw(EVERY_KIND[kind], theme, form) == first


def test_themes_differ() -> None:
    assert draw(EVERY_KIND["bars"], "light", "png") != draw(EVERY_KIND["bars"], "dark", "png")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_drawn_as_they_are_or_cut(name: str) -> None:
    chart = Chart("", "bars", (name, "b"), (Series(name, (1, 2)), Series("Other", (2, 1))), "", name)
    said = words(draw(chart, "light", "svg"))
    shown = " ".join(name.encode("utf-8", "ignore").decode().split()).replace("\u202e", "")
    for place in said:
        assert "\n" not in place
    assert any(shown.startswith(place.rstrip("…")) for place in said if len(place) > 1 and place != "Other") or any(
        place[:1] == shown[:1] for place in said
    )


@pytest.mark.parametrize("name", ["A\u0303\u0981", "e\u0301\u0e31", "\u0981A"])
def test_a_letter_is_not_lost_to_a_mark_of_another_script(name: str) -> None:
    # matplotlib warns of letters that are lost, and warnings fail a test.
    draw(Chart("", "bars", (name,), (Series(name, (1,)), Series("Other", (2,))), "", name), "light", "png")


def test_marks_of_formulas_are_letters() -> None:
    chart = Chart("", "bars", (r"$\alpha$",), (Series("a_b", (1,)), Series("$x^2$", (1,))), "", r"\$ and $")
    said = words(draw(chart, "light", "svg"))
    assert {r"$\alpha$", "a_b", "$x^2$", r"\$ and $"} <= set(said)


def test_at_most_twelve_labels_the_newest_among_them() -> None:
    labels = tuple(f"W{week}" for week in range(52))
    said = words(draw(Chart("", "lines", labels, (Series("a", tuple(range(52))),), ""), "light", "svg"))
    shown = [place for place in said if place.startswith("W")]
    assert 4 <= len(shown) <= 12
    assert shown[-1] == "W51"


def test_the_unit_is_on_the_picture_and_series_are_named() -> None:
    for kind, chart in EVERY_KIND.items():
        said = words(draw(chart, "light", "svg"))
        assert not chart.unit or chart.unit in said
        assert len(chart.series) == 1 or {series.name for series in chart.series} <= set(said), kind


def test_a_value_that_is_missing_is_a_gap_and_not_zero() -> None:
    zero = Chart("", "lines", ("a", "b", "c"), (Series("x", (1, 0, 1)),), "")
    gap = Chart("", "lines", ("a", "b", "c"), (Series("x", (1, None, 1)),), "")
    assert draw(zero, "light", "svg") != draw(gap, "light", "svg")
    bars = Chart("", "bars", ("a", "b", "c"), (Series("x", (1, None, 1)),), "")
    assert words(draw(bars, "light", "svg")).count("1") == 3  # two bars and the axis


def test_an_interval_is_drawn() -> None:
    with_one = EVERY_KIND["forecast"]
    heard, ahead = with_one.series
    without = Chart(with_one.title, "lines", with_one.labels, (heard, Series(ahead.name, ahead.values)), "")
    assert b"dasharray" in draw(with_one, "light", "svg")
    assert b"stroke-dasharray: 7" not in draw(without, "light", "svg")
