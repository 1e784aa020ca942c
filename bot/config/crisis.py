"""The part of baton.toml about crises."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.config.parts import Part
from bot.config.values import Key


class CrisisPart(Part):
    """What happens when a crisis room is opened."""

    platform: Literal["slack", "teams"] | None = None
    """Where the room is; without one, where it was opened."""
    departments: tuple[Key, ...] = ()
    """Whose people are invited; without any, those whom the posts concern."""
    people: int = Field(default=10, ge=0, le=50)
    """So many people of each of these departments, leads first, beside all coordinators, sponsors and leads."""
    statement: str = Field(
        default="We have heard from many of you about {topic}. We are looking into it now, and will say more here as soon as "
        "we know more.",
        max_length=2000,
    )
    """What a holding statement begins as where no model drafts it. `{topic}` and `{company}` are filled in."""
