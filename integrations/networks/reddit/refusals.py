"""What Reddit says when it does not do what it is asked. https://github.com/reddit-archive/reddit/blob/master/r2/r2/lib/errors.py"""

from __future__ import annotations

from typing import Any

from bot.errors import BatonError, PermanentError, RetriableError, UnknownResultError, quoted
from bot.speech import mark, say
from integrations.http import Answer
from integrations.json_text import read_json

REFUSALS = (400, 403, 404)
"""Statuses that come with a reason."""

_WORDS = {
    "TOO_LONG": mark("The text is too long for Reddit."),
    "NO_TEXT": mark("Reddit takes no empty answers."),
    "DELETED_COMMENT": mark("The comment was deleted or removed."),
    "DELETED_LINK": mark("The post was deleted or removed."),
    "TOO_OLD": mark("The thread is archived: Reddit takes no answers any more."),
    "THREAD_LOCKED": mark("A moderator has locked the thread."),
    "SUBREDDIT_NOTALLOWED": mark("This subreddit does not let our account write."),
    "SUBREDDIT_NOEXIST": mark("There is no such subreddit any more."),
    "USER_BLOCKED": mark("The author and our account have blocked each other."),
    "USER_MUTED": mark("Our account is muted there."),
    "insufficient_scope": mark("The permission lacks a scope: give it read, privatemessages, history and submit."),
    "private": mark("The subreddit is private, and our account is no member."),
    "banned": mark("Reddit has closed the subreddit."),
}


def refusal(answer: Answer) -> PermanentError:
    """Why there is a status in place of an answer."""
    try:
        said = read_json(answer.body)
        reason, message = said.get("reason"), said.get("message")
    except (ValueError, AttributeError):
        reason, message = None, answer.body[:200].decode("utf-8", "replace")
    if "insufficient_scope" in answer.headers.get("WWW-Authenticate", ""):
        reason = "insufficient_scope"
    return PermanentError(_in_words(str(reason or ""), f"{answer.status} {message or ''}".strip()))


def written_thing(answer: Answer) -> dict[str, Any]:
    """What an answer to a writing request made; raises the refusal that it is."""
    if answer.status in REFUSALS:
        raise refusal(answer)
    try:
        said = read_json(answer.body)["json"]
        if said.get("errors"):
            raise _error(said)
        return dict(said["data"]["things"][0]["data"])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnknownResultError(say("Reddit's answer cannot be read.")) from error


def _error(said: dict[str, Any]) -> BatonError:
    code, message = (str(part) for part in said["errors"][0][:2])
    if code in {"RATELIMIT", "SUBREDDIT_RATELIMIT"}:
        wait = said.get("ratelimit")
        return RetriableError(
            say("Reddit lets our account write only so often: {said}", said=quoted(message)),
            float(wait) if isinstance(wait, int | float) else None,
        )
    return PermanentError(_in_words(code, f"{code}: {message}"))


def _in_words(code: str, message: str) -> str:
    return say(
        "{words} Reddit said: {said}", words=say(_WORDS.get(code, mark("Reddit refuses."))), said=quoted(message)
    )
