"""Forecasting in a process of its own: statsmodels and what it stands on take a second and 150 MB, once a week."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from bot.domain.forecasting import Daily, Outlook
from bot.ports import Forecaster
from integrations.apart import apart

SECONDS = 120.0
"""A series takes some tenths of a second: it is fitted a dozen times."""


class ApartForecaster(Forecaster):
    """See `bot.ports.Forecaster`."""

    async def forecast(self, series: Sequence[Daily]) -> list[Outlook]:
        """The next four weeks of each."""
        return await apart(forecast_here, tuple(series), seconds=SECONDS)


def forecast_here(series: Sequence[Daily]) -> list[Outlook]:
    """The other side."""
    found: list[Outlook] = import_module("integrations.forecasting.widening").outlooks(series)
    return found
