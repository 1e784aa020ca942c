"""The life of a crisis: proposed, then open with a room of its own until all is clear, or dismissed. Pure.

Each act checks the rules and returns events; `apply` folds them. Nothing here holds a customer's words: only counts,
numbers of conversations, and what colleagues wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.acting import Act
from bot.domain.crisis_events import (
    Cleared,
    ConversationsAdded,
    Dismissed,
    Event,
    Events,
    Figures,
    Invited,
    Logged,
    Opened,
    Proposed,
    Recorded,
    RoomMade,
    StatementAgreed,
)
from bot.domain.people import PersonRef
from bot.errors import Offer, UserError
from bot.speech import in_figures, mark, say

QUIET_AFTER_DISMISSAL = timedelta(hours=2)
"""So long Baton proposes nothing where a proposal of its own, or somebody's, was dismissed."""

QUIET_AFTER_ALL_CLEAR = timedelta(minutes=30)
"""So long Baton proposes nothing where a crisis has just ended: the last of it still comes in."""

UNDECIDED = timedelta(hours=12)
"""So long a proposal waits for people; then it makes room for that of the next storm."""

LONGEST_TITLE = 80
LONGEST_LINE = 1_000
LONGEST_STATEMENT = 4_000


class CrisisState(StrEnum):
    """Where a crisis is."""

    PROPOSED = "proposed"
    OPEN = "open"
    OVER = "over"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Crisis:
    """The present state of one crisis. `version` is the number of events behind it."""

    number: int
    surface: str
    title: str
    why: str
    proposed_at: datetime
    proposed_by: PersonRef | None = None
    figures: Figures = field(default_factory=Figures)
    state: CrisisState = CrisisState.PROPOSED
    opened_at: datetime | None = None
    opened_by: PersonRef | None = None
    platform: str | None = None
    channel: str | None = None
    """Where the room is, once it is there."""
    thread: bool = False
    """Is the room the thread under its board, since the platform makes no channels?"""
    invited: tuple[PersonRef, ...] = ()
    statement: str = ""
    statement_by: PersonRef | None = None
    statement_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: PersonRef | None = None
    ended_why: str = ""
    """Why it was dismissed, or what happened."""
    changed: str = ""
    recorded: int | None = None
    version: int = 0

    @property
    def ref(self) -> str:
        """What people call it: `C-3`."""
        return f"C-{self.number}"

    @property
    def is_live(self) -> bool:
        """Is it proposed or open?"""
        return self.state in {CrisisState.PROPOSED, CrisisState.OPEN}


def replay(trail: Iterable[Event]) -> Crisis:
    """The state after a whole trail; raises ValueError when it does not begin with `Proposed`."""
    events = iter(trail)
    first = next(events, None)
    if not isinstance(first, Proposed):
        raise ValueError("the trail of a crisis begins with Proposed")
    crisis = proposed(first)
    for event in events:
        crisis = apply(crisis, event)
    return crisis


def proposed(event: Proposed) -> Crisis:
    """The state of a crisis that has just been proposed."""
    return Crisis(
        number=event.number,
        surface=event.surface,
        title=event.title,
        why=event.why,
        proposed_at=event.at,
        proposed_by=event.by,
        figures=event.figures,
        version=1,
    )


def apply(crisis: Crisis, event: Event) -> Crisis:
    """The state after one more event."""
    return replace(crisis, version=crisis.version + 1, **_changes(crisis, event))


def _changes(c: Crisis, event: Event) -> dict[str, Any]:
    match event:
        case Opened():
            return {
                "state": CrisisState.OPEN,
                "opened_at": event.at,
                "opened_by": event.by,
                "platform": event.platform,
            }
        case RoomMade():
            return {"channel": event.channel, "thread": event.thread}
        case Invited():
            known = {person.id for person in c.invited}
            return {"invited": (*c.invited, *(person for person in event.people if person.id not in known))}
        case StatementAgreed():
            return {"statement": event.text, "statement_by": event.by, "statement_at": event.at}
        case Dismissed():
            return {"state": CrisisState.DISMISSED, **_ended(event, event.why)}
        case Cleared():
            return {"state": CrisisState.OVER, "changed": event.changed, **_ended(event, event.happened)}
        case Recorded():
            return {"recorded": event.conversations}
        case _:
            return {}


def _ended(event: Dismissed | Cleared, why: str) -> dict[str, Any]:
    return {"ended_at": event.at, "ended_by": event.by, "ended_why": why}


def offer(c: Crisis, label: str, what: str = "show") -> Offer:
    """A next step with this crisis, as a button."""
    return Offer(label, "crisis", (("what", what), ("crisis", c.ref)))


def must_be_open(c: Crisis) -> None:
    """Raises `UserError` unless it has a room."""
    if c.state is CrisisState.PROPOSED:
        raise UserError(
            say("{ref} is only proposed.", ref=c.ref),
            say("Open its room first: `crisis open {ref}`.", ref=c.ref),
            (offer(c, say("Open"), "open"),),
        )
    _must_be_live(c)


def _must_be_live(c: Crisis) -> None:
    if c.state is CrisisState.OVER:
        raise UserError(
            say("{ref} is over.", ref=c.ref),
            say("See what happened: `crisis {ref}`.", ref=c.ref),
            (offer(c, say("Show {ref}", ref=c.ref)),),
        )
    if c.state is CrisisState.DISMISSED:
        raise UserError(
            say("{ref} was dismissed.", ref=c.ref),
            say("If it is one after all, propose it anew: `crisis propose why`."),
            (offer(c, say("Show {ref}", ref=c.ref)),),
        )


def open_room(c: Crisis, act: Act, platform: str) -> Events:
    """Open the crisis room; any colleague may, with their name on the timeline. Nothing where it is open already."""
    _must_be_live(c)
    if c.state is CrisisState.OPEN:
        return ()
    return (Opened(at=act.at, by=act.by, via=act.via, platform=platform),)


def dismiss(c: Crisis, act: Act, why: str) -> Events:
    """It is no crisis, with a reason. One that is open ends with the all-clear."""
    if c.state is CrisisState.OPEN:
        raise UserError(
            say("{ref} is open.", ref=c.ref),
            say("End it with the all-clear: `crisis clear {ref}`.", ref=c.ref),
            (offer(c, say("All clear…"), "clear"),),
        )
    _must_be_live(c)
    line = _line(why, say("Say why it is none: `crisis dismiss {ref} a shop sale, nothing broken`.", ref=c.ref))
    return (Dismissed(at=act.at, by=act.by, via=act.via, why=line),)


def is_left(c: Crisis, at: datetime) -> bool:
    """Has nobody decided on a proposal for so long that nobody will?"""
    return c.state is CrisisState.PROPOSED and at - c.proposed_at >= UNDECIDED


def give_way(c: Crisis, at: datetime) -> Events:
    """A proposal that everybody left makes room for the next one; nothing where it may still be decided on."""
    why = mark("Nobody decided on it, and there is another storm.")
    return (Dismissed(at=_not_before(c, at), via="timer", why=why),) if is_left(c, at) else ()


def room_made(c: Crisis, at: datetime, channel: str, *, thread: bool = False) -> Events:
    """The room is there. Nothing where it is known already."""
    if c.channel is not None or c.opened_at is None:
        return ()
    return (RoomMade(at=_not_before(c, at), via=c.platform or "baton", channel=channel, thread=thread),)


def invited(c: Crisis, at: datetime, people: Sequence[PersonRef]) -> Events:
    """These are in, or know where the room is. Whoever was invited before is not named again."""
    known = {person.id for person in c.invited}
    fresh = tuple({person.id: person for person in people if person.id not in known}.values())
    return (Invited(at=_not_before(c, at), via=c.platform or "baton", people=fresh),) if fresh else ()


def log(c: Crisis, act: Act, words: str) -> Events:
    """Add a line to the timeline; also to that of one that is proposed, but not of one that has ended."""
    _must_be_live(c)
    line = _line(words, say("Say what happened: `crisis log {ref} carrier confirms the strike`.", ref=c.ref))
    return (Logged(at=act.at, by=act.by, via=act.via, text=line),)


def agree(c: Crisis, act: Act, statement: str) -> Events:
    """What we say for the time being. The same words again change nothing."""
    must_be_open(c)
    words = statement.strip()
    if not words:
        raise UserError(
            say("A holding statement needs words."), say("See a draft: `crisis statement {ref}`.", ref=c.ref)
        )
    if len(words) > LONGEST_STATEMENT:
        raise UserError(
            say("That is {length} characters long.", length=in_figures(len(words))),
            say("Keep it to {longest}.", longest=in_figures(LONGEST_STATEMENT)),
        )
    return (StatementAgreed(at=act.at, by=act.by, via=act.via, text=words),) if words != c.statement else ()


def add(c: Crisis, act: Act, numbers: Sequence[int]) -> Events:
    """These conversations belong to it, too."""
    _must_be_live(c)
    if not numbers:
        raise UserError(say("Name a conversation."), say("For example: `crisis add {ref} B-12`.", ref=c.ref))
    return (ConversationsAdded(at=act.at, by=act.by, via=act.via, numbers=tuple(dict.fromkeys(numbers))),)


def clear(c: Crisis, act: Act, happened: str, changed: str) -> Events:
    """All clear: what happened, and what we changed (may be `nothing`)."""
    must_be_open(c)
    example = say("`crisis clear {ref} a lorry burned out | parcels go by another carrier`", ref=c.ref)
    line = _line(happened, say("Say what happened, and what we changed: {example}.", example=example))
    if not changed.strip():
        raise UserError(
            say("The all-clear says what we changed, too."),
            say("It may be `nothing`. For example: {example}.", example=example),
        )
    return (Cleared(at=act.at, by=act.by, via=act.via, happened=line, changed=_line(changed, "")),)


def recorded(c: Crisis, at: datetime, conversations: int) -> Events:
    """All its conversations say that they were a part of it. Nothing where that is known already."""
    if c.state is not CrisisState.OVER or c.recorded is not None:
        return ()
    return (Recorded(at=_not_before(c, at), conversations=conversations),)


def title_of(words: str, figures: Figures) -> str:
    """A short name for it: what somebody said, else the first topic."""
    said = " ".join(words.split()) or (figures.topics[0].capitalize() if figures.topics else mark("Many posts at once"))
    return said if len(said) <= LONGEST_TITLE else said[: LONGEST_TITLE - 1].rstrip() + "…"


def _line(words: str, hint: str) -> str:
    line = " ".join(words.split())
    if not line:
        raise UserError(say("That needs a few words."), hint)
    if len(line) > LONGEST_LINE:
        raise UserError(
            say("That is {length} characters long.", length=in_figures(len(line))),
            say("Keep it to {longest}.", longest=in_figures(LONGEST_LINE)),
        )
    return line


def _not_before(c: Crisis, at: datetime) -> datetime:
    """What Baton does comes after what it follows from, however the clocks of several machines stand."""
    return max(at, c.opened_at or c.proposed_at)
