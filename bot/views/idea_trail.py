"""The trail of an idea in words: one sentence for every kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Text, phrase, text
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.happening import Happening
from bot.domain.idea import Vote
from bot.speech import in_figures, mark, say, sentence
from bot.views.wording import department_of, listed, name_of, one_line, quoted, when, who

_LONGEST = 200
"""How much of what somebody wrote one line of the trail takes."""

_NAMED = 5
"""So many conversations are named, the rest are counted."""

_MOVED: dict[type[e.Event], str] = {
    e.Considered: mark("{by} considers it"),
    e.Planned: mark("{by} plans it"),
    e.Shipped: mark("{by} shipped it"),
}

_SYSTEMS = {"github": "GitHub", "gitlab": "GitLab", "jira": "Jira"}


def tell_idea(event: e.Event, config: Config) -> Text:
    """What happened, as a sentence without its time: `Ben (Product) plans it`."""
    by = actor(event, config)
    if isinstance(event, e.Worded):
        return text(say("{who} worded what those who asked are told: {text}", who=by, text=_quoted(event.text)))
    if (moved := _MOVED.get(type(event))) is not None:
        return text(say(moved, by=by))
    match event:
        case e.Raised():
            return _tell_raised(event, by)
        case e.AskedFor():
            return phrase("{by} added {refs}", by=by, refs=_numbered(event.numbers))
        case e.NoLongerAsked():
            return phrase("{by} took out {refs}", by=by, refs=_numbered(event.numbers))
        case e.Voted():
            return text(say(_STANDS[event.against], by=by, why=_quoted(event.text)))
        case e.Declined():
            return phrase("{by} declined it: {why}", by=by, why=_quoted(event.why))
        case e.Reopened():
            return _tell_reopened(event, by)
        case e.Retitled():
            return phrase("{by} called it {title}", by=by, title=_quoted(event.title))
        case e.Merged() | e.Unmerged() | e.KeptApart():
            return _tell_merge(event, by)
        case e.Linked() | e.Unlinked():
            return _tell_link(event, by)
        case _:
            return _tell_baton(event, by, config)


_STANDS = {False: mark("{by} is for it: {why}"), True: mark("{by} is against it: {why}")}


def _tell_raised(event: e.Raised, by: str) -> Text:
    if event.conversation is None:
        return phrase("{by} raised it", by=by)
    return phrase("{by} raised it from B-{number}", by=by, number=event.conversation)


def _tell_reopened(event: e.Reopened, by: str) -> Text:
    if not event.why:
        return phrase("{by} reopened it", by=by)
    return phrase("{by} reopened it: {why}", by=by, why=_quoted(event.why))


def _tell_merge(event: e.Merged | e.Unmerged | e.KeptApart, by: str) -> Text:
    match event:
        case e.Merged():
            if not event.why:
                return phrase("{by} merged it into I-{into}", by=by, into=event.into)
            return phrase(
                "{by} merged it into I-{into}: {why}", by=by, into=event.into, why=one_line(event.why, _LONGEST)
            )
        case e.Unmerged():
            return phrase("{by} took it out of I-{out_of} again", by=by, out_of=event.out_of)
        case e.KeptApart():
            return phrase("{by} said that I-{other} is another one", by=by, other=event.other)


def _tell_link(event: e.Linked | e.Unlinked, by: str) -> Text:
    issue = one_line(event.ref, 80)
    match event:
        case e.Linked(made=True):
            return text(say("The issue {issue} was made for it", issue=issue))
        case e.Linked():
            return text(say("{who} linked the issue {issue}", who=by, issue=issue))
        case e.Unlinked(gone=True):
            return text(say("The issue {issue} is gone", issue=issue))
        case e.Unlinked():
            return text(say("{who} took the issue {issue} away from it", who=by, issue=issue))


def _tell_baton(event: e.Event, by: str, config: Config) -> Text:
    match event:
        case e.Claimed():
            return phrase("{by} took the next step", by=by)
        case e.Renewed():
            return phrase("{by} kept the next step for longer", by=by)
        case e.LeaseWarned():
            return phrase("The holder was told that the time is nearly over")
        case e.LeaseExpired():
            return phrase("The time of {who} was over", who=who(event.holder, config))
        case e.Released():
            return phrase("{by} gave the next step back", by=by)
        case e.PassAsked():
            return phrase("{by} asked {whom}: {ask}", by=by, whom=asked_of(event, config), ask=_quoted(event.ask))
        case e.PassAccepted():
            return phrase("{by} took the next step from {name}", by=by, name=name_of(event.giver))
        case e.PassDeclined():
            return phrase("{by} refused to take it: {why}", by=by, why=_quoted(event.why))
        case _:
            raise AssertionError(f"nothing is told of {event.kind}")


def tell_ideas(events: Sequence[e.Event], config: Config, now: datetime) -> Text:
    """A part of the trail, one event a line, each with its time."""
    told: Text = ()
    for event in events:
        told = (*told, *(("\n",) if told else ()), *when(event.at, now, config), "  ", *tell_idea(event, config))
    return told


def asked_of(event: e.PassAsked, config: Config) -> str:
    """Who is asked to take it."""
    if event.to_person is not None:
        return name_of(event.to_person)
    return department_of(event.to_department or "", config)


def actor(event: Happening, config: Config) -> str:
    """Who did it: a colleague, another system, or Baton."""
    if event.by is not None:
        return who(event.by, config)
    return say("Baton") if event.via in {"baton", "timer"} else _SYSTEMS.get(event.via, event.via.capitalize())


def vote_text(vote: Vote) -> Text:
    """`for: “cheap to do”`."""
    words = _quoted(vote.text)
    return phrase("against: {words}", words=words) if vote.against else phrase("for: {words}", words=words)


def _quoted(words: str) -> str:
    # What Baton itself gives as a reason is kept in English.
    return quoted(one_line(sentence(words), _LONGEST))


def _numbered(numbers: Sequence[int]) -> str:
    more = len(numbers) - _NAMED
    return listed(
        [
            *(f"B-{number}" for number in numbers[:_NAMED]),
            *([say("{more} more", more=in_figures(more))] if more > 0 else []),
        ]
    )
