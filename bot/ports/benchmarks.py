"""Where figures of others are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.benchmarks import Benchmark


class Benchmarks(Protocol):
    """Figures of others, each once by its name, industry, measure and period."""

    async def put(self, benchmarks: Sequence[Benchmark], at: datetime) -> None:
        """Keep figures, in place of those that are the same but for their value."""
        ...

    async def every(self) -> list[Benchmark]:
        """All of them, by industry, name, measure and period."""
        ...

    async def remove(self, name: str, measure: str | None = None) -> int:
        """Drop those of this name, or only those of one measure; gives how many."""
        ...
