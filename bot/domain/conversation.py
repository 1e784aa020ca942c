"""The life of a conversation as a state machine: each act checks the rules and returns events; `apply` folds them.

Nothing here changes in place. `conversation.claim(...)` returns the events of a claim; `replay(events)` of the whole
trail gives the same state as applying them one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.answer import Answer, Draft
from bot.domain.outcome import Outcome
from bot.domain.people import PersonRef
from bot.domain.policy import Lease, Policies
from bot.domain.triage import Reading


class State(StrEnum):
    """Where the next step lies."""

    FLOOR = "floor"
    HELD = "held"
    WAITING = "waiting"
    RESOLVED = "resolved"
    ECHO = "echo"
    """It says the same as another, and goes with that one."""


class Timer(StrEnum):
    """What time alone can do to a conversation."""

    LEASE_WARNING = "lease_warning"
    LEASE_EXPIRY = "lease_expiry"
    OVERDUE = "overdue"
    WAKE = "wake"


RUNGS = ("floor", "lead", "coordinator", "sponsor")
"""Names of the escalation rungs 0 to 3."""


@dataclass(frozen=True, slots=True)
class Baton:
    """The lease on the next step: who holds it since when, and until when."""

    holder: PersonRef
    since: datetime
    lease: Lease
    warned: bool = False


@dataclass(frozen=True, slots=True)
class PassRequest:
    """A pass that waits for its answer."""

    giver: PersonRef
    ask: str
    asked_at: datetime
    to_person: PersonRef | None = None
    to_department: str | None = None

    def is_for(self, person: PersonRef) -> bool:
        """May this person accept or decline? The giver may not, even when their own department was asked."""
        if person.id == self.giver.id:
            return False
        if self.to_person is not None:
            return person.id == self.to_person.id
        return person.department is not None and person.department == self.to_department

    @property
    def target(self) -> str:
        """Name of the person or key of the department that was asked."""
        return self.to_person.name if self.to_person is not None else (self.to_department or "")


@dataclass(frozen=True, slots=True)
class Perspective:
    """One department's view of the conversation."""

    text: str
    by: PersonRef
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """The present state of one conversation. `version` is the number of events behind it."""

    number: int
    customer_id: str
    network: str
    account: str
    opened_at: datetime
    floor_since: datetime
    state: State = State.FLOOR
    urgent: bool = False
    why_urgent: str | None = None
    departments: tuple[str, ...] = ()
    reading: Reading | None = None
    """What was found in the newest post."""
    baton: Baton | None = None
    pass_request: PassRequest | None = None
    joined: tuple[PersonRef, ...] = ()
    route: tuple[str, ...] = ()
    bounces: int = 0
    perspectives: Mapping[str, Perspective] = field(default_factory=dict)
    discussing: tuple[str, ...] = ()
    rung: int = 0
    escalated_at: datetime | None = None
    escalated_why: str = ""
    told: tuple[int, ...] = ()
    crisis: bool = False
    snoozed_until: datetime | None = None
    outcome: Outcome | None = None
    resolved_by: PersonRef | None = None
    resolved_at: datetime | None = None
    first_human_at: datetime | None = None
    changed_at: datetime | None = None
    last_post_at: datetime | None = None
    touched: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    """Those that any of its posts belongs to."""
    posts: int = 1
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_posts: int = 0
    answer: Answer | None = None
    draft: Draft | None = None
    answered: int = 0
    first_answer_at: datetime | None = None
    reopened: int = 0
    shipped: tuple[int, ...] = ()
    """Ideas that it asked for, that shipped, and of which its customer was not told yet."""
    echo_of: int | None = None
    """The conversation that stands for this one, too: its leader; also after they were resolved together."""
    echoes: int = 0
    """How many others say the same: their leader is this one."""
    spread: Mapping[str, int] = field(default_factory=dict)
    """On which network how many of them were heard."""
    filed: bool = False
    """From before Baton listened, and not taken up since."""
    forgotten: bool = False
    """The customer asked to be forgotten: only the counts are left."""
    version: int = 0

    @property
    def ref(self) -> str:
        """What people call it: `B-1042`."""
        return f"B-{self.number}"

    @property
    def holder(self) -> PersonRef | None:
        """Who holds the baton, if anybody."""
        return self.baton.holder if self.baton is not None else None

    def is_held_by(self, person: PersonRef) -> bool:
        """Does this person hold the baton?"""
        return self.baton is not None and self.baton.holder.id == person.id

    def timers(self, policies: Policies) -> dict[Timer, datetime]:
        """What is due, and when, if nothing else happens. Reconciled with the timer rows after every change."""
        if self.state in {State.RESOLVED, State.ECHO}:
            return {}
        if self.snoozed_until is not None:
            return {Timer.WAKE: self.snoozed_until}
        if self.state is State.HELD and self.baton is not None:
            due = {Timer.LEASE_EXPIRY: self.baton.lease.until}
            if not self.baton.warned:
                due[Timer.LEASE_WARNING] = self.baton.lease.warn_at
            return due
        rung = self.next_overdue_rung
        if self.state is State.FLOOR and rung is not None:
            hours = policies.hours_of(self.departments[0] if self.departments else None)
            return {Timer.OVERDUE: policies.overdue.due(self.floor_since, rung, hours, urgent=self.urgent)}
        return {}

    @property
    def next_overdue_rung(self) -> int | None:
        """The lowest rung above the present one that has not been told yet; None when all have."""
        return next((rung for rung in (1, 2, 3) if rung > self.rung and rung not in self.told), None)
