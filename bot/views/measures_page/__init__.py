"""The page of measures: what was counted of a window → sections of charts and tables, of no platform."""

from bot.views.measures_page.facts import WebFacts
from bot.views.measures_page.listed import listed_table
from bot.views.measures_page.sections import SECTIONS, sections

__all__ = ["SECTIONS", "WebFacts", "listed_table", "sections"]
