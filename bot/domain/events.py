"""What can happen to a conversation. Events are facts in the past tense: the trail is a list of them, replayable.

Every event carries `at` (UTC, Baton's clock), `by` (None when Baton itself or the customer acted) and `via`
(`slack`, `teams`, `timer`, `network`, ...). Those of answers and of what says the same have files of their own; `Event` is all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.answer_events import AnswerApproved as AnswerApproved
from bot.domain.answer_events import AnswerFailed as AnswerFailed
from bot.domain.answer_events import AnswerRejected as AnswerRejected
from bot.domain.answer_events import AnswerRepeated as AnswerRepeated
from bot.domain.answer_events import AnswerSent as AnswerSent
from bot.domain.answer_events import AnswerUnclear as AnswerUnclear
from bot.domain.answer_events import AnswerWritten as AnswerWritten
from bot.domain.answer_events import Drafted as Drafted
from bot.domain.echo_events import Echoed as Echoed
from bot.domain.echo_events import EchoLeft as EchoLeft
from bot.domain.echo_events import LeaderChanged as LeaderChanged
from bot.domain.echo_events import Separated as Separated
from bot.domain.happening import Happening as Happening
from bot.domain.loop_events import IdeaShipped as IdeaShipped
from bot.domain.loop_events import NotTold as NotTold
from bot.domain.outcome import Outcome
from bot.domain.people import PersonRef
from bot.domain.policy import Lease
from bot.domain.triage import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Happening):
    """The first post of a conversation was heard; `departments` are the suggested ones, best first.

    `echo_of` is set when it says the same as another one that is open: it goes with that one then. `campaigns` are those
    that the post belongs to.
    """

    kind: Literal["opened"] = "opened"
    number: int
    customer_id: str
    network: str
    account: str
    post_id: str
    urgent: bool = False
    why_urgent: str | None = None
    departments: tuple[str, ...] = ()
    reading: Reading | None = None
    echo_of: int | None = None
    campaigns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWrote(Happening):
    """A further post of the customer joined the conversation; `campaigns` are those that it is the first of."""

    kind: Literal["customer_wrote"] = "customer_wrote"
    post_id: str
    urgent: bool = False
    why_urgent: str | None = None
    lease: Lease | None = None
    reading: Reading | None = None
    campaigns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain(Happening):
    """A second reader, a model, read a post that triage was unsure of; `departments` are those suggested from now on."""

    kind: Literal["read_again"] = "read_again"
    post_id: str
    reading: Reading
    urgent: bool = False
    why_urgent: str | None = None
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEdited(Happening):
    """The customer edited a post; `version` counts from 1, the original being 0. The newest one is read anew."""

    kind: Literal["post_edited"] = "post_edited"
    post_id: str
    version: int
    urgent: bool = False
    why_urgent: str | None = None
    reading: Reading | None = None
    campaigns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDeleted(Happening):
    """The customer deleted a post; its text is gone from the store."""

    kind: Literal["post_deleted"] = "post_deleted"
    post_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Happening):
    """`by` took the baton from the floor."""

    kind: Literal["claimed"] = "claimed"
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed(Happening):
    """The holder's lease was renewed, on request or because the holder was active."""

    kind: Literal["renewed"] = "renewed"
    lease: Lease
    asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseWarned(Happening):
    """The holder was warned that the lease is about to end."""

    kind: Literal["lease_warned"] = "lease_warned"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseExpired(Happening):
    """The lease ended; the conversation is back on the floor. `holder` is who held it."""

    kind: Literal["lease_expired"] = "lease_expired"
    holder: PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Happening):
    """The holder gave the baton back."""

    kind: Literal["released"] = "released"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAsked(Happening):
    """The holder asks a person or a department (exactly one is set) to take the baton."""

    kind: Literal["pass_asked"] = "pass_asked"
    to_person: PersonRef | None = None
    to_department: str | None = None
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassWanted(Happening):
    """Somebody else asks the holder to pass the baton to them."""

    kind: Literal["pass_wanted"] = "pass_wanted"
    holder: PersonRef
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAccepted(Happening):
    """The asked one took the baton that `giver` passed, be it from their hand or, when the lease had ended, from the floor."""

    kind: Literal["pass_accepted"] = "pass_accepted"
    giver: PersonRef
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDeclined(Happening):
    """The asked one refused, with a reason: a bounce."""

    kind: Literal["pass_declined"] = "pass_declined"
    giver: PersonRef
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Happening):
    """`by` takes part beside the holder."""

    kind: Literal["joined"] = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Happening):
    """A comment by a colleague; its text is in the notes, under `note_id`."""

    kind: Literal["noted"] = "noted"
    note_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerspectiveGiven(Happening):
    """A department's one-line view; a later one replaces it."""

    kind: Literal["perspective_given"] = "perspective_given"
    department: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionCalled(Happening):
    """Departments were called into the thread, with a question."""

    kind: Literal["discussion_called"] = "discussion_called"
    departments: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Happening):
    """The rung was raised to `rung` (1 lead, 2 coordinator, 3 sponsor), by a person or because it was overdue."""

    kind: Literal["escalated"] = "escalated"
    rung: int
    why: str
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisRaised(Happening):
    """The crisis flag was raised."""

    kind: Literal["crisis_raised"] = "crisis_raised"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingForCustomer(Happening):
    """The next step is the customer's; the lease rests."""

    kind: Literal["waiting_for_customer"] = "waiting_for_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Happening):
    """Out of sight until then."""

    kind: Literal["snoozed"] = "snoozed"
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken(Happening):
    """The snooze is over, by time or because `by` escalated; a holder gets a fresh lease."""

    kind: Literal["woken"] = "woken"
    lease: Lease | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Happening):
    """Closed with an outcome."""

    kind: Literal["resolved"] = "resolved"
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Happening):
    """Taken up again, by a colleague or because the customer wrote again."""

    kind: Literal["reopened"] = "reopened"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed(Happening):
    """What was just opened is from before Baton listened: kept, not shown. `posts` more of that time came with it.

    A later one brings further posts of that time.
    """

    kind: Literal["filed"] = "filed"
    posts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten(Happening):
    """The customer asked to be forgotten: what was said here is gone, and nothing can be done with it any more."""

    kind: Literal["forgotten"] = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class WasPartOfCrisis(Happening):
    """It was one of those that a crisis was about, which is over: from when to when, what happened and what we changed.

    `acted`: people did something about this one, rather than that it was only counted.
    """

    kind: Literal["was_part_of_crisis"] = "was_part_of_crisis"
    crisis: int
    began: datetime
    ended: datetime
    happened: str
    changed: str
    acted: bool = False


Event = (
    Opened
    | CustomerWrote
    | ReadAgain
    | PostEdited
    | PostDeleted
    | Claimed
    | Renewed
    | LeaseWarned
    | LeaseExpired
    | Released
    | PassAsked
    | PassWanted
    | PassAccepted
    | PassDeclined
    | Joined
    | Noted
    | PerspectiveGiven
    | DiscussionCalled
    | Escalated
    | CrisisRaised
    | WaitingForCustomer
    | Snoozed
    | Woken
    | Resolved
    | Reopened
    | Filed
    | Drafted
    | AnswerWritten
    | AnswerApproved
    | AnswerRejected
    | AnswerSent
    | AnswerFailed
    | AnswerUnclear
    | AnswerRepeated
    | Echoed
    | EchoLeft
    | Separated
    | LeaderChanged
    | Forgotten
    | WasPartOfCrisis
    | IdeaShipped
    | NotTold
)
"""Any event; `kind` tells them apart when they are read back from the store."""
