"""An answer to the customer: written by the holder, approved where policy asks for it, sent once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonRef
from bot.domain.templates import Filled


class AnswerState(StrEnum):
    """Where an answer is on its way to the customer."""

    ASKED = "asked"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer of a conversation. `needs` are the departments that still have to approve it, in their order.

    `failed`: it certainly did not arrive; `unclear`: nobody knows, and a person has to look.
    """

    id: str
    post_id: str
    text: str
    by: PersonRef
    at: datetime
    state: AnswerState
    needs: tuple[str, ...] = ()
    approved: tuple[PersonRef, ...] = ()
    why: str = ""
    url: str | None = None
    idea: int | None = None
    """It tells the customer that this idea has shipped."""
    template: Filled | None = None
    """It goes out as this text of the network's, filled in; `text` is what the customer reads."""

    @property
    def waits_for(self) -> str | None:
        """The department whose approval is due; None when none is."""
        return self.needs[0] if self.state is AnswerState.ASKED and self.needs else None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that somebody began and nobody has sent."""

    text: str
    by: PersonRef
    at: datetime
