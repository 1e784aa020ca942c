"""How painted charts look in each theme: colours, hatches, markers. Pure; matplotlib is not needed to read it.

The colours of a theme differ from each other for people with each kind of colour blindness, too, and stand out from its
surface by 3:1 at least, words by 4.5:1 (WCAG 2.2, 1.4.3 and 1.4.11); that they do is tested. Hatches and markers tell
series apart without any colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ports import Theme

WIDTH, HEIGHT = 480, 260
"""Pixels in which a picture is to be shown: about what a chat gives it, so that its letters are as large as others."""

HATCHES = ("", "///", "---", "xxx", "|||", "\\\\\\")
"""Of lines alone: dots would be a hundred times as many bytes in an SVG."""
MARKERS = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one theme, as #rrggbb."""

    surface: str
    words: str
    quiet: str
    grid: str
    series: tuple[str, ...]


LOOKS: Mapping[Theme, Look] = {
    "light": Look(
        surface="#ffffff",
        words="#1d1c1d",
        quiet="#5c5b5e",
        grid="#dddcde",
        series=("#1170b8", "#b8860b", "#ee3377", "#332288", "#1a1a1a", "#882255"),
    ),
    "dark": Look(
        surface="#1a1d21",
        words="#f0f0f0",
        quiet="#b5b7ba",
        grid="#3c3f44",
        series=("#5ab0ea", "#ee8866", "#aaaa00", "#dddddd", "#aa4499", "#ee3377"),
    ),
}

_LEGIBLE = 4.5


def legible(color: str, look: Look) -> str:
    """The colour, or the nearest one towards that of words in which words can be read."""
    own, words = _channels(color), _channels(look.words)
    for tenth in range(11):
        mixed = tuple(round(a + (b - a) * tenth / 10) for a, b in zip(own, words, strict=True))
        near = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast(near, look.surface) >= _LEGIBLE:
            return near
    return look.words


def contrast(one: str, other: str) -> float:
    """Between two colours, 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _shares(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(color: str) -> list[float]:
    return [channel / 255 for channel in _channels(color)]
