"""Folding events into state: `apply` is the only place where a conversation's state changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.domain import events as e
from bot.domain.answer_replay import of_answer
from bot.domain.campaigns import joined
from bot.domain.conversation import Baton, Conversation, PassRequest, Perspective, State
from bot.domain.people import PersonRef
from bot.domain.policy import Lease
from bot.domain.triage import without_words


def replay(trail: Iterable[e.Event]) -> Conversation:
    """The state after a whole trail; raises ValueError when it does not begin with `Opened`."""
    events = iter(trail)
    first = next(events, None)
    if not isinstance(first, e.Opened):
        raise ValueError("a trail begins with Opened")
    conversation = opened(first)
    for event in events:
        conversation = apply(conversation, event)
    return conversation


def opened(event: e.Opened) -> Conversation:
    """The state of a conversation that has just been opened."""
    return Conversation(
        number=event.number,
        customer_id=event.customer_id,
        network=event.network,
        account=event.account,
        opened_at=event.at,
        floor_since=event.at,
        last_post_at=event.at,
        urgent=event.urgent,
        why_urgent=event.why_urgent,
        departments=event.departments,
        reading=event.reading,
        campaigns=event.campaigns,
        state=State.ECHO if event.echo_of is not None else State.FLOOR,
        echo_of=event.echo_of,
        version=1,
    )


def apply(conversation: Conversation, event: e.Event) -> Conversation:
    """The state after one more event."""
    c = conversation
    changes = _touch(c, event) | _changes(c, event) | of_answer(c, event) | _of_echoes(c, event)
    return replace(c, version=c.version + 1, changed_at=event.at, **changes)


def _touch(c: Conversation, event: e.Event) -> dict[str, Any]:
    """Every act of a colleague counts as touching the conversation, for the measures."""
    if event.by is None:
        return {}
    changes: dict[str, Any] = {}
    if c.first_human_at is None:
        changes["first_human_at"] = event.at
    if event.by.department is not None and event.by.department not in c.touched:
        changes["touched"] = (*c.touched, event.by.department)
    return changes


def _changes(c: Conversation, event: e.Event) -> dict[str, Any]:
    match event:
        case e.CustomerWrote() | e.PostEdited() | e.PostDeleted():
            return _from_customer(c, event)
        case e.ReadAgain():
            return {"departments": event.departments} | _reading(c, event)
        case e.Claimed() | e.Renewed() | e.LeaseWarned() | e.LeaseExpired() | e.Released():
            return _of_lease(c, event)
        case e.PassAsked() | e.PassAccepted() | e.PassDeclined():
            return _of_pass(c, event)
        case e.Escalated() | e.CrisisRaised():
            return _of_escalation(c, event)
        case e.Joined(by=PersonRef() as by):
            return {"joined": (*c.joined, by)}
        case e.PerspectiveGiven(by=PersonRef() as by):
            return {"perspectives": {**c.perspectives, event.department: Perspective(event.text, by, event.at)}}
        case e.DiscussionCalled():
            return {"discussing": tuple(dict.fromkeys((*c.discussing, *event.departments)))}
        case e.Snoozed() | e.Woken() | e.WaitingForCustomer():
            return _of_rest(c, event)
        case e.Resolved() | e.Filed() | e.Forgotten():
            return _of_end(c, event)
        case e.Reopened():
            # What was filed is heard now, and counted from now on.
            heard = {"filed": False, "opened_at": event.at} if c.filed else {}
            return (
                _to_floor(event)
                | heard
                | {
                    "echo_of": None,
                    "pass_request": None,
                    "outcome": None,
                    "resolved_by": None,
                    "resolved_at": None,
                    "reopened": c.reopened + 1,
                    "rung": 0,
                    "escalated_at": None,
                    "escalated_why": "",
                    "told": (),
                }
            )
        case _:
            return {}


def _of_end(c: Conversation, event: e.Resolved | e.Filed | e.Forgotten) -> dict[str, Any]:
    match event:
        case e.Resolved():
            return {
                "state": State.RESOLVED,
                "outcome": event.outcome,
                "resolved_by": event.by,
                "resolved_at": event.at,
                "baton": None,
                "pass_request": None,
                "snoozed_until": None,
            }
        case e.Filed():
            return {"state": State.RESOLVED, "filed": True, "resolved_at": event.at, "posts": c.posts + event.posts}
        case e.Forgotten():
            # Without a time of its end where it had none: what is counted stays as it was.
            return {
                "state": State.RESOLVED,
                "forgotten": True,
                "baton": None,
                "pass_request": None,
                "snoozed_until": None,
                "draft": None,
                "shipped": (),
                # Those who say the same go on without it.
                "echoes": 0,
                "spread": {},
            }


def _to_floor(event: e.Event) -> dict[str, Any]:
    return {"state": State.FLOOR, "baton": None, "floor_since": event.at, "snoozed_until": None}


def _held(c: Conversation, holder: PersonRef, event: e.Event, lease: Lease) -> dict[str, Any]:
    """The baton is in `holder`'s hand; the route grows when it came into another department."""
    stop = holder.department or holder.name
    route = c.route if c.route and c.route[-1] == stop else (*c.route, stop)
    return {
        "state": State.HELD,
        "baton": Baton(holder, event.at, lease),
        "route": route,
        "pass_request": None,
        "snoozed_until": None,
        "joined": tuple(person for person in c.joined if person.id != holder.id),
    }


def _of_lease(
    c: Conversation, event: e.Claimed | e.Renewed | e.LeaseWarned | e.LeaseExpired | e.Released
) -> dict[str, Any]:
    match event:
        case e.Claimed(by=PersonRef() as by):
            return _held(c, by, event, event.lease)
        case e.Renewed() if c.baton is not None:
            return {"baton": replace(c.baton, lease=event.lease, warned=False)}
        case e.LeaseWarned() if c.baton is not None:
            return {"baton": replace(c.baton, warned=True)}
        case e.LeaseExpired():
            # A pass that waits stays open: who was asked may still take it from the floor.
            return _to_floor(event)
        case e.Released():
            return _to_floor(event) | {"pass_request": None}
        case _:
            return {}


def _of_pass(c: Conversation, event: e.PassAsked | e.PassAccepted | e.PassDeclined) -> dict[str, Any]:
    match event:
        case e.PassAsked(by=PersonRef() as by):
            return {"pass_request": PassRequest(by, event.ask, event.at, event.to_person, event.to_department)}
        case e.PassAccepted(by=PersonRef() as by):
            return _held(c, by, event, event.lease)
        case e.PassDeclined():
            return {"pass_request": None, "bounces": c.bounces + 1}
        case _:
            return {}


def _of_escalation(c: Conversation, event: e.Escalated | e.CrisisRaised) -> dict[str, Any]:
    if isinstance(event, e.CrisisRaised):
        return {"crisis": True, "urgent": True, "why_urgent": event.why}
    return {
        "rung": event.rung,
        "told": tuple(sorted({*c.told, event.rung})),
        "escalated_at": event.at,
        "escalated_why": event.why,
    }


def _of_rest(c: Conversation, event: e.Snoozed | e.Woken | e.WaitingForCustomer) -> dict[str, Any]:
    match event:
        case e.Snoozed():
            return {"snoozed_until": event.until}
        case e.WaitingForCustomer():
            return {"state": State.WAITING, "pass_request": None, "snoozed_until": None}
        case e.Woken(lease=Lease() as lease) if c.baton is not None:
            return {"snoozed_until": None, "baton": replace(c.baton, lease=lease, warned=False)}
        case _:
            return {"snoozed_until": None} | ({"floor_since": event.at} if c.state is State.FLOOR else {})


def _from_customer(c: Conversation, event: e.CustomerWrote | e.PostEdited | e.PostDeleted) -> dict[str, Any]:
    match event:
        case e.PostEdited():
            return {"edited_at": event.at, "campaigns": joined(c.campaigns, event.campaigns)} | _reading(c, event)
        case e.PostDeleted():
            read = {"reading": without_words(c.reading)} if c.reading is not None else {}
            return {"deleted_at": event.at, "deleted_posts": c.deleted_posts + 1} | read
    changes: dict[str, Any] = {"posts": c.posts + 1, "last_post_at": event.at, "snoozed_until": None}
    changes["campaigns"] = joined(c.campaigns, event.campaigns)
    changes |= _reading(c, event)
    if c.state is State.WAITING and c.baton is not None:
        lease = event.lease if event.lease is not None else c.baton.lease
        return changes | {"state": State.HELD, "baton": replace(c.baton, lease=lease, warned=False)}
    if c.state is State.WAITING:
        return changes | _to_floor(event)
    if c.snoozed_until is not None:
        if c.baton is not None and event.lease is not None:
            changes["baton"] = replace(c.baton, lease=event.lease, warned=False)
        elif c.baton is None:
            changes["floor_since"] = event.at
    return changes


def _of_echoes(c: Conversation, event: e.Event) -> dict[str, Any]:
    match event:
        case e.Echoed():
            spread = {key: c.spread.get(key, 0) + event.spread.get(key, 0) for key in (*c.spread, *event.spread)}
            return {"spread": spread, "echoes": sum(spread.values())} | _urgent(c, event)
        case e.EchoLeft():
            left = {key: many - (key == event.network) for key, many in c.spread.items()}
            left = {key: many for key, many in left.items() if many > 0}
            return {"spread": left, "echoes": sum(left.values())}
        case e.LeaderChanged():
            return {"echo_of": event.leader}
        case e.Separated():
            return _to_floor(event) | {"echo_of": None}
        case _:
            return {}


def _reading(c: Conversation, event: e.CustomerWrote | e.PostEdited | e.ReadAgain) -> dict[str, Any]:
    """What was found in the newest post."""
    return ({"reading": event.reading} if event.reading is not None else {}) | _urgent(c, event)


def _urgent(c: Conversation, event: e.CustomerWrote | e.PostEdited | e.ReadAgain | e.Echoed) -> dict[str, Any]:
    """What was urgent once stays so: somebody may rely on it."""
    return {"urgent": True, "why_urgent": event.why_urgent} if event.urgent and not c.urgent else {}
