"""The trail in words: one sentence for every kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.cards import Text, phrase, phrase_many, text
from bot.config import Config
from bot.domain import events as e
from bot.domain.people import PersonRef
from bot.domain.triage import UNSURE
from bot.speech import say, sentence
from bot.views.echoes import said_same
from bot.views.reading import intent_name
from bot.views.wording import (
    department_of,
    listed,
    name_of,
    network_name,
    one_line,
    possessive,
    reason_words,
    when,
    who,
)

_LONGEST = 160
"""How much of an ask, a reason or a question one line of the trail takes."""


def tell(event: e.Event, config: Config) -> Text:
    """What happened, as a sentence without its time: `Ana (Support) claimed it until 10:32`."""
    match event:
        case e.Opened():
            return _opened(event, config)
        case e.CustomerWrote():
            return _wrote_again(event)
        case e.ReadAgain():
            return text(_read_again(event, config))
        case e.PostEdited():
            return phrase("The customer edited a post")
        case e.PostDeleted():
            return phrase("The customer deleted a post")
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
        return (
            say("{whose} lead", whose=possessive(department_of(department, config)))
            if department is not None
            else say("a lead")
        )
    return say("the coordinator") if rung == 2 else say("the sponsor")


def _actor(by: PersonRef | None, config: Config, otherwise: str = "Baton") -> str:
    return who(by, config) if by is not None else otherwise


def _reason(why: str | None) -> str:
    return reason_words(one_line(why or "", _LONGEST))


def _because(why: str) -> str:
    # What Baton itself gives as a reason is kept in English.
    return say(": “{words}”", words=one_line(sentence(why), _LONGEST)) if why.strip() else ""


def _opened(event: e.Opened, config: Config) -> Text:
    heard = say("Heard on {network}", network=network_name(event.network))
    if event.echo_of is not None:
        return phrase("{heard}; says the same as B-{leader}", heard=heard, leader=event.echo_of)
    if event.departments:
        heard += say(", suggested to {names}", names=listed(department_of(key, config) for key in event.departments))
    if event.urgent:
        heard += say("; urgent, {why}", why=_reason(event.why_urgent)) if event.why_urgent else say("; urgent")
    return text(heard)


def _wrote_again(event: e.CustomerWrote) -> Text:
    if event.urgent:
        return phrase("The customer wrote again; urgent, {why}", why=_reason(event.why_urgent))
    return phrase("The customer wrote again")


def _filed(event: e.Filed) -> Text:
    if not event.posts:
        return phrase("Filed, from before Baton listened")
    return phrase_many(
        "Filed, from before Baton listened, with {n} more post",
        "Filed, from before Baton listened, with {n} more posts",
        event.posts,
    )


def _read_again(event: e.ReadAgain, config: Config) -> str:
    """`Read again by a model: Complaint, suggested to Legal; urgent, a recall`."""
    sure = [intent_name(guess.name) for guess in event.reading.intents if guess.confidence >= UNSURE]
    whom = listed(department_of(key, config) for key in event.departments)
    found = [*sure[:1], *([say("suggested to {whom}", whom=whom)] if whom else [])]
    said = say("Read again by a model: {found}", found=", ".join(found) or say("nothing more"))
    return said + say("; urgent, {why}", why=_reason(event.why_urgent)) if event.urgent else said


def _of_lease(event: e.Claimed | e.Renewed | e.LeaseWarned | e.LeaseExpired | e.Released, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.Claimed():
            return phrase("{by} claimed it until {when}", by=by, when=when(event.lease.until, event.at, config))
        case e.Renewed(asked=True):
            return phrase("{by} keeps it until {when}", by=by, when=when(event.lease.until, event.at, config))
        case e.Renewed():
            return phrase(
                "{by} was active and keeps it until {when}", by=by, when=when(event.lease.until, event.at, config)
            )
        case e.LeaseWarned():
            return phrase("The holder was reminded that the time is nearly over")
        case e.LeaseExpired():
            return phrase("The time of {who} ended; back on the floor", who=who(event.holder, config))
        case e.Released():
            return phrase("{by} gave it back to the floor{because}", by=by, because=_because(event.why))


def _of_pass(event: e.PassAsked | e.PassWanted | e.PassAccepted | e.PassDeclined, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.PassAsked():
            return phrase(
                "{by} asked {whom} to take it{because}",
                by=by,
                whom=asked_name(event, config),
                because=_because(event.ask),
            )
        case e.PassWanted():
            return phrase(
                "{by} asked {name} to pass it{because}", by=by, name=name_of(event.holder), because=_because(event.ask)
            )
        case e.PassAccepted():
            until = when(event.lease.until, event.at, config)
            return phrase("{by} took it from {who}, until {until}", by=by, who=who(event.giver, config), until=until)
        case e.PassDeclined():
            return phrase(
                "{by} declined to take it from {name}{because}",
                by=by,
                name=name_of(event.giver),
                because=_because(event.why),
            )


def asked_name(event: e.PassAsked, config: Config) -> str:
    """Whom a pass asks."""
    if event.to_person is not None:
        return who(event.to_person, config)
    return department_of(event.to_department or "", config)


def _of_listening(event: e.Joined | e.Noted | e.PerspectiveGiven | e.DiscussionCalled, config: Config) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.Joined():
            return phrase("{by} joined", by=by)
        case e.Noted():
            return phrase("{by} wrote a note", by=by)
        case e.PerspectiveGiven():
            return phrase(
                "{by} gave {whose} perspective{because}",
                by=by,
                whose=possessive(department_of(event.department, config)),
                because=_because(event.text),
            )
        case e.DiscussionCalled():
            called = listed(department_of(key, config) for key in event.departments)
            return phrase("{by} called in {called}{because}", by=by, called=called, because=_because(event.question))


def _of_escalation(event: e.Escalated | e.CrisisRaised, config: Config) -> Text:
    by = _actor(event.by, config)
    if isinstance(event, e.CrisisRaised):
        return phrase("{by} called it a crisis{because}", by=by, because=_because(event.why))
    to = say("a department's lead") if event.rung == 1 else rung_name(event.rung, None, config)
    if event.overdue:
        return phrase("Too long on the floor: it went to {to}", to=to)
    return phrase("{by} escalated it to {to}{because}", by=by, to=to, because=_because(event.why))


def _of_writing(
    event: e.Drafted | e.AnswerWritten | e.AnswerApproved | e.AnswerRejected | e.AnswerRepeated, config: Config
) -> Text:
    by = _actor(event.by, config)
    match event:
        case e.Drafted():
            return phrase("{by} drafted an answer{because}", by=by, because=_because(event.text))
        case e.AnswerWritten(idea=int() as idea):
            told = say("{who} wrote the customer that I-{idea} shipped", who=by, idea=idea)
            return text(f"{told}{_because(event.text)}")
        case e.AnswerWritten(needs=()):
            return phrase("{by} answered{because}", by=by, because=_because(event.text))
        case e.AnswerWritten():
            asked = listed(department_of(key, config) for key in event.needs)
            return phrase(
                "{by} wrote an answer for {asked} to approve{because}", by=by, asked=asked, because=_because(event.text)
            )
        case e.AnswerApproved():
            return phrase("{by} approved the answer", by=by)
        case e.AnswerRejected():
            return phrase("{by} did not approve the answer{because}", by=by, because=_because(event.why))
        case e.AnswerRepeated():
            return phrase("{by} sent the answer again", by=by)


def _of_sending(event: e.AnswerSent | e.AnswerFailed | e.AnswerUnclear, config: Config) -> Text:
    match event:
        case e.AnswerSent(by=None):
            return phrase("The answer stands on the network")
        case e.AnswerSent():
            return phrase("{by} saw that the answer arrived", by=_actor(event.by, config))
        case e.AnswerFailed():
            return phrase("The answer did not go out: {why}", why=one_line(sentence(event.why), _LONGEST))
        case e.AnswerUnclear():
            return phrase("Nobody knows whether the answer arrived: {why}", why=one_line(sentence(event.why), _LONGEST))


def _of_echoes(event: e.Echoed | e.EchoLeft | e.Separated | e.LeaderChanged, config: Config) -> str:
    match event:
        case e.Echoed():
            urgent = say("; urgent, {why}", why=_reason(event.why_urgent)) if event.why_urgent else say("; urgent")
            return said_same(event.spread) + (urgent if event.urgent else "")
        case e.EchoLeft():
            said = say("B-{number} stands by itself from now on", number=event.number)
            return said + say(", separated by {who}", who=who(event.by, config)) if event.by is not None else said
        case e.Separated(heir=True):
            return say("Nothing is left of B-{leader}: it stands for those who say the same", leader=event.leader)
        case e.Separated(by=None):
            return say("Separated from B-{leader}: the customer wrote something else", leader=event.leader)
        case e.Separated():
            return say("{by} separated it from B-{leader}", by=_actor(event.by, config), leader=event.leader)
        case e.LeaderChanged():
            return say("Says the same as B-{leader}, which stands for it from now on", leader=event.leader)


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
            return phrase("{by} waits for the customer", by=by)
        case e.Snoozed():
            return phrase("{by} snoozed it until {when}", by=by, when=when(event.until, event.at, config))
        case e.Woken():
            return text(
                say("{by} brought it back in sight", by=by) if event.by is not None else say("It is back in sight")
            )
        case e.Resolved():
            outcome = event.outcome
            wanted, changed = one_line(outcome.wanted, _LONGEST), one_line(outcome.changed, _LONGEST)
            return phrase(
                "{by} resolved it: {outcome}; wanted: {wanted}; changed: {changed}",
                by=by,
                outcome=outcome.kind.label,
                wanted=wanted,
                changed=changed,
            )
        case e.Filed():
            return _filed(event)
        case e.Forgotten():
            return phrase("The customer was forgotten on request; what was said is gone")
        case e.Echoed() | e.EchoLeft() | e.Separated() | e.LeaderChanged():
            return text(_of_echoes(event, config))
        case e.WasPartOfCrisis():
            return phrase(
                "It was part of crisis C-{crisis}, {began} to {ended}{because}",
                crisis=event.crisis,
                began=when(event.began, event.at, config),
                ended=when(event.ended, event.at, config),
                because=_because(event.happened),
            )
        case e.IdeaShipped() | e.NotTold():
            return text(_of_ideas(event, by))
        case e.Reopened(by=None):
            return phrase("Back on the floor, because the customer wrote again")
        case e.Reopened():
            return phrase("{by} took it up again{because}", by=by, because=_because(event.why))
        case _:
            return text(event.kind.replace("_", " "))
