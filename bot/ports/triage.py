"""Reading posts: what they say, how they are meant, whom they concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.triage import Reading, Why


class Triage(Protocol):
    """Reads posts here, at once, without a network; never raises for what a text holds."""

    def read(self, text: str) -> Reading:
        """What is found in a text. Below a millisecond or so for an ordinary post."""
        ...

    def common_words(self) -> frozenset[str]:
        """Words that tell nothing of what a text is about, in every language that is known."""
        ...

    def explain(self, text: str) -> tuple[Why, ...]:
        """What spoke for each finding of `read`."""
        ...


class SecondReader(Protocol):
    """Reads again what triage was unsure of; asks a model over the network."""

    async def read(self, texts: Sequence[str]) -> list[Reading | None]:
        """A reading for each text, None where there is none; raises `RetriableError` or `PermanentError` where it cannot be asked."""
        ...
