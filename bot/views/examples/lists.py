"""Lists, Home, and what says the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain import events as e
from bot.domain.conversation import State
from bot.ports import Browse, Line
from bot.views import made_up as m
from bot.views.examples.homes import homes
from bot.views.examples.scenes import Examples
from bot.views.lists import likely_card, list_card
from bot.views.show import show_card
from bot.views.similar import similar_card


def _line(number: int, words: str, name: str = "Maya Okafor", **changes: Any) -> Line:
    base = replace(m.FLOOR, number=number, urgent=False, why_urgent=None)
    return Line(replace(base, **changes), name, words)


def lists() -> Examples:
    """Lists, and the Home tab."""
    lines = [
        Line(m.FLOOR, "Maya Okafor", m.CRUSHED.post.text),
        Line(
            replace(m.HELD, number=1041),
            "Tom Bell",
            "Does the new app run on an old phone, or do I have to buy another one?",
        ),
        _line(1040, "Thank you, the zip holds.", "Lu Chen", echoes=41, floor_since=m.at(17, 20, day=16)),
        _line(1039, "", "Nobody Here", deleted_posts=1, deleted_at=m.NOW),
    ]
    return (
        ("list", list_card(lines, Browse("open"), 57, m.CONFIG, now=m.NOW)),
        ("list, empty", list_card([], Browse("mine"), 0, m.CONFIG, now=m.NOW)),
        *_echoes(),
        ("which conversation", likely_card(m.CLAIM, lines[:3], m.CONFIG, now=m.NOW)),
        *homes((lines[0], *lines[2:])),
    )


def _echoes() -> Examples:
    leader = replace(m.FLOOR, echoes=41, spread={"mastodon": 30, "reddit": 11})
    ended = {"state": State.RESOLVED, "outcome": m.FIXED, "resolved_by": m.ANA, "resolved_at": m.NOW}
    echo: dict[str, Any] = {"state": State.ECHO, "echo_of": 1042}
    lines = [
        _line(
            1060, "Third parcel in a row that comes crushed. Are you even trying?", "Tom Bell", network="reddit", **echo
        ),
        _line(1059, "RT @maya: Third parcel in a row that arrives crushed. Are you even tr…", "Lu Chen", **echo),
        _line(1051, "Third parcel in a row that arrives crushed!", "Ina Berg", **(echo | ended)),
        _line(1050, "", "forgotten", forgotten=True, **(echo | {"state": State.RESOLVED})),
    ]
    first = e.Opened(
        at=m.HEARD, number=1060, customer_id="c-maya", network="reddit", account="acme", post_id="post-1", echo_of=1042
    )
    alone = m.sight(lines[0].conversation, m.FIRST)
    return (
        ("similar", similar_card(leader, lines, m.CONFIG, before=8, most=8, now=m.NOW)),
        ("similar, none", similar_card(m.FLOOR, [], m.CONFIG, before=0, most=8, now=m.NOW)),
        ("show, says the same as another", show_card(alone, (m.FIRST,), (first,), (), {}, m.CONFIG, now=m.NOW)),
    )
