"""How many requests a source may make in a time: what a network allows. Or how much money: what its bill may come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import BudgetError
from bot.speech import say

DOLLAR = 1_000_000
"""Money is counted in millionths of a US dollar: networks bill tenths of a cent."""

_LOOK_AGAIN = 3_600.0
"""Seconds after which whoever waits for money looks again: somebody may have given more."""


def in_dollars(millionths: int) -> str:
    """`$12.34`."""
    return f"${millionths / DOLLAR:,.2f}"


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
        now = self._present()
        if self.spent and self.spent + cost > self.limit:
            again = self._left_of_window(now).total_seconds()
            raise BudgetError(f"{who} has used its {self.limit} requests; there are more in {again:.0f} s.", again)
        self.spent += cost

    def left(self, least: int, who: str) -> int:
        """The money that is left, for what is billed by what it brings; raises `BudgetError` where it is less than `least`."""
        now = self._present()
        left = self.limit - self.spent
        if left < least:
            said = say(
                "{who} has spent {spent} of {limit}, and asks for no more before {day}. What is delivered comes in as before.",
                who=who,
                spent=in_dollars(self.spent),
                limit=in_dollars(self.limit),
                day=f"{now + self._left_of_window(now):%Y-%m-%d %H:%M} UTC",
            )
            raise BudgetError(said, min(self._left_of_window(now).total_seconds(), _LOOK_AGAIN))
        return left

    def pay(self, cost: int) -> None:
        """What was billed, though it be more than is left."""
        self._present()
        self.spent += cost

    def _present(self) -> datetime:
        """The time; begins another window where the last is over."""
        now = self._now()
        if self.begun is None or not timedelta(0) <= now - self.begun < self.per:
            self.begun, self.spent = now, 0
        return now

    def _left_of_window(self, now: datetime) -> timedelta:
        return self.begun + self.per - now if self.begun is not None else self.per
