"""Printing a card on sheets of paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.cards import Card, Chart
from bot.ports.charts import Picture


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed beside the card: the zone in which times are told, when it is made, the language it is in, who it is
    from, and the line at the foot of each page. `pictures` are those of its charts, of lines (SVG) and not of dots."""

    timezone: str
    now: datetime
    language: str
    author: str
    foot: str
    pictures: Mapping[Chart, Picture] = field(default_factory=dict)


class Printer(Protocol):
    """Prints cards."""

    async def pdf(self, card: Card, sheet: Sheet) -> bytes:
        """A PDF for A4, with what screen readers need; the same card and sheet give the same bytes."""
        ...
