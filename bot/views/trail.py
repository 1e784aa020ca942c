"""The trail in words: one sentence for every kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.cards import Text, text
from bot.config import Config
from bot.domain import events as e
from bot.domain.conversation import RUNGS
from bot.domain.people import PersonRef
from bot.domain.triage import UNSURE
from bot.speech import say
from bot.views.echoes import said_same
from bot.views.reading import intent_name
from bot.views.wording import count, department_of, listed, name_of, network_name, one_line, possessive, when, who

_LONGEST = 160
"""How much of an ask, a reason or a question one line of the trail takes."""


def tell(event: e.Event, config: Config) -> Text:
    """What happened, as a sentence without its time: `Ana (Support) claimed it until 10:32`."""
    match event:
        case e.Opened():
            return _opened(event, config)
        case e.CustomerWrote():
            why = f"; urgent, {one_line(event.why_urgent or '', _LONGEST)}" if event.urgent else ""
            return text(f"The customer wrote again{why}")
        case e.ReadAgain():
            return text(_read_again(event, config))
        case e.PostEdited():
            return text("The customer edited a post")
        case e.PostDeleted():
            return text("The customer deleted a post")
        case e.Claimed() | e.Renewed() | e.LeaseWarned() | e.LeaseExpired() | e.Released():
            return _of_lease(event, config)
        case e.PassAsked() | e.PassWanted() | e.PassAccepted() | e.PassDeclined():
            return _of_pass(event, config)
        case e.Joined() | e.Noted() | e.PerspectiveGiven() | e.DiscussionCalled():
            return _of_listening(event, config)
        case e.Escalated() | e.CrisisRaised():
            return _of_escalation(event, config)
        case e.Drafted() | e.AnswerWritten() | e.AnswerApproved() | e.AnswerRejected() | e.AnswerRepeated():
            return _of_writing(event, config)
        case e.AnswerSent() | e.AnswerFailed() | e.AnswerUnclear():
            return _of_sending(event, config)
        case _:
            return _of_rest(event, config)


def tell_all(trail: Sequence[e.Event], config: Config, now: datetime) -> Text:
    """A part of the trail, one event a line, each with its time."""
    told: Text = ()
    for event in trail:
        told = (*told, *(("\n",) if told else ()), *when(event.at, now, config), "  ", *tell(event, config))
    return told


def together(trail: Sequence[e.Event]) -> list[e.Event]:
    """The trail with those who said the same one after the other counted in one line, however often they were counted."""
    told: list[e.Event] = []
    for event in trail:
        last = told[-1] if told else None
        if isinstance(event, e.Echoed) and isinstance(last, e.Echoed) and not event.urgent:
            spread = {key: last.spread.get(key, 0) + event.spread.get(key, 0) for key in (*last.spread, *event.spread)}
            told[-1] = replace(last, spread=spread)
        else:
            told.append(event)
    return told


def rung_name(rung: int, department: str | None, config: Config) -> str:
    """Who is told at a rung: `Support's lead`, `the coordinator`, `the sponsor`."""
    if rung == 1:
        return f"{possessive(department_of(department, config))} lead" if department is not None else "a lead"
    return f"the {RUNGS[rung]}"


def _actor(by: PersonRef | None, config: Config, otherwise: str = "Baton") -> str:
    return who(by, config) if by is not None else otherwise


def _because(why: str) -> str:
    return f": “{one_line(why, _LONGEST)}”" if why.strip() else ""


def _opened(event: e.Opened, config: Config) -> Text:
    heard = f"Heard on {network_name(event.network)}"
    if event.echo_of is not None:
        return text(f"{heard}; says the same as B-{event.echo_of}")
    if event.departments:
        heard += f", suggested to {listed(department_of(key, config) for key in event.departments)}"
    if event.urgent:
        heard += f"; urgent, {one_line(event.why_urgent, _LONGEST)}" if event.why_urgent else "; urgent"
    return text(heard)


def _read_again(event: e.ReadAgain, config: Config) -> str:
    """`Read again by a model: Complaint, suggested to Legal; urgent, a recall`."""
    sure = [intent_name(guess.name) for guess in event.reading.intents if guess.confidence >= UNSURE]
    whom = listed(department_of(key, config) for key in event.departments)
    found = [*sure[:1], *([f"suggested to {whom}"] if whom else [])]
    urgent = f"; urgent, {one_line(event.why_urgent or '', _LONGEST)}" if event.urgent else ""
    return f"Read again by a model: {', '.join(found) or 'nothing more'}{urgent}"


def _of_lease(event: e.Claimed | e.Renewed | e.LeaseWarned | e.LeaseExpired | e.Released, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.Claimed():
            return text(f"{by} claimed it until ", *when(event.lease.until, event.at, config))
        case e.Renewed(asked=True):
            return text(f"{by} keeps it until ", *when(event.lease.until, event.at, config))
        case e.Renewed():
            return text(f"{by} was active and keeps it until ", *when(event.lease.until, event.at, config))
        case e.LeaseWarned():
            return text("The holder was reminded that the time is nearly over")
        case e.LeaseExpired():
            return text(f"The time of {who(event.holder, config)} ended; back on the floor")
        case e.Released():
            return text(f"{by} gave it back to the floor{_because(event.why)}")


def _of_pass(event: e.PassAsked | e.PassWanted | e.PassAccepted | e.PassDeclined, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.PassAsked():
            return text(f"{by} asked {asked_name(event, config)} to take it{_because(event.ask)}")
        case e.PassWanted():
            return text(f"{by} asked {name_of(event.holder)} to pass it{_because(event.ask)}")
        case e.PassAccepted():
            until = when(event.lease.until, event.at, config)
            return text(f"{by} took it from {who(event.giver, config)}, until ", *until)
        case e.PassDeclined():
            return text(f"{by} declined to take it from {name_of(event.giver)}{_because(event.why)}")


def asked_name(event: e.PassAsked, config: Config) -> str:
    """Whom a pass asks."""
    if event.to_person is not None:
        return who(event.to_person, config)
    return department_of(event.to_department or "", config)


def _of_listening(event: e.Joined | e.Noted | e.PerspectiveGiven | e.DiscussionCalled, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.Joined():
            return text(f"{by} joined")
        case e.Noted():
            return text(f"{by} wrote a note")
        case e.PerspectiveGiven():
            return text(
                f"{by} gave {possessive(department_of(event.department, config))} perspective{_because(event.text)}"
            )
        case e.DiscussionCalled():
            called = listed(department_of(key, config) for key in event.departments)
            return text(f"{by} called in {called}{_because(event.question)}")


def _of_escalation(event: e.Escalated | e.CrisisRaised, config: Config) -> Text:
    by = _actor(event.by, config)
    if isinstance(event, e.CrisisRaised):
        return text(f"{by} called it a crisis{_because(event.why)}")
    to = "a department's lead" if event.rung == 1 else f"the {RUNGS[event.rung]}"
    if event.overdue:
        return text(f"Too long on the floor: it went to {to}")
    return text(f"{by} escalated it to {to}{_because(event.why)}")


def _of_writing(
    event: e.Drafted | e.AnswerWritten | e.AnswerApproved | e.AnswerRejected | e.AnswerRepeated, config: Config
) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.Drafted():
            return text(f"{by} drafted an answer{_because(event.text)}")
        case e.AnswerWritten(idea=int() as idea):
            told = say("{who} wrote the customer that I-{idea} shipped", who=by, idea=idea)
            return text(f"{told}{_because(event.text)}")
        case e.AnswerWritten(needs=()):
            return text(f"{by} answered{_because(event.text)}")
        case e.AnswerWritten():
            asked = listed(department_of(key, config) for key in event.needs)
            return text(f"{by} wrote an answer for {asked} to approve{_because(event.text)}")
        case e.AnswerApproved():
            return text(f"{by} approved the answer")
        case e.AnswerRejected():
            return text(f"{by} did not approve the answer{_because(event.why)}")
        case e.AnswerRepeated():
            return text(f"{by} sent the answer again")


def _of_sending(event: e.AnswerSent | e.AnswerFailed | e.AnswerUnclear, config: Config) -> Text:
    match event:
        case e.AnswerSent(by=None):
            return text("The answer stands on the network")
        case e.AnswerSent():
            return text(f"{_actor(event.by, config)} saw that the answer arrived")
        case e.AnswerFailed():
            return text(f"The answer did not go out: {one_line(event.why, _LONGEST)}")
        case e.AnswerUnclear():
            return text(f"Nobody knows whether the answer arrived: {one_line(event.why, _LONGEST)}")


def _of_echoes(event: e.Echoed | e.EchoLeft | e.Separated | e.LeaderChanged, config: Config) -> str:
    match event:
        case e.Echoed():
            why = f", {one_line(event.why_urgent, _LONGEST)}" if event.why_urgent else ""
            return said_same(event.spread) + (f"; urgent{why}" if event.urgent else "")
        case e.EchoLeft():
            by = f", separated by {who(event.by, config)}" if event.by is not None else ""
            return f"B-{event.number} stands by itself from now on{by}"
        case e.Separated(heir=True):
            return f"Nothing is left of B-{event.leader}: it stands for those who say the same"
        case e.Separated(by=None):
            return f"Separated from B-{event.leader}: the customer wrote something else"
        case e.Separated():
            return f"{_actor(event.by, config)} separated it from B-{event.leader}"
        case e.LeaderChanged():
            return f"Says the same as B-{event.leader}, which stands for it from now on"


def _of_ideas(event: e.IdeaShipped | e.NotTold, by: str) -> str:
    match event:
        case e.IdeaShipped():
            return say("I-{idea} shipped, for which the customer asked", idea=event.idea)
        case e.NotTold(by=None):
            return say("There is nothing to tell of I-{idea} any more", idea=event.idea) + _because(event.why)
        case e.NotTold():
            left = say("{who} decided not to tell the customer that I-{idea} shipped", who=by, idea=event.idea)
            return left + _because(event.why)


def _of_rest(event: e.Event, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.WaitingForCustomer():
            return text(f"{by} waits for the customer")
        case e.Snoozed():
            return text(f"{by} snoozed it until ", *when(event.until, event.at, config))
        case e.Woken():
            return text(f"{by} brought it back in sight" if event.by is not None else "It is back in sight")
        case e.Resolved():
            outcome = event.outcome
            wanted, changed = one_line(outcome.wanted, _LONGEST), one_line(outcome.changed, _LONGEST)
            return text(f"{by} resolved it: {outcome.kind.label}; wanted: {wanted}; changed: {changed}")
        case e.Filed():
            more = f", with {count(event.posts, 'more post')}" if event.posts else ""
            return text(f"Filed, from before Baton listened{more}")
        case e.Forgotten():
            return text("The customer was forgotten on request; what was said is gone")
        case e.Echoed() | e.EchoLeft() | e.Separated() | e.LeaderChanged():
            return text(_of_echoes(event, config))
        case e.WasPartOfCrisis():
            span = (*when(event.began, event.at, config), " to ", *when(event.ended, event.at, config))
            return text(f"It was part of crisis C-{event.crisis}, ", *span, _because(event.happened))
        case e.IdeaShipped() | e.NotTold():
            return text(_of_ideas(event, by))
        case e.Reopened(by=None):
            return text("Back on the floor, because the customer wrote again")
        case e.Reopened():
            return text(f"{by} took it up again{_because(event.why)}")
        case _:
            return text(event.kind.replace("_", " "))
