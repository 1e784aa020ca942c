"""Having things written: by a model, while somebody waits. Nothing of it is ever sent by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.domain.writing import Announce, Suggest, Summarise, Translate, Writing, Written


class Writer(Protocol):
    """Writes over the network. Every call raises `RetriableError` or `PermanentError` where nothing comes of it."""

    async def summary(self, asked: Summarise) -> Written:
        """What a conversation is about, for colleagues."""
        ...

    async def translation(self, asked: Translate) -> Written:
        """What somebody wrote, for a colleague who does not read its language."""
        ...

    async def reply_draft(self, asked: Suggest) -> Written:
        """An answer in the company's voice, as long as its network takes it: for a colleague to read and change."""
        ...

    async def statement(self, asked: Announce) -> Written:
        """What to say in public for the time being, in the company's voice: for colleagues to read and change."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a piece of writing is: `ready` with what was written, `late`: somebody is still at it, `failed` with why."""

    state: Literal["ready", "late", "failed"]
    written: Written | None = None
    why: str = ""


class WritingDesk(Protocol):
    """Has things written while somebody waits, and keeps what comes later for a while."""

    async def ask(self, asked: Writing) -> Piece:
        """What was written within the time there is; never raises. The same question again is not written anew."""
        ...

    async def wait(self, asked: Writing) -> Piece:
        """The same, however long it takes: `ready` or `failed`."""
        ...

    async def forget(self, customers: Collection[str]) -> None:
        """Keep nothing of these customers."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """What a model was used for on one day (ISO 8601, in UTC)."""

    day: str
    requests: int = 0
    tokens: int = 0


class Spending(Protocol):
    """Counts what a model cost today; what several processes spent comes together where it is kept."""

    @property
    def unkept(self) -> bool:
        """Was anything spent that is kept nowhere?"""
        ...

    def merged(self, kept: str | None) -> tuple[str, Spent]:
        """What is to be kept instead of what is, and the part of it that is new."""
        ...

    def kept(self, text: str, part: Spent) -> None:
        """That is kept now, with that part of ours in it."""
        ...
