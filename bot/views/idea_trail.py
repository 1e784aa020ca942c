"""The trail of an idea in words: one sentence for every kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Text, text
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.happening import Happening
from bot.domain.idea import Vote
from bot.speech import say
from bot.views.wording import department_of, listed, name_of, one_line, when, who

_LONGEST = 200
"""How much of what somebody wrote one line of the trail takes."""

_NAMED = 5
"""So many conversations are named, the rest are counted."""

_MOVED: dict[type[e.Event], str] = {
    e.Considered: "considers it",
    e.Planned: "plans it",
    e.Shipped: "shipped it",
}

_SYSTEMS = {"github": "GitHub", "gitlab": "GitLab", "jira": "Jira"}


def tell_idea(event: e.Event, config: Config) -> Text:
    """What happened, as a sentence without its time: `Ben (Product) plans it`."""
    by = actor(event, config)
    if isinstance(event, e.Worded):
        return text(say("{who} worded what those who asked are told: {text}", who=by, text=_quoted(event.text)))
    if (moved := _MOVED.get(type(event))) is not None:
        return text(f"{by} {moved}")
    match event:
        case e.Raised():
            source = f" from B-{event.conversation}" if event.conversation is not None else ""
            return text(f"{by} raised it{source}")
        case e.AskedFor():
            return text(f"{by} added {_numbered(event.numbers)}")
        case e.NoLongerAsked():
            return text(f"{by} took out {_numbered(event.numbers)}")
        case e.Voted():
            side = "against" if event.against else "for"
            return text(f"{by} is {side} it: {_quoted(event.text)}")
        case e.Declined():
            return text(f"{by} declined it: {_quoted(event.why)}")
        case e.Reopened():
            return text(f"{by} reopened it{f': {_quoted(event.why)}' if event.why else ''}")
        case e.Retitled():
            return text(f"{by} called it {_quoted(event.title)}")
        case e.Merged() | e.Unmerged() | e.KeptApart():
            return _tell_merge(event, by)
        case e.Linked() | e.Unlinked():
            return _tell_link(event, by)
        case _:
            return _tell_baton(event, by, config)


def _tell_merge(event: e.Merged | e.Unmerged | e.KeptApart, by: str) -> Text:
    match event:
        case e.Merged():
            return text(
                f"{by} merged it into I-{event.into}{f': {one_line(event.why, _LONGEST)}' if event.why else ''}"
            )
        case e.Unmerged():
            return text(f"{by} took it out of I-{event.out_of} again")
        case e.KeptApart():
            return text(f"{by} said that I-{event.other} is another one")


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
            return text(f"{by} took the next step")
        case e.Renewed():
            return text(f"{by} kept the next step for longer")
        case e.LeaseWarned():
            return text("The holder was told that the time is nearly over")
        case e.LeaseExpired():
            return text(f"The time of {who(event.holder, config)} was over")
        case e.Released():
            return text(f"{by} gave the next step back")
        case e.PassAsked():
            return text(f"{by} asked {asked_of(event, config)}: {_quoted(event.ask)}")
        case e.PassAccepted():
            return text(f"{by} took the next step from {name_of(event.giver)}")
        case e.PassDeclined():
            return text(f"{by} refused to take it: {_quoted(event.why)}")
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
    return "Baton" if event.via in {"baton", "timer"} else _SYSTEMS.get(event.via, event.via.capitalize())


def vote_text(vote: Vote) -> Text:
    """`for: “cheap to do”`."""
    return text(f"{'against' if vote.against else 'for'}: {_quoted(vote.text)}")


def _quoted(words: str) -> str:
    return f"“{one_line(words, _LONGEST)}”"


def _numbered(numbers: Sequence[int]) -> str:
    more = len(numbers) - _NAMED
    return listed([*(f"B-{number}" for number in numbers[:_NAMED]), *([f"{more:,} more"] if more > 0 else [])])
