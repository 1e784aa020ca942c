"""What parts of the measures need beside the measures themselves: a function and a line for each that needs something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.config import Config
from bot.domain.measures import Window
from bot.ports import UnitOfWork
from handlers.digest_more import benchmarks_of, campaigns_of, foresight_of

Needs = Callable[[UnitOfWork, Window, Config], Awaitable[object]]

NEEDS: Mapping[str, Needs] = {
    "campaigns": campaigns_of,
    "forecast": foresight_of,
    "benchmarks": benchmarks_of,
}
"""By the key of the part: what its `Seen.more` is."""


async def more_of(part: str, uow: UnitOfWork, window: Window, config: Config) -> object:
    """What this part needs; None for one that needs no more."""
    needs = NEEDS.get(part)
    return await needs(uow, window, config) if needs is not None else None
