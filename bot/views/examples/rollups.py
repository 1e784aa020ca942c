"""An example of every state of the rollup card, and of the list of what is rolled up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.cards import Card
from bot.ports import Line, Rollup, Tallies
from bot.views import made_up as m
from bot.views.examples.scenes import Examples
from bot.views.rollup import rollup_card, rollup_list_card

ROLLUP = Rollup("r-1", "floor", m.at(9, 10), about=("parcel", "crushed"), channel="C-floor", message="17.1")

_TALLIES = Tallies(
    conversations=47,
    networks={"mastodon": 29, "reddit": 14, "x": 4},
    topics={"delivery": 31, "damage": 12, "price": 2},
    moods={"negative": 30, "neutral": 8, "positive": 9},
    languages={"en": 42, "fr": 3, "de": 2},
    urgent=(1061, 1064),
    echoes=61,
    loudest=(
        Line(replace(m.FLOOR, number=1050, urgent=False, why_urgent=None), "Maya Okafor", m.CRUSHED.post.text),
        41,
    ),
)

_ONE = Tallies(1, {"mastodon": 1}, {}, {}, {})

_HOSTILE = "<!channel> *[x](https://evil.example)* <at>all</at> {{DATE(2026-01-01T00:00:00Z)}} \u202egnp.exe"


def _line(number: int, words: str, name: str = "Maya Okafor", **changes: Any) -> Line:
    return Line(replace(m.FLOOR, **{"number": number, **changes}), name, words)


def rollups() -> Examples:
    """The cards with their names."""
    now, config = m.at(9, 20), m.CONFIG
    urgent = (
        _line(1061, "The lamp is on fire and my daughter is next to it.", "Lu Chen", crisis=True),
        _line(1064, "Third parcel in a row that arrives crushed.", "Tom Bell"),
    )
    lines = [
        *urgent,
        _line(1070, "Why do I wait for so long?", "Ina Berg", urgent=False),
        _line(1069, "", "Nobody Here"),
    ]
    kept = replace(ROLLUP, kept_until=m.at(10, 20), unrolled=8)
    page: dict[str, Any] = {"most": 10, "now": now}
    return (
        ("rollup", rollup_card(ROLLUP, _TALLIES, urgent, config, now=now)),
        ("rollup, nothing known yet", rollup_card(replace(ROLLUP, about=()), _ONE, (), config, now=now)),
        ("rollup, empty by now", rollup_card(replace(ROLLUP, about=()), Tallies(), (), config, now=now)),
        ("rollup, kept", rollup_card(kept, replace(_TALLIES, urgent=(), echoes=0, loudest=None), (), config, now=now)),
        ("rollup, unrolling", rollup_card(replace(ROLLUP, unrolled=39), _few(), (), config, now=now)),
        (
            "rollup, ended",
            rollup_card(replace(ROLLUP, unrolled=47, ended_at=m.at(9, 52)), Tallies(), (), config, now=now),
        ),
        ("rollup, hostile words", _hostile()),
        ("rollup, thousands of urgent ones", _thousands()),
        ("rolled up", rollup_list_card(ROLLUP, lines, config, total=47, before=0, urgent=False, **page)),
        ("rolled up, a later page", rollup_list_card(ROLLUP, lines, config, total=47, before=20, urgent=False, **page)),
        ("rolled up, urgent", rollup_list_card(ROLLUP, urgent, config, total=2, before=0, urgent=True, **page)),
        ("rolled up, none", rollup_list_card(ROLLUP, [], config, total=0, before=0, urgent=False, **page)),
        ("rolled up, none urgent", rollup_list_card(ROLLUP, [], config, total=0, before=0, urgent=True, **page)),
    )


def _few() -> Tallies:
    return Tallies(8, {"reddit": 8}, {"price": 1}, {"neutral": 8}, {"en": 8})


def _hostile() -> Card:
    """Words and topics of customers that look like something to a chat platform."""
    said = replace(
        _TALLIES,
        topics={f"#{_HOSTILE}": 30, "#<!here>": 1},
        languages={"en": 44, "zz": 2, "fr": 1},
        loudest=(_line(1050, _HOSTILE, _HOSTILE), 41),
    )
    rollup = replace(ROLLUP, about=(_HOSTILE, "<!everyone>", "w" * 200))
    return rollup_card(rollup, said, (_line(1061, _HOSTILE, _HOSTILE),), m.CONFIG, now=m.at(9, 20))


def _thousands() -> Card:
    """Every other number, so that none follows another, under words that take most room: more than a message holds."""
    numbers = range(20_001, 29_001, 2)
    ands = "&" * 300
    lines = tuple(_line(number, ands, ands, crisis=True) for number in numbers[:3])
    tallies = replace(
        _TALLIES,
        conversations=9_412,
        topics={ands: 8_000, f"#{ands}": 1_000},
        urgent=numbers,
        loudest=(_line(1050, ands, ands), 400),
    )
    return rollup_card(replace(ROLLUP, about=(ands, ands, ands)), tallies, lines, m.CONFIG, now=m.at(9, 20))
