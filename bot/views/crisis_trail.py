"""The timeline of a crisis in words: one sentence for every kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Text, phrase, phrase_many, text
from bot.config import Config
from bot.domain import crisis_events as e
from bot.domain.people import PersonRef
from bot.speech import in_figures, say
from bot.views.wording import listed, name_of, one_line, when, who

_LONGEST = 300
"""How much of what somebody wrote one line of the timeline takes."""

_NAMED = 5
"""So many people or conversations are named, the rest are counted."""


def tell_crisis(event: e.Event, config: Config) -> Text:
    """What happened, as a sentence without its time: `Omar (Operations) opened the crisis room`."""
    by = _actor(event.by, config)
    match event:
        case e.Proposed():
            return phrase("{by} proposed a crisis: “{why}”", by=by, why=one_line(event.why, _LONGEST))
        case e.Dismissed():
            return phrase("{by} dismissed it: “{why}”", by=by, why=one_line(event.why, _LONGEST))
        case e.Opened():
            return phrase("{by} opened the crisis room", by=by)
        case e.RoomMade():
            return text(say("The room is this thread") if event.thread else say("The room was made"))
        case e.Invited():
            return phrase("In the room: {names}", names=people_named(event.people))
        case e.StatementAgreed():
            return phrase("{by} agreed on a holding statement: “{text}”", by=by, text=one_line(event.text, _LONGEST))
        case e.Logged():
            return text(f"{by}: {one_line(event.text, _LONGEST)}")
        case e.ConversationsAdded():
            return phrase("{by} added {refs}", by=by, refs=_numbered(event.numbers))
        case e.Cleared():
            happened, changed = (one_line(each, _LONGEST) for each in (event.happened, event.changed))
            return phrase(
                "{by} gave the all-clear: {happened}; changed: {changed}", by=by, happened=happened, changed=changed
            )
        case e.Recorded():
            return phrase_many(
                "It stands in the trail of {n} conversation",
                "It stands in the trail of {n} conversations",
                event.conversations,
            )


def tell_timeline(events: Sequence[e.Event], config: Config, now: datetime) -> Text:
    """A part of the timeline, one event a line, each with its time."""
    told: Text = ()
    for event in events:
        told = (*told, *(("\n",) if told else ()), *when(event.at, now, config), "  ", *tell_crisis(event, config))
    return told


def people_named(people: Sequence[PersonRef]) -> str:
    """`Omar, Rita and 12 more`."""
    more = len(people) - _NAMED
    return listed(
        [
            *(name_of(person) for person in people[:_NAMED]),
            *([say("{more} more", more=in_figures(more))] if more > 0 else []),
        ]
    )


def _numbered(numbers: Sequence[int]) -> str:
    more = len(numbers) - _NAMED
    return listed(
        [
            *(f"B-{number}" for number in numbers[:_NAMED]),
            *([say("{more} more", more=in_figures(more))] if more > 0 else []),
        ]
    )


def _actor(by: PersonRef | None, config: Config) -> str:
    return who(by, config) if by is not None else say("Baton")
