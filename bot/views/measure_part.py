"""What a part of the measures is made of: what is known, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Block
from bot.config import Config
from bot.domain.measured import Measured


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is measured of a window, for one reader: `hidden` are the fields of customers that they do not see.

    `more` is what a part needs beside the measures; whoever shows it knows its type.
    """

    measured: Measured
    config: Config
    hidden: frozenset[str]
    now: datetime
    more: object = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name on buttons (marked for the catalogues), and what it shows; no blocks where there is nothing."""

    key: str
    name: str
    blocks: Callable[[Seen], tuple[Block, ...]]
