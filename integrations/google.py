"""What Google's APIs say when they do not do what they are asked, the same for all of them.

https://google.aip.dev/193 (errors), https://cloud.google.com/service-usage/docs/troubleshooting and the older form of
https://developers.google.com/drive/api/guides/handle-errors.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.errors import BatonError, GoneError, PermanentError, RetriableError, quoted
from bot.speech import mark, say
from integrations.http import Answer, retry_after
from integrations.json_text import read_json

REFUSALS = (400, 401, 403, 404, 409, 412)
"""Statuses that come with a reason."""

NOBODY = "A Google user"
"""What Google calls somebody without a name."""

ANSWERED = mark("Somebody has answered this review already. Google keeps one answer; change it where it was given.")

_FOR_NOW = frozenset({
    "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "ABORTED", "INTERNAL", "rateLimitExceeded", "quotaExceeded",
    "userRateLimitExceeded", "dailyLimitExceeded", "backendError", "internalError",
})  # fmt: skip
_OFF = frozenset({"SERVICE_DISABLED", "accessNotConfigured"})
_TOO_LITTLE = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"})


def read(answer: Answer, api: str) -> dict[str, Any]:
    """The object in an answer; raises the refusal that it is, with Google's words. `api` is how Google calls the API."""
    try:
        said = read_json(answer.body)
    except ValueError:
        said = None
    if 200 <= answer.status < 300:
        if not isinstance(said, dict):
            raise RetriableError(say("{api} does not answer with a JSON object.", api=api))
        return said
    raise refusal(said, answer, api)


async def refused(asking: Awaitable[object]) -> tuple[str, ...]:
    """Why what is asked for is not given, in Google's words; nothing where it is."""
    try:
        await asking
    except PermanentError as error:
        return (str(error),)
    return ()


def refusal(said: Any, answer: Answer, api: str) -> BatonError:
    """The error that an answer means: whether asking again helps, Google's own words, and what to set."""
    error = said.get("error") if isinstance(said, Mapping) else None
    error = error if isinstance(error, Mapping) else {"message": error if isinstance(error, str) else ""}
    message, code = quoted(str(error.get("message") or answer.status)[:500]), str(error.get("status") or answer.status)
    info = _info(error)
    reason, more = str(info.get("reason") or code), info.get("metadata")
    more = more if isinstance(more, Mapping) else {}
    if str(more.get("quota_limit_value")) == "0" or "limit 0" in message:
        words = say(
            "{api} has no quota for this project ({reason}): {message}", api=api, reason=reason, message=message
        )
        mend = say("Google gives it when it has approved the project.")
        return PermanentError(f"{words} {mend}")
    if {reason, code} & _FOR_NOW or answer.status == 429 or answer.status >= 500:
        wait = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
        return RetriableError(f"{api} has no room for us now ({reason}): {message}", wait)
    if reason in _OFF:
        where = more.get("activationUrl") or "https://console.cloud.google.com/apis/library"
        words = say(
            "{api} is not turned on in the project ({reason}): {message}", api=api, reason=reason, message=message
        )
        mend = say("Turn it on at {where}.", where=where)
        return PermanentError(f"{words} {mend}")
    if reason in _TOO_LITTLE:
        words = say(
            "The permission does not cover {api} ({reason}): {message}", api=api, reason=reason, message=message
        )
        mend = say("Give it again, with the scope that the set-up page names.")
        return PermanentError(f"{words} {mend}")
    kind = GoneError if answer.status == 404 else PermanentError
    return kind(say("{api} refuses ({reason}): {message}", api=api, reason=reason, message=message))


def _info(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """The reason and what belongs to it: `ErrorInfo` among the details, or the first of the older `errors`."""
    for name in ("details", "errors"):
        listed = error.get(name)
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, Mapping) and each.get("reason"):
                return each
    return {}
