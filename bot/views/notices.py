"""What people are told beside the card: in its thread, or alone. Each names the conversation and offers the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.cards import Actions, Block, Bold, Button, Card, Mention, Paragraph, Quote, Small, Span, Text, Time, text
from bot.config import Config
from bot.domain.conversation import RUNGS, Conversation, PassRequest
from bot.domain.events import (
    CrisisRaised,
    DiscussionCalled,
    Escalated,
    Event,
    LeaseExpired,
    PassAccepted,
    PassDeclined,
    PassWanted,
)
from bot.domain.people import PersonRef
from bot.domain.post import StoredPost
from bot.ports import Sight
from bot.views.acts import act
from bot.views.conversation import baton_line
from bot.views.said import brief, customer_name, for_all, latest, open_button
from bot.views.wording import cut, department_of, listed, name_of, one_line, tame, when, who

_SAME_DAY = timedelta(hours=12)
"""A lease shorter than this is told by the clock alone."""

_LONGEST = 300
"""How much of an ask or a reason a notice takes."""


def _notice(summary: str, first: Text, *rest: Block) -> Card:
    return Card(one_line(summary, 200), (Paragraph(first), *rest))


def _said(words: str) -> str:
    return f"“{one_line(words, _LONGEST)}”"


def holding_card(conversation: Conversation) -> Card:
    """What the new holder is told: until when the next step is theirs."""
    c = conversation
    if c.baton is None:
        return _notice(
            f"Nobody holds {c.ref}.", text("Nobody holds ", Bold(c.ref), "."), Actions((act("claim", c.ref),))
        )
    until = Time(c.baton.lease.until, "time" if c.baton.lease.until - c.baton.since < _SAME_DAY else "moment")
    return _notice(
        f"You hold {c.ref}.",
        text("You hold ", Bold(c.ref), " until ", until, ". Working on it keeps it yours."),
        Actions((act("pass", c.ref), act("resolve", c.ref), act("release", c.ref))),
    )


def discussion_call_card(
    sight: Sight, event: DiscussionCalled, config: Config, *, people: Sequence[PersonRef] = ()
) -> Card:
    """In the card's thread: who is called in, by whom, and the question. `people` are notified by name."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    departments = listed(department_of(key, config) for key in event.departments)
    question = f": {_said(event.question)}" if event.question.strip() else " to look at this"
    return _notice(
        f"{by} calls {departments} into {c.ref}",
        text(f"{by} calls ", Bold(departments), question),
        *_mentions(people),
        Small(text("Answer here in the thread; the customer sees nothing of it.")),
        Actions((act("perspective", c.ref), act("customer", c.ref))),
    )


def called_from_afar_card(sight: Sight, event: DiscussionCalled, config: Config) -> Card:
    """To one who is called in and is on no platform where the conversation has a thread."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    departments = listed(department_of(key, config) for key in event.departments)
    question = f": {_said(event.question)}" if event.question.strip() else " to look at this"
    return _notice(
        f"{by} calls {departments} into {c.ref}",
        text(f"{by} calls ", Bold(departments), " into ", Bold(c.ref), question),
        *brief(sight),
        Small(text("A note of yours stands in the thread where they talk; the customer sees nothing of it.")),
        Actions((act("note", c.ref, style="primary"), act("perspective", c.ref), act("show", c.ref))),
    )


def _by(event: Event, config: Config) -> str:
    return who(event.by, config) if event.by is not None else "Baton"


def _mentions(people: Sequence[PersonRef]) -> tuple[Block, ...]:
    spans: list[Span] = []
    for person in people:
        spans += [" ", Mention(person)] if spans else [Mention(person)]
    return (Paragraph(tuple(spans)),) if spans else ()


def pass_asked_card(sight: Sight, request: PassRequest, config: Config, *, now: datetime) -> Card:
    """To the one who is asked to take the baton."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = who(request.giver, config)
    target = "you" if request.to_person is not None else department_of(request.to_department or "", config)
    return _notice(
        f"{by} asks {target} to take {c.ref}: “{one_line(request.ask, 100)}”",
        text(f"{by} asks {target} to take ", Bold(c.ref), f": {_said(request.ask)}"),
        *brief(sight),
        Small(
            text(f"{name_of(request.giver)} holds it until you answer; asked ", *when(request.asked_at, now, config))
        ),
        Actions((act("accept", c.ref, style="primary"), act("decline", c.ref), act("show", c.ref))),
    )


def pass_accepted_card(sight: Sight, event: PassAccepted, config: Config) -> Card:
    """To the giver: the baton is in the other's hand."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    until = when(event.lease.until, event.at, config)
    return _notice(
        f"{by} took {c.ref}",
        text(f"{by} took ", Bold(c.ref), " from you and holds it until ", *until, "."),
        Actions((act("join", c.ref), act("show", c.ref))),
    )


def pass_declined_card(sight: Sight, event: PassDeclined, config: Config) -> Card:
    """To the giver: the pass came back, with the reason."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    mine = c.is_held_by(event.giver)
    acts = (
        ("pass", "resolve", "release", "show") if mine else ("claim", "show") if c.baton is None else ("join", "show")
    )
    labels = {"pass": "Ask another…"}
    return _notice(
        f"{by} declined {c.ref}",
        text(f"{by} declined to take ", Bold(c.ref), f": {_said(event.why)}"),
        Small(text("You still hold it." if mine else "You do not hold it any more.")),
        Actions(tuple(act(verb, c.ref, labels.get(verb, "")) for verb in acts)),
    )


def pass_wanted_card(sight: Sight, event: PassWanted, config: Config) -> Card:
    """To the holder: somebody asks them to pass the baton."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    why = f": {_said(event.ask)}" if event.ask.strip() else ""
    return _notice(
        f"{by} asks you to pass {c.ref}",
        text(f"{by} asks you to pass ", Bold(c.ref), f" to them{why}"),
        *brief(sight, 160),
        Actions((*_pass_to(c, event), act("show", c.ref))),
    )


def _pass_to(c: Conversation, event: PassWanted) -> tuple[Button, ...]:
    if event.by is None:
        return ()
    ask = one_line(event.ask, _LONGEST) or "You asked for it."
    args = {"conversation": c.ref, "to": f"person:{event.by.id}", "ask": ask}
    return (Button(f"Pass to {cut(name_of(event.by), 40)}", "pass", args, "primary"),)


def lease_warning_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder, before the lease ends."""
    sight = for_all(sight, config)
    c = sight.conversation
    ends: Text = ()
    if c.baton is not None:
        ends = text(" ends at ", *when(c.baton.lease.until, now, config))
    return _notice(
        f"Your time with {c.ref} is nearly over",
        text("Your time with ", Bold(c.ref), *(ends or (" is nearly over",)), "; then it goes back to the floor."),
        *brief(sight, 160),
        Actions((act("renew", c.ref, style="primary"), act("pass", c.ref), act("release", c.ref))),
    )


def lease_expired_card(sight: Sight, event: LeaseExpired, config: Config, *, now: datetime) -> Card:
    """To the one who held it: it is back on the floor."""
    sight = for_all(sight, config)
    c = sight.conversation
    first = (act("claim", c.ref, "Claim it again", "primary"),) if c.baton is None else ()
    return _notice(
        f"{c.ref} is back on the floor",
        text(
            "Your time with ",
            Bold(c.ref),
            " ended at ",
            *when(event.at, now, config),
            "; it is back on the floor.",
        ),
        *brief(sight, 160),
        Actions((*first, act("show", c.ref))),
    )


def escalated_card(
    sight: Sight, event: Escalated | CrisisRaised, config: Config, *, people: Sequence[PersonRef] = ()
) -> Card:
    """To the lead, the coordinator or the sponsor: what was raised to them, by whom and why."""
    sight = for_all(sight, config)
    c = sight.conversation
    holder = f"{who(c.baton.holder, config)} holds it." if c.baton is not None else "Nobody holds it."
    first = act("claim" if c.baton is None else "join", c.ref, style="primary")
    return _notice(
        f"{'Crisis' if isinstance(event, CrisisRaised) else 'Escalated'}: {c.ref}, {customer_name(sight.customer)}",
        _raised(c, event, config),
        *_mentions(people),
        *brief(sight),
        Small(text(holder)),
        Actions((first, act("discuss", c.ref), act("escalate", c.ref), act("show", c.ref))),
    )


def _raised(c: Conversation, event: Escalated | CrisisRaised, config: Config) -> Text:
    by = _by(event, config)
    if isinstance(event, CrisisRaised):
        return text("🚨 ", Bold("Crisis"), f": {by} raised ", Bold(c.ref), f": {_said(event.why)}")
    rung = RUNGS[event.rung]
    if event.overdue or event.by is None:
        return text("⬆ ", Bold(c.ref), f" has been on the floor too long; it comes to you as {rung}.")
    return text(f"⬆ {by} escalates ", Bold(c.ref), f" to you as {rung}: {_said(event.why)}")


def woken_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder: the snooze is over, and their time runs again."""
    sight = for_all(sight, config)
    c = sight.conversation
    until = when(c.baton.lease.until, now, config) if c.baton is not None else ()
    return _notice(
        f"{c.ref} is back from its snooze",
        text(Bold(c.ref), " is back from its snooze.", *((" You hold it until ", *until, ".") if until else ())),
        *brief(sight, 160),
        Actions((act("show", c.ref), act("pass", c.ref), act("resolve", c.ref), act("release", c.ref))),
    )


def customer_wrote_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder: the customer wrote again."""
    sight = for_all(sight, config)
    c, name = sight.conversation, customer_name(sight.customer)
    return _notice(
        f"{name} wrote again: {c.ref}",
        text(f"{name} wrote again in ", Bold(c.ref), ":"),
        *_words(latest(sight)),
        Small(baton_line(c, config, now)),
        Actions((act("show", c.ref), act("resolve", c.ref), *open_button(sight))),
    )


def edited_after_card(sight: Sight, post: StoredPost, config: Config, *, now: datetime) -> Card:
    """To the holder: the customer edited what has been read here already."""
    sight = for_all(sight, config)
    c, name = sight.conversation, customer_name(sight.customer)
    at = text(" at ", *when(post.edited_at, now, config)) if post.edited_at is not None else ()
    return _notice(
        f"{name} edited a post in {c.ref}",
        text(f"{name} edited a post in ", Bold(c.ref), *at, "."),
        *_words(post),
        Actions((act("show", c.ref, "Show changes"),)),
    )


def deleted_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder: the customer deleted a post; its text is gone here too."""
    sight = for_all(sight, config)
    c, name = sight.conversation, customer_name(sight.customer)
    at = text(" at ", *when(c.deleted_at, now, config)) if c.deleted_at is not None else ()
    nothing = "Nothing of the conversation is left; you may resolve it as “no action”."
    return _notice(
        f"{name} deleted a post in {c.ref}",
        text(f"🗑 {name} deleted a post in ", Bold(c.ref), *at, "."),
        *((Small(text(nothing)),) if c.deleted_posts >= c.posts else ()),
        Actions((act("show", c.ref), act("resolve", c.ref))),
    )


def _words(post: StoredPost | None) -> tuple[Block, ...]:
    if post is None or post.deleted_at is not None or not post.post.text.strip():
        return ()
    return (Quote(cut(tame(post.post.text), 500), 500),)
