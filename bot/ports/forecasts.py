"""Forecasts: who makes them, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.forecasting import Daily, Kept, Outlook


class Forecaster(Protocol):
    """Makes forecasts."""

    async def forecast(self, series: Sequence[Daily]) -> list[Outlook]:
        """The next four weeks of each series and measure of which enough is known; what cannot be forecast is left out.

        Raises `RetriableError` when it takes too long.
        """
        ...


class Forecasts(Protocol):
    """Every forecast as it was made."""

    async def keep(self, made: Sequence[Kept]) -> None:
        """Keep forecasts; those that were made at the same moments before are replaced."""
        ...

    async def made_at(self, until: datetime) -> datetime | None:
        """When the newest was made, at the latest at this moment; None without any."""
        ...

    async def between(self, since: datetime, until: datetime) -> list[Kept]:
        """Those that were made since then, at the latest at `until`, the oldest first; their weeks are in UTC."""
        ...
