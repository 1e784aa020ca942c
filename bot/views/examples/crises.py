"""An example of every card about a crisis, from made-up data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.cards import text
from bot.domain import crisis as k
from bot.domain import crisis_events as e
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.crisis_events import Figures
from bot.ports import Standing
from bot.views import made_up as m
from bot.views.crises import (
    crises_card,
    crisis_card,
    crisis_cleared_card,
    crisis_done_card,
    crisis_list_card,
    crisis_offer_card,
    crisis_proposal_card,
    crisis_room_card,
    crisis_statement_card,
)
from bot.views.crisis_board import crisis_board_card
from bot.views.examples.scenes import Examples

_FIGURES = Figures(
    posts=412,
    within=timedelta(minutes=1),
    usual=6.4,
    alike=0.82,
    topics=("delivery", "damaged"),
    moods={"negative": 390, "neutral": 22},
    spread={"mastodon": 300, "reddit": 100, "x": 12},
    loudest=(1042, 1043),
    departments=("logistics", "support"),
)

EVENTS: e.Events = (
    e.Proposed(
        at=m.at(9, 2), number=3, surface="floor", title="Parcels burn", why="412 posts in 1 min", figures=_FIGURES
    ),
    e.Opened(at=m.at(9, 4), by=m.ANA, via="slack", platform="slack"),
    e.RoomMade(at=m.at(9, 4), via="slack", channel="C-crisis"),
    e.Invited(at=m.at(9, 4), via="slack", people=(m.ANA, m.BEN, m.ELIF, m.JONAS)),
    e.Logged(at=m.at(9, 12), by=m.JONAS, via="slack", text="the carrier confirms a fire in the depot"),
    e.StatementAgreed(at=m.at(9, 20), by=m.ELIF, via="slack", text="A depot burned. Nobody was hurt. More at noon."),
    e.ConversationsAdded(at=m.at(9, 22), by=m.BEN, via="slack", numbers=(1042,)),
)
CLEARED = e.Cleared(
    at=m.at(16, 40), by=m.ANA, via="slack", happened="a lorry burned out in the depot", changed="another carrier"
)

OPEN: Crisis = k.replay(EVENTS)
"""The crisis of the examples."""

_STANDING = Standing(
    conversations=1204,
    posts=1310,
    lately=120,
    before=480,
    states={"floor": 700, "echo": 400, "held": 3, "waiting": 1, "resolved": 100},
    networks={"mastodon": 800, "reddit": 390, "x": 14},
    moods={"negative": 1100, "neutral": 90, "positive": 14},
    topics={"delivery": 1150, "damaged": 40},
    pressing=7,
    urgent=(replace(m.HELD, urgent=True, crisis=True), m.FLOOR),
)


def crises() -> Examples:
    """The cards with their names."""
    proposed, over = k.replay(EVENTS[:1]), k.apply(OPEN, CLEARED)
    dismissed = k.apply(proposed, e.Dismissed(at=m.at(9, 6), by=m.ANA, via="slack", why="a shop sale"))
    thread = replace(OPEN, thread=True, platform="teams")
    now, config = m.at(9, 30), m.CONFIG
    line = text("B-1042 · Maya Okafor · “Third parcel in a row”")
    return (
        ("a crisis is proposed", crisis_proposal_card(proposed, Standing(), config, now=now)),
        ("a crisis is proposed, decided", crisis_proposal_card(OPEN, _STANDING, config, now=now)),
        ("a crisis is proposed, dismissed", crisis_proposal_card(dismissed, Standing(), config, now=now)),
        ("crisis board", crisis_board_card(OPEN, _STANDING, EVENTS, config, now=now)),
        (
            "crisis board, nothing heard",
            crisis_board_card(replace(OPEN, statement=""), Standing(), EVENTS[:3], config, now=now),
        ),
        ("crisis board, all clear", crisis_board_card(over, _STANDING, (*EVENTS, CLEARED), config, now=m.at(17))),
        ("wanted in the crisis room", crisis_room_card(OPEN, config, now=now)),
        ("wanted in a thread", crisis_room_card(thread, config, now=now)),
        ("holding statement", crisis_statement_card(OPEN, config)),
        ("all clear", crisis_cleared_card(over, _STANDING, config, now=m.at(17))),
        ("crisis", crisis_card(OPEN, _STANDING, EVENTS[2:], config, now=now, earlier=2)),
        ("crisis, an earlier page", crisis_card(OPEN, _STANDING, EVENTS[:2], config, now=now, shown=5)),
        ("crisis, over", crisis_card(over, _STANDING, (*EVENTS, CLEARED), config, now=m.at(17))),
        ("crises", crises_card((OPEN, replace(over, number=2), replace(dismissed, number=1)), config, now=now)),
        ("crises, none", crises_card((), config, now=now)),
        ("crisis opened", crisis_done_card(OPEN, "The room of C-3 is being made. You will be brought in.")),
        ("crisis that it may belong to", crisis_offer_card(OPEN, "B-1042", "B-1042 is marked as a crisis.")),
        ("what belongs to a crisis", crisis_list_card(OPEN, (line,), (1042,), _STANDING)),
        (
            "what belongs to a crisis, nothing open",
            crisis_list_card(replace(over, state=CrisisState.OVER), (), (), Standing()),
        ),
    )
