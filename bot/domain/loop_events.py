"""What a conversation's trail knows of ideas that shipped: that its customer can be told, or will not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.happening import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaShipped(Happening):
    """An idea that the customer asked for has shipped, and they were not told yet."""

    kind: Literal["idea_shipped"] = "idea_shipped"
    idea: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold(Happening):
    """There is nothing to tell any more: a colleague decided so, or it did not ship after all (`by` is None then)."""

    kind: Literal["not_told"] = "not_told"
    idea: int
    why: str = ""
