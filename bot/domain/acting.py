"""Who acts, and whether they may: the rules that acts on a conversation share, and what is said to whom they stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import events as e
from bot.domain.conversation import Conversation, PassRequest, State
from bot.domain.people import PersonRef
from bot.errors import Offer, UserError
from bot.speech import say

Events = tuple[e.Event, ...]
"""What an act comes to."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when, and from where (`slack`, `teams`, ...)."""

    by: PersonRef
    at: datetime
    via: str


def offer(c: Conversation, label: str, command: str, **args: str) -> Offer:
    """A next step with this conversation, as a button."""
    return Offer(label, command, (("conversation", c.ref), *args.items()))


def must_be_open(c: Conversation, act: Act | None = None) -> None:
    """Resolved conversations have to be reopened first, whoever acts."""
    must_be_remembered(c)
    if c.state is State.RESOLVED:
        raise UserError(
            say("{ref} is resolved.", ref=c.ref),
            say("Take it up again with `reopen {ref}`.", ref=c.ref),
            (offer(c, say("Reopen"), "reopen"),),
        )
    must_stand_alone(c)


def must_stand_alone(c: Conversation) -> None:
    """What is done about those who say the same is done in one place."""
    if c.state is State.ECHO:
        raise UserError(
            say("{ref} says the same as B-{leader}.", ref=c.ref, leader=c.echo_of),
            say(
                "Take up B-{leader}, which stands for it: `show B-{leader}`. To answer this one by itself: `separate {ref}`.",
                leader=c.echo_of,
                ref=c.ref,
            ),
            (
                Offer(say("Show B-{number}", number=c.echo_of), "show", (("conversation", f"B-{c.echo_of}"),)),
                offer(c, say("Separate"), "separate"),
            ),
        )


def must_be_remembered(c: Conversation) -> None:
    """Of a customer who was forgotten nothing is left to act on."""
    if c.forgotten:
        raise UserError(
            say("The customer of {ref} was forgotten on request.", ref=c.ref),
            say("Nothing can be done with it any more."),
        )


def held_by_other(c: Conversation, holder: PersonRef, asker: PersonRef) -> UserError:
    """What `asker` is told who needs the baton while another holds it."""
    if c.pass_request is not None and c.pass_request.is_for(asker):
        return UserError(
            say("{name} holds the baton of {ref} and asks you to take it.", name=holder.name, ref=c.ref),
            say("Accept it first: `accept {ref}`.", ref=c.ref),
            (offer(c, say("Accept"), "accept"),),
        )
    return UserError(
        say("{name} holds the baton of {ref}.", name=holder.name, ref=c.ref),
        say("Join, or ask {name} to pass it to you.", name=holder.name),
        (offer(c, say("Join"), "join"), offer(c, say("Ask {name} to pass", name=holder.name), "pass", to="me")),
        until=c.baton.lease.until
        if c.baton is not None and c.state is State.HELD and c.snoozed_until is None
        else None,
    )


def must_hold(c: Conversation, act: Act) -> PersonRef:
    """The holder, who must be the one who acts."""
    must_be_open(c)
    if c.baton is None:
        raise UserError(
            say("Nobody holds the baton of {ref}.", ref=c.ref),
            say("Claim it first: `claim {ref}`.", ref=c.ref),
            (offer(c, say("Claim"), "claim"),),
        )
    if c.baton.holder.id != act.by.id:
        raise held_by_other(c, c.baton.holder, act.by)
    return c.baton.holder


def must_be_free_or_mine(c: Conversation, act: Act) -> None:
    """Open, and nobody else's."""
    must_be_open(c)
    if c.baton is not None and c.baton.holder.id != act.by.id:
        raise held_by_other(c, c.baton.holder, act.by)


def must_be_asked(c: Conversation, act: Act) -> PassRequest:
    """The pass that waits for an answer, which must be asked of the one who acts."""
    must_be_open(c)
    if c.pass_request is None:
        raise UserError(
            say("No pass of {ref} is waiting for an answer.", ref=c.ref),
            say("See where it is: `show {ref}`.", ref=c.ref),
        )
    if c.pass_request.is_for(act.by):
        return c.pass_request
    message = say("This pass asks {target}, not you.", target=c.pass_request.target)
    if c.baton is None:
        raise UserError(message, say("It is on the floor: claim it."), (offer(c, say("Claim"), "claim"),))
    if c.is_held_by(act.by):
        raise UserError(
            message, say("Wait for their answer, pass it to somebody else, or give it back with `release`.")
        )
    raise UserError(message, say("Join, or ask the holder to pass it to you."), (offer(c, say("Join"), "join"),))


def must_have_department(act: Act) -> str:
    """The department of the one who acts."""
    if act.by.department is None:
        raise UserError(
            say("A perspective is a department's view, and Baton does not know yours."),
            say("Say which it is: `settings department support`. Or add a note instead."),
        )
    return act.by.department
