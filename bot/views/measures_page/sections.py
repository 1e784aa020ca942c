"""The sections of the page, in its order. A new one is one function more in `SECTIONS`."""

from __future__ import annotations

from collections.abc import Callable

from bot.config import Config
from bot.domain.people import Person
from bot.ports.measures_desk import Section
from bot.views.measures_page.collaboration import outcomes, together
from bot.views.measures_page.company import campaigns, customers, failures, ideas, maturity, movement
from bot.views.measures_page.facts import WebFacts
from bot.views.measures_page.mood import mood
from bot.views.measures_page.overview import overview, times
from bot.views.measures_page.unheard import unheard

Maker = Callable[[WebFacts, Config, Person], Section]
"""Makes a section for a reader: what the configuration hides from them is not in it."""

SECTIONS: tuple[Maker, ...] = (
    overview,
    times,
    mood,
    unheard,
    together,
    outcomes,
    movement,
    customers,
    ideas,
    campaigns,
    maturity,
    failures,
)


def sections(facts: WebFacts, config: Config, reader: Person) -> tuple[Section, ...]:
    """All sections for a reader."""
    return tuple(make(facts, config, reader) for make in SECTIONS)
