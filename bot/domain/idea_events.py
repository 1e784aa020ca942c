"""What can happen to an idea. Events are facts in the past tense; none holds a customer's words, only numbers of conversations.

Titles, perspectives and reasons are written by colleagues. `by` is None where Baton itself acted, or another system of the
company, which `via` names then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.happening import Happening
from bot.domain.people import PersonRef
from bot.domain.policy import Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised(Happening):
    """Somebody wrote an idea down; `conversation` is the first that asks for it, None where it is a colleague's own."""

    kind: Literal["raised"] = "raised"
    number: int
    title: str
    conversation: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor(Happening):
    """These conversations ask for it, too."""

    kind: Literal["asked_for"] = "asked_for"
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLongerAsked(Happening):
    """These conversations do not ask for it after all."""

    kind: Literal["no_longer_asked"] = "no_longer_asked"
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted(Happening):
    """A department is for it, or against it, and says why; it replaces its earlier vote."""

    kind: Literal["voted"] = "voted"
    department: str
    text: str
    against: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered(Happening):
    """It is being thought about."""

    kind: Literal["considered"] = "considered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Happening):
    """It will be done."""

    kind: Literal["planned"] = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped(Happening):
    """It is done; customers can have it. `text` is what those who asked are to be told, empty for what is usual."""

    kind: Literal["shipped"] = "shipped"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded(Happening):
    """Those who asked for it are to be told so."""

    kind: Literal["worded"] = "worded"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Happening):
    """It will not be done, with the reason."""

    kind: Literal["declined"] = "declined"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Happening):
    """It was shipped or declined, and is thought about again."""

    kind: Literal["reopened"] = "reopened"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Happening):
    """Somebody took the next step."""

    kind: Literal["claimed"] = "claimed"
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed(Happening):
    """The holder keeps it for longer."""

    kind: Literal["renewed"] = "renewed"
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseWarned(Happening):
    """The lease is about to end."""

    kind: Literal["lease_warned"] = "lease_warned"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseExpired(Happening):
    """The lease has ended: nobody holds the next step."""

    kind: Literal["lease_expired"] = "lease_expired"
    holder: PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Happening):
    """The holder gave it back."""

    kind: Literal["released"] = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAsked(Happening):
    """The holder asks another person or a department to take it."""

    kind: Literal["pass_asked"] = "pass_asked"
    ask: str
    to_person: PersonRef | None = None
    to_department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAccepted(Happening):
    """Who was asked took it."""

    kind: Literal["pass_accepted"] = "pass_accepted"
    giver: PersonRef
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDeclined(Happening):
    """Who was asked did not take it; the giver holds it still."""

    kind: Literal["pass_declined"] = "pass_declined"
    giver: PersonRef
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Happening):
    """It is the same as another, which stands for it from now on; `why` is what they have in common."""

    kind: Literal["merged"] = "merged"
    into: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged(Happening):
    """It stands for itself again."""

    kind: Literal["unmerged"] = "unmerged"
    out_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart(Happening):
    """Somebody said that this one and another are two."""

    kind: Literal["kept_apart"] = "kept_apart"
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retitled(Happening):
    """It has another title."""

    kind: Literal["retitled"] = "retitled"
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked(Happening):
    """It has an issue in a tracker of baton.toml; `made`: the issue was made for it."""

    kind: Literal["linked"] = "linked"
    tracker: str
    ref: str
    url: str = ""
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked(Happening):
    """The issue is not its any more; `gone`: it was deleted in the tracker, or moved elsewhere."""

    kind: Literal["unlinked"] = "unlinked"
    tracker: str
    ref: str
    gone: bool = False


Event = (
    Raised
    | AskedFor
    | NoLongerAsked
    | Voted
    | Considered
    | Planned
    | Shipped
    | Worded
    | Declined
    | Reopened
    | Claimed
    | Renewed
    | LeaseWarned
    | LeaseExpired
    | Released
    | PassAsked
    | PassAccepted
    | PassDeclined
    | Merged
    | Unmerged
    | KeptApart
    | Retitled
    | Linked
    | Unlinked
)
"""Any event of an idea; `kind` tells them apart when they are read back from the store."""

Events = tuple[Event, ...]
