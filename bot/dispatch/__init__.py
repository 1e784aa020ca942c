"""From what a person typed, pressed or filled in to a reply: parse, authorise, unit of work, handler."""

from bot.dispatch.binding import FieldErrors
from bot.dispatch.dispatcher import Dispatcher
from bot.dispatch.front import Commands, ThreadListener
from bot.dispatch.mentions import with_names
from bot.dispatch.search import Found, Search, Sought

__all__ = ["Commands", "Dispatcher", "FieldErrors", "Found", "Search", "Sought", "ThreadListener", "with_names"]
