"""What YouTube's Data API says when it does not do what it is asked. https://developers.google.com/youtube/v3/docs/errors"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BatonError, PermanentError, RetriableError
from integrations.http import Answer
from integrations.json_text import read_json

REFUSALS = (400, 401, 403, 404)
"""Statuses that come with a reason."""

_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_FOR_NOW = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError"})
_WORDS = {
    "commentsDisabled": "Comments are turned off for this video.",
    "videoNotFound": "There is no such video, or it is private.",
    "channelNotFound": "There is no such channel.",
    "commentNotFound": "The comment is no longer there.",
    "parentCommentNotFound": "The comment is no longer there.",
    "commentThreadNotFound": "The comment is no longer there.",
    "parentCommentIsPrivate": "The comment is private: YouTube takes no answers to it.",
    "operationNotSupported": "YouTube takes no answer to this comment from us.",
    "commentTextTooLong": "The text is too long for YouTube.",
    "commentTextRequired": "YouTube takes no empty answers.",
    "ineligibleAccount": "The account needs a YouTube channel before it can answer.",
    "keyInvalid": "The API key is not valid.",
    "accessNotConfigured": "The YouTube Data API is not turned on in the project of the key.",
    "insufficientPermissions": "The permission does not cover comments: it needs the scope youtube.force-ssl.",
    "authError": "YouTube does not take the access token.",
}
_PACIFIC = ZoneInfo("America/Los_Angeles")


def read(answer: Answer, now: datetime) -> dict[str, Any]:
    """The JSON of an answer; raises the refusal that it is."""
    try:
        said = read_json(answer.body)
    except ValueError as error:
        raise RetriableError("YouTube does not answer with JSON.") from error
    if not isinstance(said, dict):
        raise RetriableError("YouTube does not answer with an object.")
    if answer.status in REFUSALS:
        raise refusal(said, answer.status, now)
    return said


def refusal(said: Mapping[str, Any], status: int, now: datetime) -> BatonError:
    """The error that an answer means, in words, with YouTube's own."""
    try:
        message, reason = str(said["error"]["message"]), str(said["error"]["errors"][0]["reason"])
    except (LookupError, TypeError):
        message, reason = f"status {status}", ""
    if reason in _QUOTA:
        again = until_midnight(now)
        return RetriableError("YouTube's quota of the day is used up; there is more at midnight Pacific time.", again)
    if reason in _FOR_NOW:
        return RetriableError(f"YouTube has too much to do: {message}")
    return PermanentError(f"{_WORDS.get(reason, 'YouTube refuses.')} ({reason or message[:300]})")


def until_midnight(now: datetime) -> float:
    """Seconds until the quota begins anew: https://developers.google.com/youtube/v3/getting-started#quota"""
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return (datetime.combine(tomorrow, time(), _PACIFIC).astimezone(UTC) - now).total_seconds()
