"""Errors that know their audience and whether a retry helps."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime

LONGEST_WAIT = 7 * 86_400.0
"""Seconds. Servers have asked for longer ones, and for such as no clock knows."""


_FIRST, _LAST = "\u2068", "\u2069"
"""First strong isolate and pop directional isolate: what Unicode has for words of others within a text, seen by nobody."""

_QUOTED = re.compile(f"{_FIRST}[^{_LAST}]*(?:{_LAST}|$)")


def quoted(words: object) -> str:
    """Words of others within a message of ours, marked: whoever mends it reads them, a log does not.

    What a server says when it refuses something may repeat what a customer wrote or how they are called.
    """
    return f"{_FIRST}{str(words).replace(_FIRST, '').replace(_LAST, '')}{_LAST}"


def unquoted(text: str) -> str:
    """The text with an ellipsis for what is quoted."""
    return _QUOTED.sub("…", text)


@dataclass(frozen=True, slots=True)
class Offer:
    """A next step to put beside an error as a button: a verb and its arguments."""

    label: str
    command: str
    args: tuple[tuple[str, str], ...] = ()


class BatonError(Exception):
    """Base of every error Baton raises on purpose."""


class UserError(BatonError):
    """Something the person in the channel can mend: says what is wrong (`message`) and what to do next (`hint`).

    `until` is when it stops being so by itself; cards show it in the reader's own time.
    """

    def __init__(self, message: str, hint: str, offers: tuple[Offer, ...] = (), until: datetime | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offers = offers
        self.until = until


class ConfigError(BatonError):
    """The installation is configured wrongly: says where and how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class RetriableError(BatonError):
    """The outside world failed for now; the same call may succeed after `retry_after` seconds (None: use back-off).

    Whatever a server asks for is a time from now to `LONGEST_WAIT`.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        if retry_after is not None:
            retry_after = None if math.isnan(retry_after) else min(max(0.0, retry_after), LONGEST_WAIT)
        self.retry_after = retry_after


class BudgetError(RetriableError):
    """We have asked as often as we may for now: nobody's fault, and nothing to mend."""


class UnknownResultError(RetriableError):
    """The call may or may not have taken effect: look the result up before repeating it."""


class PermanentError(BatonError):
    """Repeating the call cannot help; the work goes to the dead letters with this reason."""


class NotSetError(PermanentError):
    """Something is configured whose secret is not set: it is off until somebody sets it."""


class GoneError(PermanentError):
    """What was to be changed is no longer there."""


class ClosedError(PermanentError):
    """Baton is not let into the conversation in which it was to speak."""


class ConflictError(BatonError):
    """Somebody else changed the same record first; the unit of work starts over with the new state."""
