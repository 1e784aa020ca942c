"""A second reader that finds what a test tells it to find."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.triage import Reading
from bot.ports import SecondReader


class FakeSecondReader(SecondReader):
    """`finds` gives the reading of a text, or None; `fails` is raised instead, once."""

    def __init__(self, finds: Callable[[str], Reading | None]) -> None:
        self.finds = finds
        self.fails: Exception | None = None
        self.asked: list[str] = []

    async def read(self, texts: Sequence[str]) -> list[Reading | None]:
        if self.fails is not None:
            failure, self.fails = self.fails, None
            raise failure
        self.asked += texts
        return [self.finds(text) for text in texts]
