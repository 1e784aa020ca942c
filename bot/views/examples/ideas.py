"""An example of every card about an idea, from made-up data."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import Card
from bot.domain import idea as i
from bot.domain import idea_events as e
from bot.domain.idea import Idea, IdeaState
from bot.domain.idea_likeness import likeness
from bot.domain.policy import Lease
from bot.ports import Alike, Asking, IdeaLine, Line
from bot.views import made_up as m
from bot.views.examples.homes import QUIET
from bot.views.examples.scenes import Examples
from bot.views.home import Desk, home_card
from bot.views.idea_lists import idea_list_card, ideas_card, my_ideas, ship_which_card
from bot.views.idea_notices import idea_notice_card
from bot.views.idea_said import (
    idea_alike_card,
    idea_asked_card,
    idea_done_card,
    idea_merge_card,
    idea_noted_card,
    idea_raised_card,
)
from bot.views.ideas import idea_card

_LEASE = Lease(until=m.at(17, day=24), warn_at=m.at(17, day=20))

EVENTS: e.Events = (
    e.Raised(at=m.at(9, day=3), by=m.ANA, via="slack", number=7, title="Gift wrap at checkout", conversation=611),
    e.AskedFor(at=m.at(9, 30, day=4), by=m.ANA, via="slack", numbers=(987, 1042)),
    e.Voted(at=m.at(10, day=4), by=m.ANA, via="slack", department="support", text="asked for every week"),
    e.Voted(at=m.at(11, day=5), by=m.JONAS, via="teams", department="logistics", text="slows packing", against=True),
    e.Considered(at=m.at(9, day=10), by=m.BEN, via="teams"),
    e.Claimed(at=m.at(9, 1, day=10), by=m.BEN, via="teams", lease=_LEASE),
    e.Planned(at=m.at(9, day=12), by=m.BEN, via="teams"),
    e.PassAsked(at=m.at(8, 40), by=m.BEN, via="teams", to_department="logistics", ask="what would it cost?"),
)

IDEA: Idea = i.replay(EVENTS[:-1])
"""The idea of the examples: planned, and held."""

_ASKING = Asking(12, 11, {"mastodon": 8, "reddit": 3, "x": 1})
_NEW = i.raised(e.Raised(at=m.at(9), by=m.ELIF, via="slack", number=9, title="Gift wrapping in the shop"))
_ALIKE = Alike(_NEW, likeness(IDEA.title, _NEW.title))


def ideas() -> Examples:
    """The cards with their names."""
    config, now = m.CONFIG, m.NOW
    asked = i.replay(EVENTS)
    declined = i.apply(IDEA, e.Declined(at=m.at(8, 50), by=m.BEN, via="slack", why="too dear for so few"))
    merged = i.apply(_NEW, e.Merged(at=m.at(8, 50), by=m.ANA, via="slack", into=7, why=_ALIKE.likeness.why))
    bare = replace(_NEW, title="Longer <@U1> *opening* hours & `more`")
    lines = (IdeaLine(IDEA, _ASKING), IdeaLine(_NEW, Asking()))
    page = (
        Line(m.FLOOR, "Maya Okafor", "Would love a gift wrap option"),
        Line(replace(m.FLOOR, number=611, forgotten=True), "", ""),
    )
    mine = my_ideas(lines[:1], (IdeaLine(asked, _ASKING),), config, now=now)
    return (
        ("home, with ideas", home_card(m.ANA_HERSELF, Desk(ideas=mine), QUIET, config, now=now)),
        (
            "idea",
            idea_card(IDEA, _ASKING, EVENTS[2:-1], config, now=now, similar=(_ALIKE,), merged=(merged,), earlier=2),
        ),
        ("idea, an earlier page", idea_card(IDEA, _ASKING, EVENTS[:2], config, now=now, shown=5)),
        ("idea, new", idea_card(bare, Asking(), (), config, now=now)),
        ("idea, a pass waits", idea_card(replace(asked, bounces=1), _ASKING, EVENTS[-1:], config, now=now)),
        ("idea, declined", idea_card(declined, _ASKING, (), config, now=now)),
        ("idea, merged into another", idea_card(merged, Asking(), (), config, now=now)),
        ("ideas", ideas_card(lines, "open", 12, config, before=0, now=now)),
        ("ideas, a later page", ideas_card(lines, "all", 12, config, before=10, now=now)),
        ("ideas, none", ideas_card((), "shipped", 0, config, before=0, now=now)),
        ("who asks for an idea", idea_list_card(IDEA, page, _ASKING, config, before=0, more=True, now=now)),
        ("who asks for an idea, nobody", idea_list_card(_NEW, (), Asking(), config, before=0, more=False, now=now)),
        (
            "an idea is raised",
            idea_raised_card(i.raised(e.Raised(at=now, number=7, title=IDEA.title, conversation=611)), (_ALIKE,)),
        ),
        (
            "is it this idea",
            idea_alike_card("gift wrapping at checkout", 1042, (Alike(IDEA, likeness("gift wrap", IDEA.title)),)),
        ),
        ("is it this idea, without a conversation", idea_alike_card("gift wrapping", None, (_ALIKE,))),
        ("more ask for an idea", idea_asked_card(IDEA, _ASKING, (1042,), (1042,))),
        ("more ask for an idea that was declined", idea_asked_card(declined, _ASKING, (1042,), (1042,))),
        ("it asks for an idea already", idea_asked_card(IDEA, _ASKING, (), (611,))),
        ("resolved as a new idea", idea_noted_card("B-611 is resolved: Idea.", IDEA, 611, added=False, fresh=True)),
        (
            "resolved as an idea that there is",
            idea_noted_card("B-611 is resolved: Idea.", IDEA, 611, added=True, fresh=True),
        ),
        ("resolved as its idea", idea_noted_card("B-611 is resolved: Idea.", IDEA, 611, added=True, fresh=False)),
        ("an idea is shipped", idea_done_card(replace(IDEA, state=IdeaState.SHIPPED), "I-7 is shipped.", _ASKING)),
        ("an idea is taken", idea_done_card(IDEA, "The next step of I-7 is yours.", now=now)),
        ("an idea is merged", idea_done_card(merged, "I-7 stands for I-9, too, from now on.", _ASKING)),
        ("merge into which idea", idea_merge_card(_NEW, (Alike(IDEA, _ALIKE.likeness),))),
        ("which idea is done", ship_which_card(lines[:1])),
        ("which idea is done, none is planned", ship_which_card(())),
        *_notices(asked),
    )


def _notices(asked: Idea) -> Examples:
    warned = i.apply(IDEA, e.LeaseWarned(at=m.at(9), via="timer"))
    told: tuple[tuple[str, Idea, e.Event], ...] = (
        ("an idea's time is nearly over", warned, e.LeaseWarned(at=m.at(9), via="timer")),
        ("an idea's time is over", _NEW, e.LeaseExpired(at=m.at(9), via="timer", holder=m.BEN)),
        ("asked to take an idea", asked, EVENTS[-1]),
        ("an idea was taken", IDEA, e.PassAccepted(at=m.at(9), by=m.JONAS, giver=m.BEN, lease=_LEASE)),
        ("an idea was not taken", IDEA, e.PassDeclined(at=m.at(9), by=m.JONAS, giver=m.BEN, why="no time")),
        ("an idea one raised is shipped", IDEA, e.Shipped(at=m.at(9), via="github")),
        ("an idea one raised is declined", IDEA, e.Declined(at=m.at(9), by=m.BEN, why="too dear for so few")),
    )
    return tuple((name, _told(idea, event)) for name, idea, event in told)


def _told(idea: Idea, event: e.Event) -> Card:
    card = idea_notice_card(idea, event, m.CONFIG, now=m.NOW)
    if card is None:
        raise AssertionError(f"nobody is told of {event.kind}")
    return card
