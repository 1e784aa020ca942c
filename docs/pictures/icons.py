"""Draws the icons of the Teams app, the same motif as the demo's page: `python -m docs.pictures.icons`."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from docs.pictures.palette import SIGNATURE

FOLDER = Path(__file__).parents[2] / "bot" / "teams" / "icons"

GROUND, PERSON, BATON = (0x0D, 0x6B, 0x63), (0xF6, 0xD5, 0x8B), (0xFF, 0xFF, 0xFF)

Point = tuple[float, float]
Pixel = tuple[int, int, int, int]
Covers = Callable[[Point], float]
"""How much of a pixel around a point a shape covers, from 0 to 1."""

# The motif in the coordinates of playground/ui/icon.svg: a head, and the baton held out below it.
_HEAD: Point = (11.5, 12.5)
_RADIUS = 5.0
_STROKE = 3.2
_CURVE: tuple[Point, Point, Point, Point] = ((8, 24), (13.5, 23), (19, 18.5), (23.5, 11))
_MIDDLE: Point = (15.8, 16.55)
_EXTENT = 18.7


def colour_icon() -> bytes:
    """192 × 192 in full colour. Teams rounds the corners; the motif keeps to the middle that it never cuts."""
    size = 192
    head, baton = _shapes(size, size * 0.6)
    rows = []
    for y in range(size):
        row = []
        for x in range(size):
            here = (x + 0.5, y + 0.5)
            row.append((*_over(BATON, baton(here), _over(PERSON, head(here), GROUND)), 255))
        rows.append(row)
    return png(rows)


def outline_icon() -> bytes:
    """32 × 32, white on nothing: a ring for the head, and the baton."""
    size = 32
    head, baton = _shapes(size, 30, ring=1.4)
    rows = [
        [(255, 255, 255, round(255 * max(head(at), baton(at)))) for x in range(size) for at in [(x + 0.5, y + 0.5)]]
        for y in range(size)
    ]
    return png(rows)


ICONS: dict[str, Callable[[], bytes]] = {"color.png": colour_icon, "outline.png": outline_icon}


def png(rows: list[list[Pixel]]) -> bytes:
    """A PNG file of 8-bit RGBA pixels."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    packed = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _shapes(size: float, extent: float, ring: float | None = None) -> tuple[Covers, Covers]:
    """The head and the baton, `extent` pixels wide in the middle of a square. A `ring` is that thick, in units of the motif."""
    scale = extent / _EXTENT
    line = list(_along(_CURVE))

    def at(point: Point) -> Point:
        return (point[0] - size / 2) / scale + _MIDDLE[0], (point[1] - size / 2) / scale + _MIDDLE[1]

    def covered(distance: float) -> float:
        return min(1.0, max(0.0, 0.5 - distance * scale))

    def head(point: Point) -> float:
        away = math.dist(at(point), _HEAD)
        if ring is None:
            return covered(away - _RADIUS)
        return covered(abs(away - (_RADIUS - ring / 2)) - ring / 2)

    def baton(point: Point) -> float:
        return covered(min(math.dist(at(point), other) for other in line) - _STROKE / 2)

    return head, baton


def _along(curve: tuple[Point, Point, Point, Point], steps: int = 64) -> Iterator[Point]:
    """Points of a cubic Bézier curve, close enough to each other to be a line."""
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        yield (
            sum(weight * point[0] for weight, point in zip(weights, curve, strict=True)),
            sum(weight * point[1] for weight, point in zip(weights, curve, strict=True)),
        )


def _over(colour: tuple[int, int, int], share: float, ground: tuple[int, int, int]) -> tuple[int, int, int]:
    red, green, blue = (round(c * share + g * (1 - share)) for c, g in zip(colour, ground, strict=True))
    return red, green, blue


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw in ICONS.items():
        (FOLDER / name).write_bytes(draw())
