"""How a conversation ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.speech import mark, sentence


class OutcomeKind(StrEnum):
    """The six ways to end, in the words of the card."""

    ANSWERED = "answered"
    FIXED = "fixed"
    IDEA = "idea"
    LEAD = "lead"
    PRAISE = "praise"
    NO_ACTION = "no_action"

    @property
    def label(self) -> str:
        """What people read: `No action`."""
        return sentence(_LABELS[self])


_LABELS = {
    OutcomeKind.ANSWERED: mark("Answered"),
    OutcomeKind.FIXED: mark("Fixed"),
    OutcomeKind.IDEA: mark("Idea"),
    OutcomeKind.LEAD: mark("Lead"),
    OutcomeKind.PRAISE: mark("Praise"),
    OutcomeKind.NO_ACTION: mark("No action"),
}


NOTHING = "nothing"
"""What `changed` says when nothing changed; it is counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome, what the customer wanted, and what we changed (`nothing` is an answer, and is counted)."""

    kind: OutcomeKind
    wanted: str
    changed: str

    @property
    def changed_something(self) -> bool:
        """True when the company changed something because of this conversation."""
        return self.changed.strip().lower() not in {"", NOTHING, "none", "-", "no", "n/a"}
