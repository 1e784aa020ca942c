"""When it is a storm: far more than this hour's usual, and most of it about the same. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

A_MINUTE = timedelta(minutes=1)
THE_HOUR = timedelta(hours=1)

FEWEST = 30
"""Conversations that must have begun within a minute: fewer a channel takes by itself."""

TIMES = 5.0
"""So many times this hour's usual must have begun."""

MOSTLY = 0.5
"""Part of what was said in the minute that must be about the same: a busy hour is about this and that."""


@dataclass(frozen=True, slots=True)
class Storm:
    """`lately` conversations began in a minute in which `usual` do; the share `alike` of them is about the same."""

    lately: int
    usual: float
    alike: float

    def words(self, theme: Sequence[str]) -> str:
        """The reason for a proposal: `167 conversations in a minute, usual are 2; 84 % are about the same: “lamp”, “smoke”`."""
        about = ": " + ", ".join(f"“{word}”" for word in theme) if theme else ""
        usual = f"{self.usual:.0f}" if self.usual >= 1 else "fewer than one"
        return (
            f"{self.lately:,} conversations began within a minute, where {usual} would be usual; "
            f"{self.alike:.0%} of them are about the same{about}".replace("%", " %")
        )


def storm(lately: int, the_hour_before: int, alike: Callable[[], float]) -> Storm | None:
    """The storm, if there is one; how much is alike is only asked where there is much."""
    usual = the_hour_before / (THE_HOUR / A_MINUTE)
    if lately < FEWEST or lately < TIMES * usual:
        return None
    share = alike()
    return Storm(lately, usual, share) if share >= MOSTLY else None
