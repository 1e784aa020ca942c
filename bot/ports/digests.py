"""What was counted for a weekly digest, kept until every recipient has it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class KeptDigests(Protocol):
    """One for each time that one was due, as text. It holds words of customers, so it is dropped whenever words of any customer are erased."""

    async def get(self, due: str) -> str | None:
        """What was counted for the digest that was due then."""
        ...

    async def keep(self, due: str, body: str, at: datetime) -> str:
        """Keep it where nothing is kept for it; gives what is kept, so that of two who counted both go by one."""
        ...

    async def replace(self, due: str, body: str, at: datetime) -> None:
        """Keep it instead of what nobody can read any more."""
        ...

    async def clear(self, before: datetime) -> None:
        """Drop what was counted before then."""
        ...
