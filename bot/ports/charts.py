"""Painting charts, for where a platform shows pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.cards import Chart

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A painted chart: its bytes, their media type, and in pixels how large it is to be shown."""

    data: bytes
    media_type: Literal["image/png", "image/svg+xml"]
    width: int
    height: int


class ChartPainter(Protocol):
    """Paints charts. The same chart gives the same bytes."""

    async def paint(self, chart: Chart, theme: Theme = "light", form: Literal["png", "svg"] = "png") -> Picture:
        """The chart as a picture; raises `RetriableError` where it takes too long."""
        ...
