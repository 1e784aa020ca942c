"""What stands in the printed digest beside the measures themselves: campaigns, the forecast, figures of others."""

from __future__ import annotations

from typing import Any

from bot.config import Config
from bot.domain.benchmarks import Benchmark, beside
from bot.domain.campaign_measures import CampaignCount
from bot.domain.forecasting import Foresight
from bot.domain.measured import Measured
from bot.domain.measures import Window
from bot.ports import UnitOfWork
from handlers.benchmark_data import benchmark_data
from handlers.campaign_data import campaign_data
from handlers.forecast_data import forecast_data
from handlers.forecasts import foresee


async def campaigns_of(uow: UnitOfWork, window: Window, _config: Config) -> tuple[CampaignCount, ...]:
    """The campaigns of a window."""
    return await uow.measures.campaigns(window)


async def foresight_of(uow: UnitOfWork, window: Window, config: Config) -> Foresight:
    """What was forecast at the end of a window."""
    return await foresee(uow, window, config)


async def benchmarks_of(uow: UnitOfWork, _window: Window, _config: Config) -> list[Benchmark]:
    """All figures of others."""
    return await uow.benchmarks.every()


async def more_data(uow: UnitOfWork, measured: Measured, config: Config) -> dict[str, Any]:
    """All of it as plain data."""
    window = measured.digest.window
    return {
        "campaigns": campaign_data(await campaigns_of(uow, window, config)),
        "forecast": forecast_data(await foresight_of(uow, window, config)),
        "benchmarks": benchmark_data(beside(await benchmarks_of(uow, window, config), measured)),
    }
