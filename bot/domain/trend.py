"""The last weeks beside each other: how much was heard by no one, was touched, and changed something. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.measures import Window

WEEKS = 8
"""So many weeks stand beside each other, the one that is looked at included."""


@dataclass(frozen=True, slots=True)
class Bands:
    """One window: of its `heard` conversations, how many were `touched`, and of these how many `changed` something."""

    window: Window
    heard: int = 0
    touched: int = 0
    changed: int = 0

    @property
    def alone(self) -> int:
        """Heard by no one."""
        return self.heard - self.touched

    @property
    def in_vain(self) -> int:
        """Touched, and nothing changed."""
        return self.touched - self.changed


def weeks_until(window: Window, many: int = WEEKS) -> tuple[Window, ...]:
    """The window and the same span of each week before it, the oldest first."""
    found = [window]
    while len(found) < many:
        found.insert(0, found[0].before)
    return tuple(found)
