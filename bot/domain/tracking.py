"""An idea and its issues in trackers: what their words say of its state, and what several of them say together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.idea import IdeaState

_FURTHER = (IdeaState.NEW, IdeaState.CONSIDERING, IdeaState.PLANNED)
"""Open states, the later the further."""


@dataclass(frozen=True, slots=True)
class TrackedIssue:
    """An issue as its tracker has it now. `state` is None where it says nothing of the idea, as for a duplicate.

    `NEW` is an issue that is open and no more. `word` is the tracker's own for the state, `title` anybody's text.
    """

    ref: str
    url: str
    state: IdeaState | None
    word: str
    updated_at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """An issue that is to be made: plain text, the body in lines."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class IdeaLink:
    """An idea has this issue in this tracker of baton.toml. `state`, `word` and `updated_at` are as it was last seen there.

    `gone`: it was deleted there, or moved elsewhere. `told` is how many conversations it was last told of.
    """

    idea: int
    tracker: str
    ref: str
    url: str
    state: IdeaState | None
    word: str
    updated_at: datetime
    linked_at: datetime
    gone: bool = False
    told: int = 0


@dataclass(frozen=True, slots=True)
class StateWords:
    """A tracker's words (labels, reasons, statuses) for each state; the first of them is written. Case is of no account."""

    words: Mapping[IdeaState, tuple[str, ...]] = field(default_factory=dict)

    def of_open(self, said: Iterable[str]) -> IdeaState:
        """The state of an open issue with these words: the furthest of them."""
        spoken = {word.casefold() for word in said}
        states = [state for state in _FURTHER if any(word.casefold() in spoken for word in self.words.get(state, ()))]
        return states[-1] if states else IdeaState.NEW

    def of_closed(self, said: Iterable[str]) -> IdeaState | None:
        """The state of a closed one, by the first of its words that says one."""
        for word in said:
            for state in (IdeaState.SHIPPED, IdeaState.DECLINED):
                if any(word.casefold() == known.casefold() for known in self.words.get(state, ())):
                    return state
        return None

    def first(self, state: IdeaState) -> str:
        """What is written for a state; empty where there is no word."""
        return next(iter(self.words.get(state, ())), "")

    def shown(self, state: IdeaState) -> IdeaState:
        """As what an idea in this state is seen in the tracker: without a word for it, one that is considered is merely open."""
        return IdeaState.NEW if state is IdeaState.CONSIDERING and not self.first(state) else state

    def others(self, state: IdeaState) -> list[str]:
        """The words of all other states."""
        mine = {word.casefold() for word in self.words.get(state, ())}
        return [word for words in self.words.values() for word in words if word.casefold() not in mine]


def agreed(states: Iterable[IdeaState | None]) -> IdeaState | None:
    """What the issues of one idea say together: it is over when all are, shipped when one of them is."""
    known = [state for state in states if state is not None]
    still_open = [state for state in known if not state.is_over]
    if still_open:
        return max(still_open, key=_FURTHER.index)
    if not known:
        return None
    return IdeaState.SHIPPED if IdeaState.SHIPPED in known else IdeaState.DECLINED


def to_move(now: IdeaState, said: IdeaState | None) -> IdeaState | None:
    """Into which state an idea is to be moved, when its issues say this; None: it stays where it is."""
    if said is IdeaState.NEW:
        # An issue that is merely open says that an idea is no longer planned or over, and no more.
        return None if now in {IdeaState.NEW, IdeaState.CONSIDERING} else IdeaState.CONSIDERING
    return said if said is not now else None
