"""What a model may cost in a day: requests and tokens, counted by days of UTC, kept by whoever keeps it (`merged`, `kept`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.errors import BudgetError
from bot.ports import Spending, Spent


def _written(spent: Spent) -> str:
    return json.dumps({"day": spent.day, "requests": spent.requests, "tokens": spent.tokens})


def read_spent(text: str | None) -> Spent | None:
    """What was kept; None where that cannot be read."""
    try:
        data = json.loads(text or "")
        return Spent(str(data["day"]), int(data["requests"]), int(data["tokens"]))
    except (ValueError, TypeError, KeyError):
        return None


class Ledger(Spending):
    """Spends a day's requests and tokens. Several processes share them by keeping what each spent in one place."""

    def __init__(self, requests: int, tokens: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._requests = requests
        self._tokens = tokens
        self._now = now
        self._all = Spent("")
        self._mine = Spent("")

    @property
    def spent(self) -> Spent:
        """What was used today, as far as it is known here."""
        self._turn()
        return self._all

    @property
    def unkept(self) -> bool:
        """Was anything spent that nobody keeps yet?"""
        self._turn()
        return bool(self._mine.requests or self._mine.tokens)

    def spend(self, tokens: int) -> None:
        """Take a request of about so many tokens; raises `BudgetError` with the time until tomorrow where that is too much."""
        spent = self.spent
        for used, limit, what in (
            (spent.requests + 1, self._requests, "requests"),
            (spent.tokens + tokens, self._tokens, "tokens"),
        ):
            if used > limit:
                again = self._until_tomorrow()
                raise BudgetError(
                    f"The model's {limit:,} {what} of today are used up; there are more in {again / 3600:.1f} h.", again
                )
        self._add(1, tokens)

    def settle(self, taken: int, used: int) -> None:
        """The tokens that it came to, instead of those that were taken for it."""
        self.spent  # noqa: B018 - a new day begins before it is counted
        self._add(0, used - taken)

    def merged(self, kept: str | None) -> tuple[str, Spent]:
        """What is to be kept instead of what is (`kept`), and the part of it that is new."""
        spent, there = self.spent, read_spent(kept)
        if there is None or there.day != spent.day:
            there = Spent(spent.day)
        mine = self._mine
        merged = Spent(spent.day, max(0, there.requests + mine.requests), max(0, there.tokens + mine.tokens))
        return _written(merged), mine

    def kept(self, text: str, part: Spent) -> None:
        """That is kept now; what other processes spent is in it."""
        there = read_spent(text)
        if there is None or there.day != self.spent.day or part.day != there.day:
            return
        mine = self._mine
        self._mine = replace(mine, requests=mine.requests - part.requests, tokens=mine.tokens - part.tokens)
        self._all = replace(
            there, requests=there.requests + self._mine.requests, tokens=there.tokens + self._mine.tokens
        )

    def _add(self, requests: int, tokens: int) -> None:
        for name in ("_all", "_mine"):
            before: Spent = getattr(self, name)
            more = replace(before, requests=before.requests + requests, tokens=before.tokens + tokens)
            setattr(self, name, more)

    def _turn(self) -> None:
        today = self._now().astimezone(UTC).date().isoformat()
        if self._all.day != today:
            self._all, self._mine = Spent(today), Spent(today)

    def _until_tomorrow(self) -> float:
        now = self._now().astimezone(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), time(0), UTC)
        return (midnight - now).total_seconds()
