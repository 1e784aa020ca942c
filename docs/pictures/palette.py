"""Makes a screenshot small: the same picture with a palette of 256 of its colours. Reads what Chromium writes."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST = 256
COMMONEST = 128
"""So many places go to the commonest colours; the others to those that would be missed most, like an emoji's."""

Colour = bytes


def shrink(path: Path) -> None:
    """Rewrites a PNG file of 8-bit RGB or RGBA pixels; colours beyond the palette become the nearest in it."""
    width, height, rows = _read(path.read_bytes())
    counted = Counter(colour for row in rows for colour in row)
    palette, places = _palette(counted)
    # No filter: neighbouring places in a palette are no neighbouring colours.
    packed = b"".join(b"\0" + bytes(places[colour] for colour in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b""))
    path.write_bytes(SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks))


def _palette(counted: Counter[Colour]) -> tuple[list[Colour], dict[Colour, int]]:
    """The colours to keep, and for every colour the place of the nearest one that is kept."""
    palette: list[Colour] = []
    nearest: dict[Colour, tuple[int, int]] = dict.fromkeys(counted, (2**20, 0))
    commonest = [colour for colour, _ in counted.most_common(COMMONEST)]
    while len(palette) < min(MOST, len(counted)):
        missed = commonest[len(palette)] if len(palette) < len(commonest) else _most_missed(counted, nearest)
        for colour, (distance, _) in nearest.items():
            if (closer := _distance(colour, missed)) < distance:
                nearest[colour] = (closer, len(palette))
        palette.append(missed)
    return palette, {colour: place for colour, (_, place) in nearest.items()}


def _most_missed(counted: Counter[Colour], nearest: dict[Colour, tuple[int, int]]) -> Colour:
    return max(counted, key=lambda colour: counted[colour] * nearest[colour][0])


def _distance(one: Colour, other: Colour) -> int:
    red, green, blue = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return red * red + green * green + blue * blue


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not file.startswith(SIGNATURE):
        raise ValueError("not a PNG file")
    at = len(SIGNATURE)
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        yield kind, file[at + 8 : at + 8 + length]
        at += length + 12


def _read(file: bytes) -> tuple[int, int, list[list[Colour]]]:
    """Width, height and the colours of each row, without transparency."""
    found: dict[bytes, bytes] = {}
    for kind, content in _chunks(file):
        found[kind] = found.get(kind, b"") + content
    width, height, depth, kind_of_colour, *_, interlaced = struct.unpack(">IIBBBBB", found[b"IHDR"])
    channels = {2: 3, 6: 4}.get(kind_of_colour)
    if depth != 8 or channels is None or interlaced:
        raise ValueError("not the kind of PNG file that a screenshot is")
    raw, size = zlib.decompress(found[b"IDAT"]), width * channels
    rows, above = [], bytes(size)
    for start in range(0, height * (size + 1), size + 1):
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + size], above, channels)
        rows.append([above[at : at + 3] for at in range(0, size, channels)])
    return width, height, rows


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """One row's bytes (https://www.w3.org/TR/png-3/#9Filters)."""
    out = bytearray(line)
    for at in range(len(out) if kind else 0):
        left = out[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        out[at] = (out[at] + _guess(kind, left, above[at], corner)) & 0xFF
    return bytes(out)


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    match kind:
        case 1:
            return left
        case 2:
            return up
        case 3:
            return (left + up) // 2
        case _:
            nearest = min(
                (abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner)
            )
            return nearest[2]
