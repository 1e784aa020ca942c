"""Who acts, and whether they may: the rules that acts on a conversation share, and what is said to whom they stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import events as e
from bot.domain.conversation import Conversation, PassRequest, State
from bot.domain.people import PersonRef
from bot.errors import Offer, UserError

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
            f"{c.ref} is resolved.", f"Take it up again with `reopen {c.ref}`.", (offer(c, "Reopen", "reopen"),)
        )
    must_stand_alone(c)


def must_stand_alone(c: Conversation) -> None:
    """What is done about those who say the same is done in one place."""
    if c.state is State.ECHO:
        raise UserError(
            f"{c.ref} says the same as B-{c.echo_of}.",
            f"Take up B-{c.echo_of}, which stands for it: `show B-{c.echo_of}`. "
            f"To answer this one by itself: `separate {c.ref}`.",
            (
                Offer(f"Show B-{c.echo_of}", "show", (("conversation", f"B-{c.echo_of}"),)),
                offer(c, "Separate", "separate"),
            ),
        )


def must_be_remembered(c: Conversation) -> None:
    """Of a customer who was forgotten nothing is left to act on."""
    if c.forgotten:
        raise UserError(f"The customer of {c.ref} was forgotten on request.", "Nothing can be done with it any more.")


def held_by_other(c: Conversation, holder: PersonRef, asker: PersonRef) -> UserError:
    """What `asker` is told who needs the baton while another holds it."""
    if c.pass_request is not None and c.pass_request.is_for(asker):
        return UserError(
            f"{holder.name} holds the baton of {c.ref} and asks you to take it.",
            f"Accept it first: `accept {c.ref}`.",
            (offer(c, "Accept", "accept"),),
        )
    return UserError(
        f"{holder.name} holds the baton of {c.ref}.",
        f"Join, or ask {holder.name} to pass it to you.",
        (offer(c, "Join", "join"), offer(c, f"Ask {holder.name} to pass", "pass", to="me")),
        until=c.baton.lease.until
        if c.baton is not None and c.state is State.HELD and c.snoozed_until is None
        else None,
    )


def must_hold(c: Conversation, act: Act) -> PersonRef:
    """The holder, who must be the one who acts."""
    must_be_open(c)
    if c.baton is None:
        raise UserError(
            f"Nobody holds the baton of {c.ref}.", f"Claim it first: `claim {c.ref}`.", (offer(c, "Claim", "claim"),)
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
        raise UserError(f"No pass of {c.ref} is waiting for an answer.", "See where it is: `show " + c.ref + "`.")
    if c.pass_request.is_for(act.by):
        return c.pass_request
    message = f"This pass asks {c.pass_request.target}, not you."
    if c.baton is None:
        raise UserError(message, "It is on the floor: claim it.", (offer(c, "Claim", "claim"),))
    if c.is_held_by(act.by):
        raise UserError(message, "Wait for their answer, pass it to somebody else, or give it back with `release`.")
    raise UserError(message, "Join, or ask the holder to pass it to you.", (offer(c, "Join", "join"),))


def must_have_department(act: Act) -> str:
    """The department of the one who acts."""
    if act.by.department is None:
        raise UserError(
            "A perspective is a department's view, and Baton does not know yours.",
            "Say which it is: `settings department support`. Or add a note instead.",
        )
    return act.by.department
