"""The Home tab: of somebody with much to do, of somebody new, and of somebody who leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.answer import AnswerState
from bot.domain.conversation import PassRequest
from bot.domain.measures import Tally, Window, tally
from bot.domain.people import Role
from bot.ports import Line
from bot.views import made_up as m
from bot.views.examples.digests import made_up_measures
from bot.views.examples.scenes import Examples
from bot.views.home import Desk, Glance, home_card

NOW = m.NOW + timedelta(hours=1)
WEEK = Window(NOW - timedelta(days=7), NOW, m.CONFIG.company.timezone)
QUIET = Glance(WEEK, Tally())


def homes(floor: Sequence[Line]) -> Examples:
    """Each page as its reader sees it; these lie on the floor."""
    of_me = PassRequest(m.BEN, "is this the old box?", m.at(10, 10), to_person=m.ANA)
    by_ben = replace(m.ANSWER, by=m.BEN, state=AnswerState.ASKED, needs=("support",))
    asked = (
        Line(replace(m.HELD, number=1038, pass_request=of_me), "Maya Okafor", m.CRUSHED.post.text),
        Line(replace(m.HELD, number=1037, answer=by_ben), "Tom Bell", "Is it true?"),
    )
    mine = (Line(replace(m.HELD, number=1041), "Tom Bell", "Does the new app run on an old phone?"),)
    week = tally([m.FLOOR, m.HELD, m.RESOLVED], WEEK)
    before = replace(week, heard=4, touched=1, first_human=timedelta(minutes=25))
    nobody = replace(m.ANA_HERSELF, department=None)
    desk = Desk(mine, 1, asked, floor[:1], 4, floor[1:], 12)
    digest, weeks = made_up_measures().digest, made_up_measures().weeks
    last = Glance(digest.window, digest.tally, digest.before, weeks)
    leader = replace(m.ANA_HERSELF, roles=frozenset({Role.SPONSOR}))
    return (
        ("home", home_card(m.ANA_HERSELF, desk, Glance(WEEK, week, before), m.CONFIG, now=NOW)),
        ("home, first time", home_card(nobody, Desk(), QUIET, m.CONFIG, now=NOW)),
        (
            "home, for management",
            home_card(
                leader,
                Desk(floor=floor, floor_total=12),
                Glance(WEEK, week, before),
                m.CONFIG,
                now=NOW,
                management=last,
            ),
        ),
    )
