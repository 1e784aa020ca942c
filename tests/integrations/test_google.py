"""What Google's APIs say when they refuse: read in every form that they have."""

from __future__ import annotations

import json
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import BatonError, GoneError, PermanentError, RetriableError
from integrations.google import read
from integrations.http import Answer


def refused(status: int, body: Any, **headers: str) -> BatonError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(status, CIMultiDictProxy(CIMultiDict(headers)), data, "https://api.example/")
    with pytest.raises(BatonError) as failed:
        read(answer, "The API")
    return failed.value


def error(status: int, message: str, code: str, reason: str = "", **metadata: str) -> dict[str, Any]:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata}
    more = {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"url": "https://help.example"}]}
    return {"error": {"code": status, "message": message, "status": code, "details": [more, info] if reason else []}}


def test_an_api_that_is_turned_off_says_where_it_is_turned_on() -> None:
    where = "https://console.developers.google.com/apis/api/mybusiness.googleapis.com/overview?project=4711"
    message = "Google My Business API has not been used in project 4711 before or it is disabled."
    said = refused(403, error(403, message, "PERMISSION_DENIED", "SERVICE_DISABLED", activationUrl=where))
    assert isinstance(said, PermanentError)
    assert message in str(said)
    assert f"Turn it on at {where}." in str(said)


def test_a_quota_of_none_is_told_from_one_that_is_used_up() -> None:
    message = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'."
    none = refused(429, error(429, message, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_limit_value="0"))
    assert isinstance(none, PermanentError)
    assert message in str(none)
    assert "has no quota for this project" in str(none)
    full = error(429, message, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_limit_value="300")
    used = refused(429, full, **{"Retry-After": "37"})
    assert isinstance(used, RetriableError)
    assert used.retry_after == 37


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "quotaExceeded", "backendError"])
def test_the_older_form_of_a_full_quota_is_a_matter_of_time(reason: str) -> None:
    older = {
        "error": {"code": 403, "message": "Quota exceeded", "errors": [{"domain": "usageLimits", "reason": reason}]}
    }
    assert isinstance(refused(403, older), RetriableError)


def test_a_permission_that_covers_too_little_says_so() -> None:
    said = refused(403, error(403, "Insufficient.", "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"))
    assert "does not cover The API" in str(said)


def test_what_is_not_there_is_gone_and_all_else_is_refused() -> None:
    assert isinstance(refused(404, error(404, "Requested entity was not found.", "NOT_FOUND")), GoneError)
    said = refused(400, error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT"))
    assert isinstance(said, PermanentError)
    assert not isinstance(said, GoneError)
    assert "(INVALID_ARGUMENT)" in str(said)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[1]", b"null", {"error": None}, {"error": "invalid_request"}, {"error": {"details": [7], "errors": 7}},
     {"error": {"message": None, "details": [{"reason": "X", "metadata": None}]}}],
)  # fmt: skip
def test_a_refusal_in_no_known_form_is_one_all_the_same(body: Any) -> None:
    assert isinstance(refused(403, body), PermanentError)
    assert isinstance(refused(503, body), RetriableError)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"null"])
def test_an_answer_that_is_no_object_is_asked_for_again(body: bytes) -> None:
    assert isinstance(refused(200, body), RetriableError)
