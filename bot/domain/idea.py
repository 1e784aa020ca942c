"""An improvement that conversations ask for: its present state, folded from its events. Pure; what may be done is in idea_life.

Nobody owns an idea: somebody holds the baton for its next step, for a limited time, as with conversations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain import idea_events as e
from bot.domain.conversation import Baton, PassRequest
from bot.domain.people import PersonRef
from bot.speech import mark, sentence


class IdeaState(StrEnum):
    """Where an idea is on its way."""

    NEW = "new"
    CONSIDERING = "considering"
    PLANNED = "planned"
    SHIPPED = "shipped"
    DECLINED = "declined"

    @property
    def is_over(self) -> bool:
        """Is it done, or will it not be?"""
        return self in {IdeaState.SHIPPED, IdeaState.DECLINED}

    @property
    def said(self) -> str:
        """After `it is`: `being considered`, `planned`."""
        return sentence(_SAID[self])


_SAID = {
    IdeaState.NEW: mark("new"),
    IdeaState.CONSIDERING: mark("being considered"),
    IdeaState.PLANNED: mark("planned"),
    IdeaState.SHIPPED: mark("shipped"),
    IdeaState.DECLINED: mark("declined"),
}


@dataclass(frozen=True, slots=True)
class Vote:
    """What a department thinks of it, and why, in one line."""

    text: str
    by: PersonRef | None
    at: datetime
    against: bool = False


@dataclass(frozen=True, slots=True)
class Idea:
    """The present state of one idea. `version` is the number of events behind it."""

    number: int
    title: str
    raised_at: datetime
    raised_by: PersonRef | None = None
    conversation: int | None = None
    """From which it was raised."""
    state: IdeaState = IdeaState.NEW
    state_since: datetime | None = None
    state_by: PersonRef | None = None
    why: str = ""
    """Why it was declined, or taken up again."""
    baton: Baton | None = None
    pass_request: PassRequest | None = None
    bounces: int = 0
    votes: Mapping[str, Vote] = field(default_factory=dict)
    """By department."""
    asked: int = 0
    """How many conversations were said to ask for it; those who say the same as one of them are counted in the store."""
    news: str = ""
    """What those who asked are to be told, where that is not what is usual."""
    wordings: int = 0
    """How often it was said what they are to be told, each time it shipped included."""
    merged_into: int | None = None
    apart: tuple[int, ...] = ()
    """Of these, somebody said that they are others."""
    version: int = 0

    @property
    def ref(self) -> str:
        """What people call it: `I-7`."""
        return f"I-{self.number}"

    @property
    def holder(self) -> PersonRef | None:
        """Who holds the next step, if anybody."""
        return self.baton.holder if self.baton is not None else None

    @property
    def since(self) -> datetime:
        """Since when it is in its state."""
        return self.state_since or self.raised_at

    @property
    def due(self) -> datetime | None:
        """When time alone does something to it: warns the holder, or ends the lease."""
        if self.baton is None:
            return None
        return self.baton.lease.until if self.baton.warned else self.baton.lease.warn_at

    def is_held_by(self, person: PersonRef) -> bool:
        """Does this person hold the next step?"""
        return self.baton is not None and self.baton.holder.id == person.id


def replay(trail: Iterable[e.Event]) -> Idea:
    """The state after a whole trail; raises ValueError when it does not begin with `Raised`."""
    events = iter(trail)
    first = next(events, None)
    if not isinstance(first, e.Raised):
        raise ValueError("the trail of an idea begins with Raised")
    idea = raised(first)
    for event in events:
        idea = apply(idea, event)
    return idea


def raised(event: e.Raised) -> Idea:
    """The state of an idea that has just been raised."""
    return Idea(
        number=event.number,
        title=event.title,
        raised_at=event.at,
        raised_by=event.by,
        conversation=event.conversation,
        asked=0 if event.conversation is None else 1,
        version=1,
    )


def apply(idea: Idea, event: e.Event) -> Idea:
    """The state after one more event."""
    return replace(idea, version=idea.version + 1, **_changes(idea, event))


_STATES: Mapping[type[e.Event], IdeaState] = {
    e.Considered: IdeaState.CONSIDERING,
    e.Planned: IdeaState.PLANNED,
    e.Shipped: IdeaState.SHIPPED,
    e.Declined: IdeaState.DECLINED,
    e.Reopened: IdeaState.CONSIDERING,
}

_FREE: dict[str, Any] = {"baton": None, "pass_request": None}


def _changes(idea: Idea, event: e.Event) -> dict[str, Any]:
    if (state := _STATES.get(type(event))) is not None:
        moved = {"state": state, "state_since": event.at, "state_by": event.by, "why": getattr(event, "why", "")}
        told = _worded(idea, event.text) if isinstance(event, e.Shipped) else {}
        return {**moved, **told, **(_FREE if state.is_over else {})}
    match event:
        case e.Worded():
            return _worded(idea, event.text)
        case e.AskedFor():
            return {"asked": idea.asked + len(event.numbers)}
        case e.NoLongerAsked():
            return {"asked": idea.asked - len(event.numbers)}
        case e.Voted():
            return {"votes": {**idea.votes, event.department: Vote(event.text, event.by, event.at, event.against)}}
        case e.Merged():
            return {"merged_into": event.into, **_FREE}
        case e.Unmerged():
            return {"merged_into": None, "apart": _with(idea.apart, event.out_of)}
        case e.KeptApart():
            return {"apart": _with(idea.apart, event.other)}
        case e.Retitled():
            return {"title": event.title}
        case _:
            return _baton(idea, event)


def _worded(idea: Idea, text: str) -> dict[str, Any]:
    return {"news": text, "wordings": idea.wordings + 1}


def _baton(idea: Idea, event: e.Event) -> dict[str, Any]:
    match event:
        case e.Claimed() | e.PassAccepted() if event.by is not None:
            return {"baton": Baton(event.by, event.at, event.lease), "pass_request": None}
        case e.Renewed() if idea.baton is not None:
            return {"baton": replace(idea.baton, lease=event.lease, warned=False)}
        case e.LeaseWarned() if idea.baton is not None:
            return {"baton": replace(idea.baton, warned=True)}
        case e.LeaseExpired() | e.Released():
            return _FREE
        case e.PassAsked() if event.by is not None:
            return {"pass_request": PassRequest(event.by, event.ask, event.at, event.to_person, event.to_department)}
        case e.PassDeclined():
            return {"pass_request": None, "bounces": idea.bounces + 1}
        case _:
            return {}


def _with(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    return numbers if number in numbers else (*numbers, number)
