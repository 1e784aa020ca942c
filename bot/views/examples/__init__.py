"""An example of every card: what the renderers of both platforms are tried on, and what a reader of the code sees first."""

from bot.views.examples.charts import charts
from bot.views.examples.conversations import conversations, shown
from bot.views.examples.crises import crises
from bot.views.examples.customers import customers, forgotten
from bot.views.examples.digests import digests
from bot.views.examples.ideas import ideas
from bot.views.examples.lists import lists
from bot.views.examples.loops import loops
from bot.views.examples.notices import notices, written
from bot.views.examples.rollups import rollups
from bot.views.examples.scenes import Examples
from bot.views.examples.system import system
from bot.views.examples.tracking import tracking


def examples() -> Examples:
    """Each with what it shows, in the language that is spoken."""
    return (
        *conversations(),
        *notices(),
        *lists(),
        *shown(),
        *customers(),
        *forgotten(),
        *written(),
        *crises(),
        *ideas(),
        *loops(),
        *rollups(),
        *system(),
        *charts(),
        *digests(),
        *tracking(),
    )


EXAMPLES: Examples = examples()
"""In English."""

__all__ = ["EXAMPLES", "Examples", "examples"]
