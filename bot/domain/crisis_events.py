"""What can happen to a crisis: the events, the only thing that changes one. They hold counts and numbers, no customer's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.domain.events import Happening
from bot.domain.people import PersonRef


@dataclass(frozen=True, slots=True)
class Figures:
    """What had happened when a crisis was proposed. Shares are from 0 to 1; what nobody measured is left out.

    `posts` so many in `within`, where `usual` would have been so many; `alike` is the share of them that is about the same.
    `topics` best first; `moods` by their names, `spread` by network; `loudest` are numbers of conversations.
    """

    posts: int = 0
    within: timedelta | None = None
    usual: float | None = None
    alike: float | None = None
    topics: tuple[str, ...] = ()
    moods: Mapping[str, int] = field(default_factory=dict)
    spread: Mapping[str, int] = field(default_factory=dict)
    loudest: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()
    """Whom the posts concern, most often first: their people are invited where the configuration names nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Happening):
    """Somebody, or Baton itself, proposes a crisis. `surface` names where it was seen."""

    kind: Literal["proposed"] = "proposed"
    number: int
    surface: str
    title: str
    why: str
    figures: Figures = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissed(Happening):
    """It is no crisis."""

    kind: Literal["dismissed"] = "dismissed"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Happening):
    """It is one. `platform` is where the room will be."""

    kind: Literal["opened"] = "opened"
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMade(Happening):
    """The room is there: a channel of its own, or, where `thread`, the thread under the board in this channel."""

    kind: Literal["room_made"] = "room_made"
    channel: str
    thread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Happening):
    """These were brought into the room, or told where it is."""

    kind: Literal["invited"] = "invited"
    people: tuple[PersonRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAgreed(Happening):
    """What we say in public for the time being; nothing is sent by it."""

    kind: Literal["statement_agreed"] = "statement_agreed"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged(Happening):
    """A line of the timeline that somebody wrote."""

    kind: Literal["logged"] = "logged"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsAdded(Happening):
    """Somebody said that these belong to it, too; those that Baton finds are only counted."""

    kind: Literal["conversations_added"] = "conversations_added"
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared(Happening):
    """All clear."""

    kind: Literal["cleared"] = "cleared"
    happened: str
    changed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Happening):
    """Every one of its conversations says that it was a part of it."""

    kind: Literal["recorded"] = "recorded"
    conversations: int


Event = (
    Proposed
    | Dismissed
    | Opened
    | RoomMade
    | Invited
    | StatementAgreed
    | Logged
    | ConversationsAdded
    | Cleared
    | Recorded
)
"""Any event of a crisis; `kind` tells them apart when they are read back from the store."""

Events = tuple[Event, ...]
