"""What a due row starts."""

from handlers.timers.due import DueTimers

__all__ = ["DueTimers"]
