"""From what a person typed, pressed or filled in to a reply: parse, authorise, unit of work, handler."""

from bot.dispatch.binding import FieldErrors
from bot.dispatch.dispatcher import Dispatcher, ThreadListener

__all__ = ["Dispatcher", "FieldErrors", "ThreadListener"]
