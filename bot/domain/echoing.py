"""Conversations that say the same as another one: their leader stands for them until one of them says something else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.acting import Act, Events, must_be_open, offer
from bot.domain.conversation import Conversation, State
from bot.domain.life import lease_on_waking
from bot.domain.policy import Policies
from bot.domain.signature import normalised, resemblance, signature
from bot.errors import UserError
from bot.speech import say

ALIKE = 0.8
"""Posts resembling each other so much, of 1, share a card. Where one more or less does no harm `signature.SAME` is enough;
here a customer who meant something else would wait behind another's card."""

FEWEST = 50
"""Characters that must remain of a post for it to share a card: “I sent you the details” is said by many, each for themselves."""

_WIDE = 0x2E80
"""From here on a character says what others take two for."""

REMEMBERED = timedelta(hours=48)
"""So long after it was heard, others are recognised that say the same."""


def leads(c: Conversation) -> bool:
    """May others be heard as saying the same? Only where somebody will see them."""
    return not c.forgotten and c.state not in {State.RESOLVED, State.ECHO}


def say_the_same(one: str, other: str) -> bool:
    """Are these two texts nearly the same? What is too short to be compared is not."""
    return resemblance(signed(one), signed(other)) >= ALIKE


def signed(text: str) -> tuple[int, ...]:
    """The signature by which a post is compared; empty where so little is said that two may well say it by themselves."""
    said = normalised(text)
    return signature(text) if sum(2 if ord(sign) >= _WIDE else 1 for sign in said) >= FEWEST else ()


def echoed(
    c: Conversation,
    at: datetime,
    spread: Mapping[str, int],
    p: Policies,
    why_urgent: str | None = None,
    *,
    urgent: bool = False,
) -> Events:
    """Others said the same; where one of them cannot wait, this one cannot either, and comes back in sight."""
    news = urgent and not c.urgent
    # Their words stay with them: they may be deleted there, or forgotten.
    why = (why_urgent or "").partition(": “")[0] or None
    told = e.Echoed(
        at=at, via="network", spread=dict(sorted(spread.items())), urgent=news, why_urgent=why if news else None
    )
    if news and c.snoozed_until is not None:
        return (e.Woken(at=at, via="network", lease=lease_on_waking(c, at, p)), told)
    return (told,)


def separate(c: Conversation, act: Act) -> Events:
    """A person sees a difference: it goes back to the floor by itself."""
    if c.state is State.ECHO and not c.forgotten and c.echo_of is not None:
        return (e.Separated(at=act.at, by=act.by, via=act.via, leader=c.echo_of),)
    must_be_open(c, act)
    raise UserError(
        say("{ref} stands by itself already.", ref=c.ref),
        say("See where it is: `show {ref}`.", ref=c.ref),
        (offer(c, say("Show"), "show"),),
    )


def left(c: Conversation, was: Conversation, event: e.Happening, at: datetime) -> Events:
    """What its leader is told when one of its echoes stands by itself from now on, by `event`."""
    if c.forgotten or was.echo_of != c.number:
        return ()
    return (e.EchoLeft(at=at, by=event.by, via=event.via, number=was.number, network=was.network),)


def edited(c: Conversation, at: datetime, before: str, now: str, *, urgent: bool) -> Events:
    """An echo's post was edited: what says something else now, or has become urgent, stands by itself."""
    if c.state is not State.ECHO or c.echo_of is None or (say_the_same(before, now) and not (urgent and not c.urgent)):
        return ()
    return (e.Separated(at=at, via="network", leader=c.echo_of),)


def resolved_with(c: Conversation, leader: Conversation, at: datetime) -> Events:
    """The leader was resolved: so is this one, by the same person, with the same outcome."""
    if c.state is not State.ECHO or leader.state is not State.RESOLVED or leader.outcome is None:
        return ()
    return (e.Resolved(at=at, by=leader.resolved_by, outcome=leader.outcome),)


def inherits(c: Conversation, at: datetime) -> Events:
    """Nothing is left of its leader: this one stands for the others."""
    if c.state is not State.ECHO or c.echo_of is None:
        return ()
    return (e.Separated(at=at, leader=c.echo_of, heir=True),)


def follows(c: Conversation, heir: int, at: datetime) -> Events:
    """Nothing is left of its leader: another one stands for it."""
    return (e.LeaderChanged(at=at, leader=heir),) if c.state is State.ECHO and c.echo_of != heir else ()
