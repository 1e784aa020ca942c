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


Unit = Literal["characters", "graphemes", "bytes", "utf16"]
"""How a network counts a text: code points, what a reader takes for one character, bytes of UTF-8, units of UTF-16."""

Once = Literal["key", "look-up", "never"]
"""How an answer whose fate is unknown is kept from being sent twice: the network refuses a key it has seen, it can be asked
whether the answer is there, or neither; then a person decides."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it stands on its network: its id there, and where people can read it."""

    external_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a source can do. `longest` counts in `unit`, each link as `link` where that is set.

    `reply_window` is how long after a post a reply may be sent; with `window_renews` the time begins anew whenever its author
    writes there again; with `templates`, texts that the network has approved may be sent when it is over. `budget` is how
    many requests in how much time it makes at most, unless configured otherwise; where it `bills`, how many millionths of a
    US dollar. `why` says for what it does not do, by the field's name, why not.
    """

    push: bool = False
    poll: bool = False
    backfill: bool = False
    reply: bool = False
    edits: bool = False
    deletes: bool = False
    longest: int | None = None
    unit: Unit = "characters"
    link: int | None = None
    reply_window: timedelta | None = None
    window_renews: bool = False
    templates: bool = False
    once: Once = "never"
    budget: tuple[int, timedelta] | None = None
    bills: bool = False
    why: Mapping[str, str] = field(default_factory=dict)
