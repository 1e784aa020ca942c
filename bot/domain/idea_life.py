"""What may be done with an idea: one function per act. Each checks the rules and returns the events.

An act that is not allowed raises `UserError` with the next step. `move` is for whoever changes the state, a colleague or
another system of the company (`by` None); `warn` and `expire` are what time does, and answer nothing when no longer due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import idea_events as e
from bot.domain.acting import Act
from bot.domain.conversation import PassRequest
from bot.domain.idea import Idea, IdeaState
from bot.domain.idea_events import Events
from bot.domain.people import Department, Person, PersonRef
from bot.domain.policy import Lease, Policies
from bot.errors import Offer, UserError
from bot.speech import in_figures, mark, say

LONGEST_TITLE = 120
LONGEST_LINE = 500
LONGEST_NEWS = 2000


def offer(idea: Idea, label: str, what: str = "show") -> Offer:
    """A next step with this idea, as a button."""
    return Offer(label, "idea", (("what", what), ("idea", idea.ref)))


def title_of(words: str) -> str:
    """A title in one line; raises `UserError` for one without letters, or too long a one."""
    title = " ".join(words.split())
    if not any(letter.isalnum() for letter in title):
        raise UserError(say("An idea needs a title."), say("A few words: `idea B-12 gift wrap at checkout`."))
    if len(title) > LONGEST_TITLE:
        raise UserError(
            say("That title is {length} characters long.", length=in_figures(len(title))),
            say("Keep it to {longest}: say what would be better in a few words.", longest=in_figures(LONGEST_TITLE)),
        )
    return title


def must_stand_alone(idea: Idea) -> None:
    """What is done about an idea that was merged is done with the one that stands for it."""
    if idea.merged_into is not None:
        into = f"I-{idea.merged_into}"
        raise UserError(
            say("{ref} was merged into {into}.", ref=idea.ref, into=into),
            say(
                "Take up {into}, which stands for it. To undo the merge: `idea {ref} unmerge`.", into=into, ref=idea.ref
            ),
            (
                Offer(say("Show {idea}", idea=into), "idea", (("what", "show"), ("idea", into))),
                offer(idea, say("Undo the merge"), "unmerge"),
            ),
        )


def must_be_open(idea: Idea) -> None:
    """What is shipped or declined must be reopened first."""
    must_stand_alone(idea)
    if idea.state.is_over:
        raise UserError(
            say("{ref} is {state}.", ref=idea.ref, state=idea.state.said),
            say("Take it up again: `idea {ref} reopen`.", ref=idea.ref),
            (offer(idea, say("Reopen"), "reopen"),),
        )


# What is asked for, and what it is called


def ask(idea: Idea, act: Act, fresh: Sequence[int]) -> Events:
    """These conversations, which did not before, ask for it, in whatever state it is."""
    must_stand_alone(idea)
    numbers = tuple(dict.fromkeys(fresh))
    return (e.AskedFor(at=act.at, by=act.by, via=act.via, numbers=numbers),) if numbers else ()


def ask_no_longer(idea: Idea, act: Act, gone: Sequence[int]) -> Events:
    """These conversations, which did until now, do not ask for it. A new idea that nobody asks for or voted on is dropped."""
    must_stand_alone(idea)
    numbers = tuple(dict.fromkeys(gone))
    if not numbers:
        return ()
    left = e.NoLongerAsked(at=act.at, by=act.by, via=act.via, numbers=numbers)
    if idea.asked > len(numbers) or idea.state is not IdeaState.NEW or idea.votes:
        return (left,)
    return (left, e.Declined(at=act.at, by=act.by, via=act.via, why=mark("nobody asks for it any more")))


def retitle(idea: Idea, act: Act, words: str) -> Events:
    """Another title; also of one that is over."""
    must_stand_alone(idea)
    title = title_of(words)
    return (e.Retitled(at=act.at, by=act.by, via=act.via, title=title),) if title != idea.title else ()


def vote(idea: Idea, act: Act, words: str, *, against: bool = False) -> Events:
    """One's department's view of it, one line; replaces the department's earlier vote."""
    must_be_open(idea)
    department = act.by.department
    if department is None:
        raise UserError(
            say("A vote is a department's, and Baton does not know yours."),
            say("Say which it is: `settings department support`."),
        )
    line = _line(
        words, say("Say why your department wants it: `idea {ref} vote customers ask for it every week`.", ref=idea.ref)
    )
    before = idea.votes.get(department)
    if before is not None and (before.text, before.against) == (line, against):
        return ()
    given = e.Voted(at=act.at, by=act.by, via=act.via, department=department, text=line, against=against)
    return (given,)


# The state


def move(
    idea: Idea,
    to: IdeaState,
    at: datetime,
    *,
    by: PersonRef | None = None,
    via: str = "baton",
    why: str = "",
    news: str = "",
) -> Events:
    """Bring it into this state; nothing where it is in it. What is over is reopened before it is moved on.

    `news` is what those who asked for one that ships are to be told, where that is not what is usual.
    """
    must_stand_alone(idea)
    if to is idea.state:
        return ()
    reason = " ".join(why.split())
    if to is IdeaState.DECLINED and not reason:
        raise UserError(
            say("Declining an idea needs a reason."),
            say("Say why: `idea {ref} decline too dear for so few`.", ref=idea.ref),
        )
    if len(reason) > LONGEST_LINE:
        raise UserError(
            say("That is {length} characters long.", length=in_figures(len(reason))),
            say("Keep it to {longest}.", longest=in_figures(LONGEST_LINE)),
        )
    if to is IdeaState.NEW:
        raise UserError(
            say("{ref} is not new any more.", ref=idea.ref),
            say("To think about it again: `idea {ref} consider`.", ref=idea.ref),
        )
    reopened: Events = ()
    if idea.state.is_over:
        reopened = (e.Reopened(at=at, by=by, via=via, why=reason if to is IdeaState.CONSIDERING else ""),)
    match to:
        case IdeaState.CONSIDERING:
            return reopened or (e.Considered(at=at, by=by, via=via),)
        case IdeaState.PLANNED:
            return (*reopened, e.Planned(at=at, by=by, via=via))
        case IdeaState.SHIPPED:
            return (*reopened, e.Shipped(at=at, by=by, via=via, text=_news(news)))
        case IdeaState.DECLINED:
            return (*reopened, e.Declined(at=at, by=by, via=via, why=reason))


def word(idea: Idea, act: Act, words: str) -> Events:
    """What those who asked for it are told, now that it has shipped."""
    must_be_shipped(idea)
    text = _news(words)
    return (e.Worded(at=act.at, by=act.by, via=act.via, text=text),) if text and text != idea.news else ()


def must_be_shipped(idea: Idea) -> None:
    """There is something to tell those who asked."""
    must_stand_alone(idea)
    if idea.state is not IdeaState.SHIPPED:
        raise UserError(
            say("{ref} is {state}: there is nothing to tell yet.", ref=idea.ref, state=idea.state.said),
            say("When customers can have it: `ship {ref}`.", ref=idea.ref),
            (offer(idea, say("Ship…"), "ship"), offer(idea, say("Show {ref}", ref=idea.ref))),
        )


def _news(words: str) -> str:
    text = words.strip()
    if len(text) > LONGEST_NEWS:
        raise UserError(
            say("That is {length} characters long.", length=in_figures(len(text))),
            say("Keep it to {longest}.", longest=in_figures(LONGEST_NEWS)),
        )
    return text


def reopen(idea: Idea, act: Act, why: str = "") -> Events:
    """Think again about what is shipped or declined."""
    must_stand_alone(idea)
    if not idea.state.is_over:
        raise UserError(
            say("{ref} is {state}: it is open.", ref=idea.ref, state=idea.state.said),
            say("See where it is: `idea {ref}`.", ref=idea.ref),
        )
    return move(idea, IdeaState.CONSIDERING, act.at, by=act.by, via=act.via, why=why)


# Ideas that are the same


def merge(idea: Idea, act: Act, into: Idea, why: str = "") -> Events:
    """`into` stands for this one, too, from now on; both were taken. `unmerge` undoes it."""
    if into.number == idea.number:
        raise UserError(
            say("{ref} is one idea.", ref=idea.ref), say("Name the other one: `idea {ref} merge I-9`.", ref=idea.ref)
        )
    must_stand_alone(idea)
    must_stand_alone(into)
    return (e.Merged(at=act.at, by=act.by, via=act.via, into=into.number, why=" ".join(why.split())[:LONGEST_LINE]),)


def unmerge(idea: Idea, act: Act) -> Events:
    """It stands for itself again; they are not proposed for merging any more."""
    if idea.merged_into is None:
        raise UserError(
            say("{ref} is not merged into another.", ref=idea.ref), say("See it: `idea {ref}`.", ref=idea.ref)
        )
    return (e.Unmerged(at=act.at, by=act.by, via=act.via, out_of=idea.merged_into),)


def keep_apart(idea: Idea, act: Act, other: Idea) -> Events:
    """They are two, whatever their titles have in common. Nothing where that was said already."""
    must_stand_alone(idea)
    if other.number == idea.number:
        raise UserError(
            say("{ref} is one idea.", ref=idea.ref), say("Name the other one: `idea {ref} apart I-9`.", ref=idea.ref)
        )
    if other.number in idea.apart or idea.number in other.apart:
        return ()
    return (e.KeptApart(at=act.at, by=act.by, via=act.via, other=other.number),)


# The baton


def claim(idea: Idea, act: Act, p: Policies, asked: timedelta | None = None) -> Events:
    """Take the next step; the holder's own claim renews, a claim by the one asked to take it accepts."""
    must_be_open(idea)
    if idea.is_held_by(act.by):
        return renew(idea, act, p, asked)
    if idea.pass_request is not None and idea.pass_request.is_for(act.by):
        return accept(idea, act, p, asked)
    if idea.baton is not None:
        raise _held_by_other(idea, idea.baton.holder)
    return (e.Claimed(at=act.at, by=act.by, via=act.via, lease=_grant(act.by, act.at, p, asked)),)


def renew(idea: Idea, act: Act, p: Policies, asked: timedelta | None = None) -> Events:
    """Keep it: a fresh lease from now; where no time is named it never ends sooner than before."""
    holder = _must_hold(idea, act)
    lease = _grant(holder, act.at, p, asked)
    if asked is None and idea.baton is not None and idea.baton.lease.until > lease.until:
        until = idea.baton.lease.until
        lease = Lease(until, warn_at=act.at + (until - act.at) * p.lease.warn_at)
    return (e.Renewed(at=act.at, by=act.by, via=act.via, lease=lease),)


def release(idea: Idea, act: Act) -> Events:
    """Give it back: nobody holds the next step."""
    _must_hold(idea, act)
    return (e.Released(at=act.at, by=act.by, via=act.via),)


def pass_on(idea: Idea, act: Act, to: Person | Department, words: str) -> Events:
    """Ask a person or a department to take it; the giver holds it until they accept."""
    _must_hold(idea, act)
    asked = _line(words, say("Say what you ask of them: `pass {ref} product what would it cost?`.", ref=idea.ref))
    if isinstance(to, Person) and to.id == act.by.id:
        raise UserError(say("You hold it yourself."), say("Name a colleague or a department to pass it to."))
    person, department = (to.ref, None) if isinstance(to, Person) else (None, to.key)
    waiting = idea.pass_request
    if waiting is not None and (waiting.to_person, waiting.to_department, waiting.ask) == (person, department, asked):
        return ()
    return (e.PassAsked(at=act.at, by=act.by, via=act.via, ask=asked, to_person=person, to_department=department),)


def accept(idea: Idea, act: Act, p: Policies, asked: timedelta | None = None) -> Events:
    """Take what one was asked to take."""
    request = _must_be_asked(idea, act)
    lease = _grant(act.by, act.at, p, asked)
    return (e.PassAccepted(at=act.at, by=act.by, via=act.via, giver=request.giver, lease=lease),)


def refuse(idea: Idea, act: Act, words: str) -> Events:
    """Refuse a pass, with a reason; it counts as a bounce."""
    request = _must_be_asked(idea, act)
    why = _line(words, say("Say why: `idea {ref} refuse not before spring`.", ref=idea.ref))
    return (e.PassDeclined(at=act.at, by=act.by, via=act.via, giver=request.giver, why=why),)


def warn(idea: Idea, at: datetime) -> Events:
    """The lease is about to end."""
    if idea.baton is None or idea.baton.warned or idea.baton.lease.warn_at > at:
        return ()
    return (e.LeaseWarned(at=at, via="timer"),)


def expire(idea: Idea, at: datetime) -> Events:
    """The lease has ended."""
    if idea.baton is None or idea.baton.lease.until > at:
        return ()
    return (e.LeaseExpired(at=at, via="timer", holder=idea.baton.holder),)


def _grant(holder: PersonRef, at: datetime, p: Policies, asked: timedelta | None) -> Lease:
    """Ideas take longer than answers: where no time is named it is the longest that a lease lasts."""
    return p.lease.grant(at, p.hours_of(holder.department), urgent=False, asked=asked or p.lease.longest)


def _must_hold(idea: Idea, act: Act) -> PersonRef:
    must_be_open(idea)
    if idea.baton is None:
        raise UserError(
            say("Nobody holds the next step of {ref}.", ref=idea.ref),
            say("Claim it first: `claim {ref}`.", ref=idea.ref),
            (offer(idea, say("Claim"), "claim"),),
        )
    if idea.baton.holder.id != act.by.id:
        raise _held_by_other(idea, idea.baton.holder)
    return idea.baton.holder


def _held_by_other(idea: Idea, holder: PersonRef) -> UserError:
    until = idea.baton.lease.until if idea.baton is not None else None
    return UserError(
        say("{name} holds the next step of {ref}.", name=holder.name, ref=idea.ref),
        say("Vote for it, or ask them to pass it to you."),
        (offer(idea, say("Vote…"), "vote"), offer(idea, say("Show {ref}", ref=idea.ref))),
        until=until,
    )


def _must_be_asked(idea: Idea, act: Act) -> PassRequest:
    must_be_open(idea)
    request = idea.pass_request
    if request is None:
        raise UserError(
            say("No pass of {ref} is waiting for an answer.", ref=idea.ref),
            say("To say what becomes of the idea itself: `idea {ref} plan` or `idea {ref} decline why`.", ref=idea.ref),
            (offer(idea, say("Show {ref}", ref=idea.ref)),),
        )
    if not request.is_for(act.by):
        raise UserError(
            say("This pass asks {target}, not you.", target=request.target),
            say("Wait for their answer, or vote for the idea."),
        )
    return request


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
