"""A painter without paint: a small picture of one colour for each chart, which says nothing of it but is another for each."""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import Literal

from bot.cards import Chart
from bot.errors import RetriableError
from bot.ports import ChartPainter, Picture, Theme


class FakePainter(ChartPainter):
    """Notes what it was asked; `fails` makes it take too long."""

    def __init__(self) -> None:
        self.painted: list[Chart] = []
        self.fails = False

    async def paint(self, chart: Chart, theme: Theme = "light", form: Literal["png", "svg"] = "png") -> Picture:
        self.painted.append(chart)
        if self.fails:
            raise RetriableError("Painting a chart takes longer than 20 seconds.")
        color = hashlib.sha256(repr((chart, theme)).encode()).hexdigest()[:6]
        if form == "svg":
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><rect fill="#{color}"/></svg>'
            return Picture(svg.encode(), "image/svg+xml", 60, 30)
        return Picture(_png(bytes.fromhex(color)), "image/png", 60, 30)

    async def close(self) -> None:
        """Nothing to end."""


def _png(color: bytes) -> bytes:
    rows = (b"\x00" + color * 60) * 30
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 60, 30, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
