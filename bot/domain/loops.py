"""A loop is closed when a customer who asked for an idea was told that it shipped: one loop for each idea and conversation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.post import Visibility


class LoopState(StrEnum):
    """How far it is that a customer is told."""

    DRAFTED = "drafted"
    """What to tell them is written down, and nobody has sent it."""
    SENDING = "sending"
    """An answer was written: it waits for approval, is going out, or nobody knows whether it arrived."""
    TOLD = "told"
    UNTOLD = "untold"
    """They cannot be told now, for a reason."""
    LEFT = "left"
    """A colleague decided not to."""


WAITING = frozenset({LoopState.DRAFTED, LoopState.SENDING, LoopState.UNTOLD})
"""Those who may still be told."""


class Why(StrEnum):
    """Why a customer cannot be told, or it is not known whether they were."""

    WINDOW = "window"
    """The network takes answers for a time only, and that is over."""
    REFUSED = "refused"
    """The network, its source or the author takes no answers."""
    DELETED = "deleted"
    """The customer deleted what they wrote."""
    FORGOTTEN = "forgotten"
    """The customer was forgotten on request."""
    FAILED = "failed"
    """The answer did not go out."""
    UNCLEAR = "unclear"
    """Nobody knows whether the answer arrived; the loop is still open."""


@dataclass(frozen=True, slots=True)
class Loop:
    """One conversation that asked for an idea which shipped. `at` is when it came into its state.

    `text` is what goes out, or went out; `language` (a tag) is the customer's where they write another one than the company,
    and `translated` tells that the text is in it. `detail` says more of `why`, in words. `shipped` is the idea's version when
    it shipped.
    """

    idea: int
    number: int
    state: LoopState
    opened_at: datetime
    at: datetime
    shipped: int = 0
    text: str = ""
    language: str = ""
    translated: bool = False
    audience: Visibility | None = None
    answer_id: str | None = None
    why: Why | None = None
    detail: str = ""

    @property
    def is_open(self) -> bool:
        """May it still be sent?"""
        return self.state in {LoopState.DRAFTED, LoopState.UNTOLD}


@dataclass(frozen=True, slots=True)
class Loops:
    """Those who asked for ideas that shipped, counted: of one idea, or of all that shipped in a window.

    `askers` are conversations: whoever asked in two of them has to be told twice. `closed` counts the ideas of which everybody
    who asked was told. `untold` counts by why; `waiting` are all for whom nothing is settled yet, and `sending` those of them
    whose answer is written.
    """

    ideas: int = 0
    closed: int = 0
    askers: int = 0
    told: int = 0
    left: int = 0
    waiting: int = 0
    sending: int = 0
    untold: Mapping[Why, int] = field(default_factory=dict)

    @property
    def cannot(self) -> int:
        """How many cannot be told."""
        return sum(self.untold.values())

    @property
    def share(self) -> float | None:
        """Told, of those who asked; None where nobody did."""
        return self.told / self.askers if self.askers else None


@dataclass(frozen=True, slots=True)
class Counted:
    """So many loops of an idea are in a state; `state` is None for an idea that nobody asked for."""

    idea: int
    state: LoopState | None
    why: Why | None
    many: int


def loops_of(counted: Iterable[Counted]) -> Loops:
    """The counts of each idea put together."""
    askers: dict[int, int] = {}
    told: dict[int, int] = {}
    untold: dict[Why, int] = {}
    left = waiting = sending = 0
    for each in counted:
        askers.setdefault(each.idea, 0)
        if each.state is None:
            continue
        askers[each.idea] += each.many
        match each.state:
            case LoopState.TOLD:
                told[each.idea] = told.get(each.idea, 0) + each.many
            case LoopState.UNTOLD:
                why = each.why or Why.REFUSED
                untold[why] = untold.get(why, 0) + each.many
            case LoopState.LEFT:
                left += each.many
            case LoopState.SENDING:
                sending += each.many
            case LoopState.DRAFTED:
                waiting += each.many
    return Loops(
        ideas=len(askers),
        closed=sum(many > 0 and told.get(idea, 0) == many for idea, many in askers.items()),
        askers=sum(askers.values()),
        told=sum(told.values()),
        left=left,
        waiting=waiting + sending,
        sending=sending,
        untold={why: untold[why] for why in Why if why in untold},
    )
