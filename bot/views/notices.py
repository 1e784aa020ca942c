"""What people are told beside the card: in its thread, or alone. Each names the conversation and offers the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Mention,
    Paragraph,
    Quote,
    Small,
    Span,
    Text,
    Time,
    phrase,
    text,
)
from bot.config import Config
from bot.domain.conversation import Conversation, PassRequest
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
from bot.speech import say
from bot.views.acts import act
from bot.views.conversation import baton_line
from bot.views.said import brief, customer_name, for_all, latest, open_button
from bot.views.wording import cut, department_of, duty_name, listed, name_of, one_line, quoted, tame, when, who

_SAME_DAY = timedelta(hours=12)
"""A lease shorter than this is told by the clock alone."""

_LONGEST = 300
"""How much of an ask or a reason a notice takes."""


def _notice(summary: str, first: Text, *rest: Block) -> Card:
    return Card(one_line(summary, 200), (Paragraph(first), *rest))


def _said(words: str) -> str:
    return quoted(one_line(words, _LONGEST))


def holding_card(conversation: Conversation) -> Card:
    """What the new holder is told: until when the next step is theirs."""
    c = conversation
    if c.baton is None:
        return _notice(
            say("Nobody holds {ref}.", ref=c.ref),
            phrase("Nobody holds {ref}.", ref=Bold(c.ref)),
            Actions((act("claim", c.ref),)),
        )
    until = Time(c.baton.lease.until, "time" if c.baton.lease.until - c.baton.since < _SAME_DAY else "moment")
    return _notice(
        say("You hold {ref}.", ref=c.ref),
        phrase("You hold {ref} until {until}. Working on it keeps it yours.", ref=Bold(c.ref), until=until),
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
    called: dict[str, Span] = {"by": by, "departments": Bold(departments)}
    return _notice(
        say("{by} calls {departments} into {ref}", by=by, departments=departments, ref=c.ref),
        phrase("{by} calls {departments}: {question}", question=_said(event.question), **called)
        if event.question.strip()
        else phrase("{by} calls {departments} to look at this", **called),
        *_mentions(people),
        Small(phrase("Answer here in the thread; the customer sees nothing of it.")),
        Actions((act("perspective", c.ref), act("customer", c.ref))),
    )


def called_from_afar_card(sight: Sight, event: DiscussionCalled, config: Config) -> Card:
    """To one who is called in and is on no platform where the conversation has a thread."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    departments = listed(department_of(key, config) for key in event.departments)
    called: dict[str, Span] = {"by": by, "departments": Bold(departments), "ref": Bold(c.ref)}
    return _notice(
        say("{by} calls {departments} into {ref}", by=by, departments=departments, ref=c.ref),
        phrase("{by} calls {departments} into {ref}: {question}", question=_said(event.question), **called)
        if event.question.strip()
        else phrase("{by} calls {departments} into {ref} to look at this", **called),
        *brief(sight),
        Small(phrase("A note of yours stands in the thread where they talk; the customer sees nothing of it.")),
        Actions((act("note", c.ref, style="primary"), act("perspective", c.ref), act("show", c.ref))),
    )


def _by(event: Event, config: Config) -> str:
    return who(event.by, config) if event.by is not None else say("Baton")


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
    target = department_of(request.to_department or "", config)
    ask, asked = quoted(one_line(request.ask, 100)), _said(request.ask)
    one = request.to_person is not None
    return _notice(
        say("{by} asks you to take {ref}: {ask}", by=by, ref=c.ref, ask=ask)
        if one
        else say("{by} asks {target} to take {ref}: {ask}", by=by, target=target, ref=c.ref, ask=ask),
        phrase("{by} asks you to take {ref}: {ask}", by=by, ref=Bold(c.ref), ask=asked)
        if one
        else phrase("{by} asks {target} to take {ref}: {ask}", by=by, target=target, ref=Bold(c.ref), ask=asked),
        *brief(sight),
        Small(
            phrase(
                "{name} holds it until you answer; asked {when}",
                name=name_of(request.giver),
                when=when(request.asked_at, now, config),
            )
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
        say("{by} took {ref}", by=by, ref=c.ref),
        phrase("{by} took {ref} from you and holds it until {until}.", by=by, ref=Bold(c.ref), until=until),
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
    labels = {"pass": say("Ask another…")}
    return _notice(
        say("{by} declined {ref}", by=by, ref=c.ref),
        phrase("{by} declined to take {ref}: {said}", by=by, ref=Bold(c.ref), said=_said(event.why)),
        Small(text(say("You still hold it.") if mine else say("You do not hold it any more."))),
        Actions(tuple(act(verb, c.ref, labels.get(verb, "")) for verb in acts)),
    )


def pass_wanted_card(sight: Sight, event: PassWanted, config: Config) -> Card:
    """To the holder: somebody asks them to pass the baton."""
    sight = for_all(sight, config)
    c = sight.conversation
    by = _by(event, config)
    return _notice(
        say("{by} asks you to pass {ref}", by=by, ref=c.ref),
        phrase("{by} asks you to pass {ref} to them: {ask}", by=by, ref=Bold(c.ref), ask=_said(event.ask))
        if event.ask.strip()
        else phrase("{by} asks you to pass {ref} to them", by=by, ref=Bold(c.ref)),
        *brief(sight, 160),
        Actions((*_pass_to(c, event), act("show", c.ref))),
    )


def _pass_to(c: Conversation, event: PassWanted) -> tuple[Button, ...]:
    if event.by is None:
        return ()
    ask = one_line(event.ask, _LONGEST) or say("You asked for it.")
    args = {"conversation": c.ref, "to": f"person:{event.by.id}", "ask": ask}
    return (Button(say("Pass to {name}", name=cut(name_of(event.by), 40)), "pass", args, "primary"),)


def lease_warning_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder, before the lease ends."""
    sight = for_all(sight, config)
    c = sight.conversation
    said = (
        phrase(
            "Your time with {ref} ends at {when}; then it goes back to the floor.",
            ref=Bold(c.ref),
            when=when(c.baton.lease.until, now, config),
        )
        if c.baton is not None
        else phrase("Your time with {ref} is nearly over; then it goes back to the floor.", ref=Bold(c.ref))
    )
    return _notice(
        say("Your time with {ref} is nearly over", ref=c.ref),
        said,
        *brief(sight, 160),
        Actions((act("renew", c.ref, style="primary"), act("pass", c.ref), act("release", c.ref))),
    )


def lease_expired_card(sight: Sight, event: LeaseExpired, config: Config, *, now: datetime) -> Card:
    """To the one who held it: it is back on the floor."""
    sight = for_all(sight, config)
    c = sight.conversation
    first = (act("claim", c.ref, say("Claim it again"), "primary"),) if c.baton is None else ()
    return _notice(
        say("{ref} is back on the floor", ref=c.ref),
        phrase(
            "Your time with {ref} ended at {when}; it is back on the floor.",
            ref=Bold(c.ref),
            when=when(event.at, now, config),
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
    holder = say("{who} holds it.", who=who(c.baton.holder, config)) if c.baton is not None else say("Nobody holds it.")
    first = act("claim" if c.baton is None else "join", c.ref, style="primary")
    name = customer_name(sight.customer)
    return _notice(
        say("Crisis: {ref}, {name}", ref=c.ref, name=name)
        if isinstance(event, CrisisRaised)
        else say("Escalated: {ref}, {name}", ref=c.ref, name=name),
        _raised(c, event, config),
        *_mentions(people),
        *brief(sight),
        Small(text(holder)),
        Actions((first, act("discuss", c.ref), act("escalate", c.ref), act("show", c.ref))),
    )


def _raised(c: Conversation, event: Escalated | CrisisRaised, config: Config) -> Text:
    by = _by(event, config)
    if isinstance(event, CrisisRaised):
        return phrase(
            "🚨 {crisis}: {by} raised {ref}: {said}",
            crisis=Bold(say("Crisis")),
            by=by,
            ref=Bold(c.ref),
            said=_said(event.why),
        )
    rung = duty_name(event.rung)
    if event.overdue or event.by is None:
        return phrase("⬆ {ref} has been on the floor too long; it comes to you as {rung}.", ref=Bold(c.ref), rung=rung)
    return phrase(
        "⬆ {by} escalates {ref} to you as {rung}: {said}", by=by, ref=Bold(c.ref), rung=rung, said=_said(event.why)
    )


def woken_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder: the snooze is over, and their time runs again."""
    sight = for_all(sight, config)
    c = sight.conversation
    until = when(c.baton.lease.until, now, config) if c.baton is not None else ()
    return _notice(
        say("{ref} is back from its snooze", ref=c.ref),
        phrase("{ref} is back from its snooze. You hold it until {until}.", ref=Bold(c.ref), until=until)
        if until
        else phrase("{ref} is back from its snooze.", ref=Bold(c.ref)),
        *brief(sight, 160),
        Actions((act("show", c.ref), act("pass", c.ref), act("resolve", c.ref), act("release", c.ref))),
    )


def customer_wrote_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder: the customer wrote again."""
    sight = for_all(sight, config)
    c, name = sight.conversation, customer_name(sight.customer)
    return _notice(
        say("{name} wrote again: {ref}", name=name, ref=c.ref),
        phrase("{name} wrote again in {ref}:", name=name, ref=Bold(c.ref)),
        *_words(latest(sight)),
        Small(baton_line(c, config, now)),
        Actions((act("show", c.ref), act("resolve", c.ref), *open_button(sight))),
    )


def edited_after_card(sight: Sight, post: StoredPost, config: Config, *, now: datetime) -> Card:
    """To the holder: the customer edited what has been read here already."""
    sight = for_all(sight, config)
    c, name = sight.conversation, customer_name(sight.customer)
    edited: dict[str, Span] = {"name": name, "ref": Bold(c.ref)}
    return _notice(
        say("{name} edited a post in {ref}", name=name, ref=c.ref),
        phrase("{name} edited a post in {ref} at {when}.", when=when(post.edited_at, now, config), **edited)
        if post.edited_at is not None
        else phrase("{name} edited a post in {ref}.", **edited),
        *_words(post),
        Actions((act("show", c.ref, say("Show changes")),)),
    )


def deleted_card(sight: Sight, config: Config, *, now: datetime) -> Card:
    """To the holder: the customer deleted a post; its text is gone here too."""
    sight = for_all(sight, config)
    c, name = sight.conversation, customer_name(sight.customer)
    deleted: dict[str, Span] = {"name": name, "ref": Bold(c.ref)}
    nothing = say("Nothing of the conversation is left; you may resolve it as “no action”.")
    return _notice(
        say("{name} deleted a post in {ref}", name=name, ref=c.ref),
        phrase("🗑 {name} deleted a post in {ref} at {when}.", when=when(c.deleted_at, now, config), **deleted)
        if c.deleted_at is not None
        else phrase("🗑 {name} deleted a post in {ref}.", **deleted),
        *((Small(text(nothing)),) if c.deleted_posts >= c.posts else ()),
        Actions((act("show", c.ref), act("resolve", c.ref))),
    )


def _words(post: StoredPost | None) -> tuple[Block, ...]:
    if post is None or post.deleted_at is not None or not post.post.text.strip():
        return ()
    return (Quote(cut(tame(post.post.text), 500), 500),)
