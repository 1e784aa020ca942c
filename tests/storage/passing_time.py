"""Time that passes when a test says so, on a database whose clock is ours and on one that has its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.ports import Clock
from storage.engine import Database

_EARLIER = [
    text("UPDATE outbox SET due_at = due_at - :by, lease_until = lease_until - :by, since = since - :by, "
         "created_at = created_at - :by, ended_at = ended_at - :by"),
    text("UPDATE lanes SET next_at = next_at - :by"),
]  # fmt: skip


class PassingTime(Clock):
    """A clock that goes as the real one does, and ahead of it by what has passed at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The real time and what has passed on top."""
        return datetime.now(UTC) + self._ahead

    async def passes(self, seconds: float) -> None:
        """Let so much time pass for the outbox. PostgreSQL's clock cannot be set: there, everything moves into the past."""
        if self._database.name == "sqlite":
            self._ahead += timedelta(seconds=seconds)
            return
        async with self._database.writing() as connection:
            for statement in _EARLIER:
                connection.later(statement, {"by": round(seconds * 1_000_000)})
