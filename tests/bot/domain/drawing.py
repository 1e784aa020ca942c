"""What the walks draw from: people, reasons, and whatever picks one of several options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from tests.bot.domain.story import ANA, BEN, CHLOE, DEV, EVA, FINN

PEOPLE = (ANA, BEN, CHLOE, DEV, EVA, FINN)
REASONS = ("because", "because", "“why” — ¿por qué? 🤷", "why not", "   ", "")

T = TypeVar("T")


class Choose(Protocol):
    """Picks one of some options."""

    def __call__(self, options: Sequence[T], /) -> T:
        """One of them."""
        ...
