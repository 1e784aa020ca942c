"""Clocks: one that stands until it is moved, and the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.ports import Clock


class SetClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time that was set."""
        return self.at

    def move(self, span: timedelta) -> datetime:
        """Later by `span`."""
        self.at += span
        return self.at


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> datetime:
        """Now."""
        return datetime.now(UTC)
