"""What may be done with a conversation: one function per act. Each checks the rules and returns the events.

An act that is not allowed raises `UserError` with the next step. Colleagues act through `Act` (who, when, from where);
what time does goes through `warn`, `expire`, `overdue` and `wake`, which answer nothing when they are no longer due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.acting import Act as Act
from bot.domain.acting import Events as Events
from bot.domain.acting import held_by_other, offer
from bot.domain.acting import must_be_asked as must_be_asked
from bot.domain.acting import must_be_free_or_mine as must_be_free_or_mine
from bot.domain.acting import must_be_open as must_be_open
from bot.domain.acting import must_be_remembered as must_be_remembered
from bot.domain.acting import must_have_department as must_have_department
from bot.domain.acting import must_hold as must_hold
from bot.domain.acting import must_stand_alone as must_stand_alone
from bot.domain.conversation import RUNGS, Conversation, State
from bot.domain.outcome import Outcome
from bot.domain.people import Department, Person, PersonRef
from bot.domain.policy import Lease, Policies
from bot.domain.triage import Reading, is_urgent
from bot.errors import UserError
from bot.speech import mark, say

RENEW_AFTER = timedelta(minutes=1)
"""Activity renews a lease at most this often."""

LONGEST_SNOOZE = timedelta(days=366)
"""Farther off, a conversation would be lost rather than out of sight."""


def _grant(c: Conversation, holder: PersonRef, at: datetime, p: Policies, asked: timedelta | None = None) -> Lease:
    return p.lease.grant(at, p.hours_of(holder.department), urgent=c.urgent, asked=asked)


def activity(c: Conversation, act: Act, p: Policies) -> Events:
    """The holder's activity renews the lease, when that gives more time than is left; one that rests is left alone."""
    if c.state is not State.HELD or c.snoozed_until is not None or c.baton is None or c.baton.holder.id != act.by.id:
        return ()
    lease = _grant(c, c.baton.holder, act.at, p)
    if lease.until - c.baton.lease.until < RENEW_AFTER:
        return ()
    return (e.Renewed(at=act.at, by=act.by, via=act.via, lease=lease),)


def claim(c: Conversation, act: Act, p: Policies, asked: timedelta | None = None) -> Events:
    """Take the baton from the floor; the holder's own claim renews; a claim by the one asked to take it accepts.

    While it waits for the customer the holder's place is kept only as long as the lease would have lasted.
    """
    must_be_open(c)
    if c.is_held_by(act.by) and c.state is State.HELD and c.snoozed_until is None:
        return renew(c, act, p, asked)
    if c.pass_request is not None and c.pass_request.is_for(act.by) and not c.is_held_by(act.by):
        return accept(c, act, p, asked)
    if c.baton is not None and not c.is_held_by(act.by) and not _place_is_free(c, act.at):
        raise held_by_other(c, c.baton.holder, act.by)
    return (e.Claimed(at=act.at, by=act.by, via=act.via, lease=_grant(c, act.by, act.at, p, asked)),)


def _place_is_free(c: Conversation, at: datetime) -> bool:
    return c.state is State.WAITING and c.baton is not None and c.baton.lease.until <= at


def renew(c: Conversation, act: Act, p: Policies, asked: timedelta | None = None) -> Events:
    """Keep the baton: a fresh lease from now; where no time is named it never ends sooner than before."""
    holder = must_hold(c, act)
    if c.state is State.WAITING or c.snoozed_until is not None:
        said = (
            say("{ref} waits for the customer, so its time is not running.", ref=c.ref)
            if c.state is State.WAITING
            else say("{ref} is snoozed, so its time is not running.", ref=c.ref)
        )
        raise UserError(
            said,
            say("Nothing to do, it stays yours. To take it up now: `claim {ref}`.", ref=c.ref),
            (offer(c, say("Claim"), "claim"),),
        )
    lease = _grant(c, holder, act.at, p, asked)
    if asked is None and c.baton is not None and c.baton.lease.until > lease.until:
        until = c.baton.lease.until
        lease = Lease(until, warn_at=act.at + (until - act.at) * p.lease.warn_at)
    return (e.Renewed(at=act.at, by=act.by, via=act.via, lease=lease, asked=True),)


def release(c: Conversation, act: Act, why: str = "") -> Events:
    """Give the baton back to the floor."""
    must_hold(c, act)
    return (e.Released(at=act.at, by=act.by, via=act.via, why=why),)


def pass_on(c: Conversation, act: Act, to: Person | Department, ask: str) -> Events:
    """Ask a person or a department to take the baton; the giver holds it until they accept.

    Somebody who does not hold it may name themselves: the holder is asked to pass.
    """
    must_be_open(c)
    if isinstance(to, Person) and to.id == act.by.id:
        return _want(c, act, ask)
    must_hold(c, act)
    if not ask.strip():
        raise UserError(
            say("A pass needs an ask."),
            say("Say what you ask of them: `pass {ref} product is this the new box?`.", ref=c.ref),
        )
    person, department = (to.ref, None) if isinstance(to, Person) else (None, to.key)
    waiting = c.pass_request
    if waiting is not None and (waiting.to_person, waiting.to_department, waiting.ask) == (person, department, ask):
        return ()
    return (e.PassAsked(at=act.at, by=act.by, via=act.via, to_person=person, to_department=department, ask=ask),)


def _want(c: Conversation, act: Act, ask: str) -> Events:
    if c.baton is None:
        raise UserError(
            say("Nobody holds {ref}.", ref=c.ref), say("Claim it, it is free."), (offer(c, say("Claim"), "claim"),)
        )
    if c.baton.holder.id == act.by.id:
        raise UserError(say("You hold this baton yourself."), say("Name a colleague or a department to pass it to."))
    if c.pass_request is not None and c.pass_request.is_for(act.by):
        raise held_by_other(c, c.baton.holder, act.by)
    return (e.PassWanted(at=act.at, by=act.by, via=act.via, holder=c.baton.holder, ask=ask),)


def accept(c: Conversation, act: Act, p: Policies, asked: timedelta | None = None) -> Events:
    """Take the baton one was asked to take."""
    request = must_be_asked(c, act)
    lease = _grant(c, act.by, act.at, p, asked)
    return (e.PassAccepted(at=act.at, by=act.by, via=act.via, giver=request.giver, lease=lease),)


def decline(c: Conversation, act: Act, why: str) -> Events:
    """Refuse a pass, with a reason; it counts as a bounce."""
    request = must_be_asked(c, act)
    if not why.strip():
        raise UserError(say("Declining needs a reason."), say("Say why: `decline {ref} not our parcel`.", ref=c.ref))
    return (e.PassDeclined(at=act.at, by=act.by, via=act.via, giver=request.giver, why=why),)


def join(c: Conversation, act: Act) -> Events:
    """Take part beside the holder."""
    must_be_open(c)
    if c.baton is None:
        raise UserError(
            say("Nobody holds {ref} yet.", ref=c.ref),
            say("Claim it, or add a note to take part."),
            (offer(c, say("Claim"), "claim"),),
        )
    if c.is_held_by(act.by):
        raise UserError(say("You hold this baton yourself."), say("Call others in with `discuss`."))
    if any(person.id == act.by.id for person in c.joined):
        return ()
    return (e.Joined(at=act.at, by=act.by, via=act.via),)


def note(c: Conversation, act: Act, p: Policies, note_id: str) -> Events:
    """A comment; anyone may, at any time, also on a resolved conversation."""
    must_be_remembered(c)
    return (e.Noted(at=act.at, by=act.by, via=act.via, note_id=note_id), *activity(c, act, p))


def perspective(c: Conversation, act: Act, p: Policies, text: str) -> Events:
    """One's department's view, one line; replaces the department's earlier one."""
    department = must_have_department(act)
    must_stand_alone(c)
    line = " ".join(text.split())
    if not line:
        raise UserError(
            say("A perspective needs a line."),
            say("For example: `perspective {ref} carrier changed last week`.", ref=c.ref),
        )
    given = e.PerspectiveGiven(at=act.at, by=act.by, via=act.via, department=department, text=line)
    return (given, *activity(c, act, p))


def discuss(c: Conversation, act: Act, p: Policies, departments: tuple[str, ...], question: str) -> Events:
    """Call departments into the thread, with a question."""
    must_stand_alone(c)
    if not departments:
        raise UserError(
            say("Name at least one department."),
            say("For example: `discuss {ref} legal, product may we say so?`.", ref=c.ref),
        )
    called = e.DiscussionCalled(
        at=act.at, by=act.by, via=act.via, departments=tuple(dict.fromkeys(departments)), question=question
    )
    return (called, *activity(c, act, p))


def escalate(c: Conversation, act: Act, p: Policies, why: str, rung: int | None = None) -> Events:
    """Raise the rung, to the next one or to the named one; everyone's right, with a reason."""
    must_be_open(c)
    _reason(why, f"escalate {c.ref} three parcels, press asking")
    target = c.rung + 1 if rung is None else rung
    if target > len(RUNGS) - 1:
        raise UserError(
            say("{ref} is with the sponsor already.", ref=c.ref),
            say("If it is a crisis, say so: `escalate … crisis why`."),
        )
    if target <= c.rung:
        raise UserError(
            _is_with(c),
            say("Escalate to a higher rung, or add a note."),
        )
    raised = e.Escalated(at=act.at, by=act.by, via=act.via, rung=target, why=why.strip())
    return (*_rouse(c, act, p), raised, *activity(c, act, p))


def raise_crisis(c: Conversation, act: Act, p: Policies, why: str) -> Events:
    """Raise the crisis flag, beside the rungs."""
    must_be_open(c)
    _reason(why, f"escalate {c.ref} crisis product may catch fire")
    if c.crisis:
        raise UserError(say("{ref} is marked as a crisis already.", ref=c.ref), say("Add what you know as a note."))
    raised = e.CrisisRaised(at=act.at, by=act.by, via=act.via, why=why.strip())
    return (*_rouse(c, act, p), raised, *activity(c, act, p))


def _rouse(c: Conversation, act: Act, p: Policies) -> Events:
    """What is escalated cannot stay out of sight."""
    if c.snoozed_until is None:
        return ()
    return (e.Woken(at=act.at, by=act.by, via=act.via, lease=lease_on_waking(c, act.at, p)),)


def _reason(why: str, example: str) -> None:
    if not why.strip():
        raise UserError(say("Escalating needs a reason."), say("Say why: `{example}`.", example=example))


def wait(c: Conversation, act: Act) -> Events:
    """The next step is the customer's; the holder keeps the baton, at rest."""
    must_hold(c, act)
    if c.state is State.WAITING:
        raise UserError(
            say("{ref} is waiting for the customer already.", ref=c.ref), say("It comes back when they write.")
        )
    return (e.WaitingForCustomer(at=act.at, by=act.by, via=act.via),)


def snooze(c: Conversation, act: Act, until: datetime) -> Events:
    """Out of sight until then. Anyone may while it is on the floor; only the holder while it is held."""
    must_be_free_or_mine(c, act)
    if until <= act.at:
        raise UserError(
            say("That time has passed."), say("Name a time to come: `snooze {ref} tomorrow 9:00`.", ref=c.ref)
        )
    if until - act.at > LONGEST_SNOOZE:
        raise UserError(
            say("That is more than a year away."),
            say("Name a nearer time, or close it: `resolve {ref} no action`.", ref=c.ref),
        )
    if until == c.snoozed_until:
        return ()
    return (e.Snoozed(at=act.at, by=act.by, via=act.via, until=until),)


def resolve(c: Conversation, act: Act, outcome: Outcome) -> Events:
    """Close it, with outcome, what the customer wanted, and what we changed (may be `nothing`)."""
    must_hold(c, act)
    if not outcome.wanted.strip() or not outcome.changed.strip():
        raise UserError(
            say("Resolving needs what the customer wanted and what we changed."),
            say("What we changed may be `nothing`; it is counted."),
        )
    return (e.Resolved(at=act.at, by=act.by, via=act.via, outcome=outcome),)


def reopen(c: Conversation, act: Act, why: str = "") -> Events:
    """Take up a resolved or waiting conversation again: it is back on the floor."""
    must_be_remembered(c)
    must_stand_alone(c)
    if c.state is State.WAITING:
        must_hold(c, act)
    elif c.state is not State.RESOLVED:
        raise UserError(say("{ref} is open.", ref=c.ref), say("Claim it, or see where it is: `show {ref}`.", ref=c.ref))
    return (e.Reopened(at=act.at, by=act.by, via=act.via, why=why),)


def hear(
    c: Conversation,
    at: datetime,
    post_id: str,
    p: Policies,
    reading: Reading | None = None,
    *,
    same: bool = False,
    campaigns: Iterable[str] = (),
) -> Events:
    """The customer wrote again: wakes, returns to the holder or the floor, or reopens.

    Of one that says the same as another, `same` tells whether this post still does; else it stands by itself. `campaigns`
    are those that the post belongs to.
    """
    urgent = reading is not None and is_urgent(reading)
    resting = c.state is State.WAITING or c.snoozed_until is not None
    lease = _grant(c, c.baton.holder, at, p) if c.baton is not None and resting else None
    wrote = e.CustomerWrote(
        at=at,
        via="network",
        post_id=post_id,
        urgent=urgent,
        why_urgent=reading.urgent_for if urgent and reading is not None else None,
        lease=lease,
        reading=reading,
        campaigns=tuple(name for name in campaigns if name not in c.campaigns),
    )
    if c.state is State.RESOLVED:
        return (wrote, e.Reopened(at=at, via="network", why=mark("the customer wrote again")))
    if c.echo_of is not None and (not same or (urgent and not c.urgent)):
        return (wrote, e.Separated(at=at, via="network", leader=c.echo_of))
    return (wrote,)


def _is_with(c: Conversation) -> str:
    return say(_WITH[c.rung], ref=c.ref)


_WITH = (
    "",
    mark("{ref} is with the lead already."),
    mark("{ref} is with the coordinator already."),
    mark("{ref} is with the sponsor already."),
)


def warn(c: Conversation, at: datetime) -> Events:
    """The lease is about to end."""
    due = c.state is State.HELD and c.baton is not None and not c.baton.warned and c.snoozed_until is None
    if not due or c.baton is None or c.baton.lease.warn_at > at:
        return ()
    return (e.LeaseWarned(at=at, via="timer"),)


def expire(c: Conversation, at: datetime) -> Events:
    """The lease has ended: back to the floor."""
    if c.state is not State.HELD or c.baton is None or c.snoozed_until is not None or c.baton.lease.until > at:
        return ()
    return (e.LeaseExpired(at=at, via="timer", holder=c.baton.holder),)


def overdue(c: Conversation, at: datetime, p: Policies) -> Events:
    """Too long on the floor: the next rung that has not been told is told."""
    rung = c.next_overdue_rung
    if c.state is not State.FLOOR or c.snoozed_until is not None or rung is None:
        return ()
    hours = p.hours_of(c.departments[0] if c.departments else None)
    if p.overdue.due(c.floor_since, rung, hours, urgent=c.urgent) > at:
        return ()
    return (e.Escalated(at=at, via="timer", rung=rung, why=mark("nobody has taken it up"), overdue=True),)


def wake(c: Conversation, at: datetime, p: Policies) -> Events:
    """The snooze is over."""
    if c.snoozed_until is None or c.snoozed_until > at:
        return ()
    return (e.Woken(at=at, via="timer", lease=lease_on_waking(c, at, p)),)


def lease_on_waking(c: Conversation, at: datetime, p: Policies) -> Lease | None:
    """The fresh lease of whoever holds what comes back in sight."""
    return _grant(c, c.baton.holder, at, p) if c.baton is not None and c.state is State.HELD else None
