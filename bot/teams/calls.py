"""Failures of calls to Teams, sorted by what helps: wait, look the result up, or mend something.

Which codes there are, and which to repeat: learn.microsoft.com, "Status codes from bot conversational APIs" in "Conversational
bots in Teams", and "Optimize your bot with rate limiting in Teams" (429, 412, 502 and 504 are to be repeated).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import aiohttp
import orjson

from bot.errors import ClosedError, GoneError, PermanentError, RetriableError, UnknownResultError

T = TypeVar("T")

_MENDS = {
    "BotNotInConversationRoster": "Add Baton to the team or the chat.",
    "BotDisabledByAdmin": "A Teams administrator has blocked the app: allow it in the admin centre.",
    "BotNotRegistered": "Check the bot's registration in Azure and TEAMS_APP_ID.",
    "ConversationBlockedByUser": "The person has blocked Baton.",
    "ConversationNotFound": "Check the channel in baton.toml, and that Baton is in its team.",
    "ForbiddenOperationException": "Add Baton to the team, or install it for the person.",
    "InvalidBotApiHost": "The service address belongs to another cloud: say something to Baton in Teams once more.",
    "MessageSizeTooBig": "The message is larger than Teams takes.",
    "MessageWritesBlocked": "Posting is blocked there: ask the owner of the team.",
    "NotEnoughPermissions": "The app lacks a permission: install it again with the manifest of this version.",
}
_CLOSED = frozenset(
    {
        "BotNotInConversationRoster",
        "BotDisabledByAdmin",
        "ConversationBlockedByUser",
        "ConversationNotFound",
        "ForbiddenOperationException",
    }
)
_GONE = frozenset({"ActivityNotFoundInConversation", "MessageNotFound"})
_LONGEST_WAIT = 3600.0
_REACHED_NOBODY = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class MessageGone(GoneError):
    """The message is no longer there: somebody deleted it. Post it anew rather than repeat the call."""


class ConversationClosed(ClosedError):
    """Baton is not in the conversation, or no longer."""


async def called(method: str, call: Awaitable[T]) -> T:
    """What a call gives; failures of the connection become `RetriableError` or `UnknownResultError`."""
    try:
        return await call
    except _REACHED_NOBODY as error:
        raise RetriableError(f"{method}: Teams could not be reached: {type(error).__name__}.") from error
    except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError) as error:
        raise UnknownResultError(f"{method}: the connection was lost before Teams answered: {error!r}.") from error


def failure(method: str, status: int, headers: Mapping[str, str], body: bytes) -> Exception:
    """What an answer that is no success means. `method` is what was asked, in our words."""
    code, message = _error(body)
    said = f"{method}: Teams answered {status} {code}".rstrip()
    if status == 429:
        return RetriableError(f"{said}: it asks to slow down.", retry_after(headers))
    if status in {412, 503}:
        return RetriableError(f"{said}.", retry_after(headers))
    if status == 501:
        return PermanentError(f"{said}: this service cannot do that.")
    if status >= 500 or status == 408:
        return UnknownResultError(f"{said}.", retry_after(headers))
    if code in _GONE:
        return MessageGone(f"{said}.")
    if status == 401:
        return PermanentError(f"{said}. Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID.")
    if status == 413:
        code = "MessageSizeTooBig"
    told = f"{said}. {_MENDS.get(code) or message}".strip()
    return ConversationClosed(told) if code in _CLOSED else PermanentError(told)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait: `Retry-After` as seconds or as a date."""
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(said) - (now or datetime.now(UTC))).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(0.0, seconds), _LONGEST_WAIT)


def _error(body: bytes) -> tuple[str, str]:
    """Code and message of `{"error": {"code": …, "message": …}}`."""
    try:
        said: Any = orjson.loads(body)
    except ValueError:
        return "", ""
    error = said.get("error") if isinstance(said, dict) else None
    if isinstance(error, str):
        return error[:80], ""
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or "")[:80], str(error.get("message") or "")[:300]
