"""Calls to Slack's Web API, with its failures sorted by what helps: wait, look the result up, or mend something."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import ClosedError, GoneError, PermanentError, RetriableError, UnknownResultError

Answer = AsyncSlackResponse

_LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "accesslimited"})
_UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout"})
_MENDS = {
    "channel_not_found": "Check the channel in baton.toml, and invite Baton to it if it is private.",
    "not_in_channel": "Invite Baton to the channel: /invite @Baton.",
    "is_archived": "The channel is archived: name another one in baton.toml.",
    "invalid_auth": "Check SLACK_BOT_TOKEN.",
    "not_authed": "Set SLACK_BOT_TOKEN.",
    "account_inactive": "The app was removed from the workspace: install it again.",
    "token_revoked": "The app was removed from the workspace: install it again.",
    "missing_scope": "Add the scope in the app's settings under OAuth & Permissions, or paste the manifest of this version, "
    "and install the app again.",
    "restricted_action": "A workspace setting keeps Baton from posting there: ask a Slack administrator.",
    "user_not_found": "The person's Slack account is gone.",
}
_MENDS_OF = {
    "conversations.create": {
        "restricted_action": "A workspace setting keeps Baton from making channels: ask a Slack administrator.",
    },
    "pins.add": {"permission_denied": "A workspace setting keeps Baton from pinning: ask a Slack administrator."},
}
"""What mends a refusal of one method, where that is something else."""


class MessageGone(GoneError):
    """The message is no longer there: somebody deleted it. Post it anew rather than repeat the call."""


class Refused(PermanentError):
    """Slack said no, in this word; `answer` is all it said."""

    def __init__(self, said: str, word: str, answer: Mapping[str, Any]) -> None:
        super().__init__(said)
        self.word = word
        self.answer = answer


class ChannelClosed(ClosedError):
    """Baton is not in the channel."""


async def called(method: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The answer of a Web API call; raises `RetriableError`, `UnknownResultError` or `PermanentError`."""
    try:
        return await call
    except SlackApiError as error:
        raise _sorted(method, error) from error
    except (aiohttp.ClientConnectorError, aiohttp.ClientConnectorDNSError) as error:
        raise RetriableError(f"{method}: Slack could not be reached: {error}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnknownResultError(f"{method}: the connection was lost before Slack answered: {error}") from error
    except SlackClientError as error:
        raise PermanentError(f"{method}: {error}") from error


def _sorted(method: str, error: SlackApiError) -> Exception:
    response: Any = error.response
    status = int(getattr(response, "status_code", 200) or 200)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", response)
    word = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or word in _LATER:
        return RetriableError(f"{method}: Slack asks to slow down ({word or status}).", _retry_after(headers))
    if status >= 500 or word in _UNSURE or not word:
        return UnknownResultError(f"{method}: Slack failed ({word or status}).")
    if word in {"message_not_found", "thread_not_found"}:
        return MessageGone(f"{method}: {word}.")
    mend = _MENDS_OF.get(method, {}).get(word) or _MENDS.get(word, "")
    said = f"{method}: {word}. {mend}{_details(data)}".strip()
    return ChannelClosed(said) if word == "not_in_channel" else Refused(said, word, data)


def _retry_after(headers: Any) -> float | None:
    for name, value in dict(headers).items():
        if str(name).lower() == "retry-after":
            try:
                return float(value)
            except (TypeError, ValueError):
                return None
    return None


def _details(data: Any) -> str:
    """What Slack says is wrong with blocks, or which scope is missing."""
    messages = (data.get("response_metadata") or {}).get("messages") or ()
    needed = data.get("needed")
    return " ".join(["", *map(str, messages[:3]), *([f"(needed: {needed})"] if needed else [])]).rstrip()
