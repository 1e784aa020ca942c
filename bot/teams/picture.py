"""A bar chart as a small picture, for clients that draw no charts: a PNG of a few hundred bytes, carried in the card. Pure.

Transparent behind the bars, so that it suits light and dark themes alike. Source of the format: the PNG specification of
the W3C, sections 5 (structure) and 11 (chunks).
"""

from __future__ import annotations

import base64
import struct
import zlib

_WIDTH, _HEIGHT = 360, 72
_GAP = 2
_BAR = (0x5B, 0x5F, 0xC7)
"""A violet that stands out from white and from black."""


def bars(values: tuple[float, ...]) -> str:
    """The address (`data:`) of a picture of at most as many bars as it has room for, the newest of them."""
    shown = values[-(_WIDTH // (_GAP + 1)) :]
    heights = _heights(shown)
    step = _WIDTH // max(len(shown), 1)
    columns = [row for height in heights for row in (*[height] * (step - _GAP), *[0] * _GAP)]
    columns += [0] * (_WIDTH - len(columns))
    picture = b"".join(
        b"\x00" + bytes(1 if height >= _HEIGHT - row else 0 for height in columns) for row in range(_HEIGHT)
    )
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes((0, 0, 0, *_BAR))),
        (b"tRNS", b"\x00"),
        (b"IDAT", zlib.compress(picture, 9)),
        (b"IEND", b""),
    )
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _heights(values: tuple[float, ...]) -> list[int]:
    """Pixels from the foot, in proportion to the largest value; nought and less leave a line to see."""
    highest = max((value for value in values if value > 0), default=0)
    return [max(2, round(value / highest * _HEIGHT)) if value > 0 else 1 for value in values]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
