"""What all events share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A fact in the past tense: when, by whom (None: Baton itself or the customer), and from where."""

    at: datetime
    by: PersonRef | None = None
    via: str = "baton"
