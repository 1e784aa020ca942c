"""What passes between a network and its connector before it is a post: requests, deliveries, answers, abilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.post import SourceEvent


@dataclass(frozen=True, slots=True)
class Inbound:
    """A request at a source's front door, unread. Header names are looked up without regard to case."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Challenge:
    """The network asks whether we are who we say: answer it with this."""

    answer: str
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Bytes that are known to come from the source. `id` is the delivery's own, where the source gives one."""

    body: bytes
    received_at: datetime
    id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """The request is not let in: `status` as in HTTP, `error` in a word, `detail` with what to mend."""

    status: int
    error: str
    detail: str


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll brought. `cursor` goes in beside the rows; `next_after` (None: the usual interval) when to come again."""

    events: tuple[SourceEvent, ...]
    cursor: str
    next_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a source can do. `longest` counts in `unit`; `reply_window` is how long after a post a reply may be sent."""

    push: bool = False
    poll: bool = False
    reply: bool = False
    edits: bool = False
    deletes: bool = False
    longest: int | None = None
    unit: Literal["characters", "graphemes", "bytes"] = "characters"
    reply_window: timedelta | None = None
