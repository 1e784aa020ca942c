"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """A `bot.ports.Clock` that tells what time it is."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)
