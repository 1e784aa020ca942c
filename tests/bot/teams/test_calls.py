"""What an answer of Teams means for whoever called."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.errors import GoneError, PermanentError, RetriableError, UnknownResultError
from bot.teams.calls import ConversationClosed, MessageGone, failure, retry_after


def error(code: str, message: str = "in Teams' words") -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, error("Throttled"), RetriableError),
        (412, error("PreconditionFailed"), RetriableError),
        (503, error("ServiceUnavailable"), RetriableError),
        (500, error("ServiceError"), UnknownResultError),
        (501, b"", PermanentError),
        (502, b"<html>Bad gateway</html>", UnknownResultError),
        (504, b"", UnknownResultError),
        (408, b"", UnknownResultError),
        (400, error("BadSyntax"), PermanentError),
        (401, b"", PermanentError),
        (403, error("BotNotInConversationRoster"), ConversationClosed),
        (403, error("BotDisabledByAdmin"), ConversationClosed),
        (403, error("MessageWritesBlocked"), PermanentError),
        (403, error("ForbiddenOperationException"), ConversationClosed),
        (404, error("ConversationNotFound"), ConversationClosed),
        (404, error("ActivityNotFoundInConversation"), MessageGone),
        (404, b"[]", PermanentError),
        (413, b"", PermanentError),
        (301, b"", PermanentError),
    ],
)
def test_each_answer_has_its_remedy(status: int, body: bytes, expected: type[Exception]) -> None:
    assert type(failure("send", status, {}, body)) is expected


def test_a_message_that_is_gone_is_known_to_the_outbox() -> None:
    assert isinstance(failure("update", 404, {}, error("ActivityNotFoundInConversation")), GoneError)


def test_what_can_be_mended_says_how() -> None:
    assert "Add Baton to the team" in str(failure("send", 403, {}, error("BotNotInConversationRoster")))
    assert "larger than Teams takes" in str(failure("send", 413, {}, b""))
    assert "in Teams' words" in str(failure("send", 400, {}, error("BadArgument")))
    assert "TEAMS_APP_PASSWORD" in str(failure("send", 401, {}, b""))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Mon, 05 Jan 2026 10:00:30 GMT", 30.0),
        ("Mon, 05 Jan 2026 09:00:00 GMT", 0.0),
        ("1e99", 3600.0),
        ("inf", 3600.0),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_as_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert retry_after({"retry-After": said}, datetime(2026, 1, 5, 10, 0, tzinfo=UTC)) == seconds


def test_without_the_header_the_caller_chooses_how_long_to_wait() -> None:
    found = failure("send", 429, {}, b"")
    assert isinstance(found, RetriableError)
    assert found.retry_after is None
    told = failure("send", 429, {"Retry-After": "12"}, b"")
    assert isinstance(told, RetriableError)
    assert told.retry_after == 12
