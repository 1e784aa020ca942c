"""What a due row starts."""

from handlers.timers.due import DueTimers
from handlers.timers.ideas import DueIdeas

__all__ = ["DueIdeas", "DueTimers"]
