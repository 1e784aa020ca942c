"""How many requests a source may make in a time: what a network allows, or what its bill may come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import BudgetError


class Purse:
    """Spends a budget of `limit` in windows of `per`. The windows follow each other from the first request on.

    `begun` and `spent` are the present window, for whoever keeps them over a restart.
    """

    def __init__(self, limit: int, per: timedelta, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.limit = limit
        self.per = per
        self.begun: datetime | None = None
        self.spent = 0
        self._now = now

    def restore(self, begun: datetime, spent: int) -> None:
        """Go on where an earlier process ended, or where another replica is."""
        if self.begun is None or begun > self.begun:
            self.begun, self.spent = begun, spent
        elif begun == self.begun:
            self.spent = max(self.spent, spent)

    def spend(self, cost: int, who: str) -> None:
        """Take `cost` from the budget; raises `BudgetError` with the time of the next window where too little is left."""
        now = self._now()
        if self.begun is None or not timedelta(0) <= now - self.begun < self.per:
            self.begun, self.spent = now, 0
        if self.spent and self.spent + cost > self.limit:
            again = (self.begun + self.per - now).total_seconds()
            raise BudgetError(f"{who} has used its {self.limit} requests; there are more in {again:.0f} s.", again)
        self.spent += cost
