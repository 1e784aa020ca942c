"""A made-up past in a fresh database, of a company whose departments keep different hours."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.config import parse
from handlers.admin.seed import make_up
from storage.past import open_past

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

COMPANY = parse(
    """
[company]
name = "Acme"
timezone = "Europe/Paris"
hours = "Mon-Fri 09:00-17:00"
[departments.support]
[departments.product]
[departments.sales]
[departments.logistics]
hours = "Mon-Sat 06:00-22:00"
[departments.legal]
"""
)


async def pour_past(url: str, count: int, weeks: int = 12, seed: int = 1, now: datetime = NOW) -> None:
    """So many conversations over so many weeks until now."""
    async with open_past(url, COMPANY.life_policies) as past:
        await make_up(past, COMPANY, now, (count, weeks, seed), lambda _: None)
