"""The colours of pictures: seen on their surface, and told apart by everybody."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.ports import Theme
from integrations.charts.looks import HATCHES, LOOKS, MARKERS, contrast, legible

# How colours look to people who lack one kind of cone, on linear RGB: Machado, Oliveira and Fernandes (2009), severity 1.
SEEN: dict[str, tuple[tuple[float, float, float], ...]] = {
    "by most": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "without green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "without blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
JUST_APART = 15.0
"""In CIE L*a*b*; about 2.3 is just noticeable side by side."""


def seen(color: str, by: str) -> tuple[float, float, float]:
    """A colour in L*a*b* as it looks to somebody."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares]
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear, strict=True)))) for row in SEEN[by]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stand_out_from_their_surface(theme: Theme) -> None:
    look = LOOKS[theme]
    assert all(contrast(color, look.surface) >= 3 for color in look.series)
    assert contrast(look.words, look.surface) >= 7
    assert contrast(look.quiet, look.surface) >= 4.5
    assert all(contrast(legible(color, look), look.surface) >= 4.5 for color in look.series)


@pytest.mark.parametrize("by", SEEN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_told_apart_by_everybody(theme: Theme, by: str) -> None:
    for one, other in combinations(LOOKS[theme].series, 2):
        difference = sum((a - b) ** 2 for a, b in zip(seen(one, by), seen(other, by), strict=True)) ** 0.5
        assert difference >= JUST_APART, (one, other)


def test_so_are_series_without_any_colour() -> None:
    assert len(set(HATCHES)) == len(set(MARKERS)) == len(LOOKS["light"].series) == len(LOOKS["dark"].series)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
