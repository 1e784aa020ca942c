"""Deliveries of systems that cannot sign as Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.domain.delivery import Delivery, Inbound, Reject
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.source import SourceSettings

NOW = datetime(2026, 11, 22, 9, 15, tzinfo=UTC)
BODY = b'{"posts": []}'


def source(secret: str | None = "secret-1", **options: Any) -> GenericWebhook:
    return GenericWebhook(SourceSettings("tool", secret=secret, secret_env="TOOL_SECRET", options=options), Http())


def verdict(door: GenericWebhook, headers: dict[str, str], body: bytes = BODY, method: str = "POST") -> str:
    said = door.verify(Inbound(method, CIMultiDict(headers), {}, body), NOW)
    return said.error if isinstance(said, Reject) else "in" if isinstance(said, Delivery) else "?"


def signature(secret: str = "secret-1", said: bytes = BODY, name: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), said, getattr(hashlib, name)).digest()


@pytest.mark.parametrize("name", ["sha256", "sha1", "sha512"])
@pytest.mark.parametrize("writing", ["hex", "base64"])
def test_a_signature_of_its_own_comes_in(name: str, writing: str) -> None:
    door = source(
        auth="hmac", signature_header="X-Sig", signature_before="v=", signature_hash=name, signature_writing=writing
    )
    made = signature(name=name)
    written = made.hex() if writing == "hex" else base64.b64encode(made).decode()
    assert verdict(door, {"x-sig": f"v={written}"}) == "in"
    for wrong in (f"v={written[:-2]}", written, "v=", "v=ü", "x", f"v={signature('other', name=name).hex()}"):
        assert verdict(door, {"X-Sig": wrong}) == "bad_signature"
    assert verdict(door, {"X-Sig": f"v={written}"}, BODY + b" ") == "bad_signature"
    assert verdict(door, {}) == "unsigned"
    assert verdict(door, {"X-Sig": f"v={written}"}, method="GET") == "method_not_allowed"


def test_a_time_that_is_signed_too_keeps_old_deliveries_out() -> None:
    door = source(auth="hmac", timestamp_header="X-Time", signed="v0:{timestamp}:{body}")

    def at(late: timedelta, scale: int = 1) -> dict[str, str]:
        stamp = str(int((NOW + late).timestamp() * scale))
        return {"X-Time": stamp, "X-Signature": signature(said=f"v0:{stamp}:".encode() + BODY).hex()}

    assert verdict(door, at(timedelta(minutes=-4))) == "in"
    assert verdict(door, at(timedelta(minutes=4), 1000)) == "in"
    assert verdict(door, at(timedelta(minutes=-6))) == "stale"
    assert verdict(door, at(timedelta(minutes=6))) == "stale"
    old, fresh = at(timedelta(minutes=-6)), at(timedelta())
    assert verdict(door, {**old, "X-Time": fresh["X-Time"]}) == "bad_signature"
    for stamp in ("", "soon", "-1", "٣", "9" * 19, "9" * 40):
        assert verdict(door, {**fresh, "X-Time": stamp}) in {"unsigned", "bad_signature", "stale"}


def test_a_shared_word_in_a_header_comes_in() -> None:
    door = source(auth="token", token_header="X-Token", token_before="Key ")
    assert verdict(door, {"X-Token": "Key secret-1"}) == "in"
    for wrong in ("Key secret-2", "secret-1", "Key ", "Key ü", "Key secret-1 secret-1"):
        assert verdict(door, {"X-Token": wrong}) == "bad_token"
    assert verdict(door, {}) == "unsigned"


def test_a_user_with_the_secret_as_password_comes_in() -> None:
    door = source(auth="basic", user="tool")

    def header(user: str, password: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}

    assert verdict(door, header("tool", "secret-1")) == "in"
    for wrong in (
        header("other", "secret-1"),
        header("tool", "x"),
        {"Authorization": "Basic ?"},
        {"Authorization": "Bearer x"},
    ):
        assert verdict(door, wrong) == "bad_token"
    assert verdict(door, {}) == "unsigned"


@pytest.mark.parametrize("auth", ["hmac", "token", "basic"])
def test_while_a_secret_is_being_changed_both_come_in(auth: str) -> None:
    door = source("secret-1 secret-2", auth=auth)
    for secret in ("secret-1", "secret-2"):
        headers = {
            "hmac": {"X-Signature": signature(secret).hex()},
            "token": {"Authorization": secret},
            "basic": {"Authorization": "Basic " + base64.b64encode(f"baton:{secret}".encode()).decode()},
        }[auth]
        assert verdict(door, headers) == "in"


@pytest.mark.parametrize("auth", ["hmac", "token", "basic"])
@pytest.mark.parametrize("secret", [None, "", " "])
def test_without_a_secret_nothing_comes_in(auth: str, secret: str | None) -> None:
    for headers in (
        {},
        {"Authorization": ""},
        {"Authorization": "Basic YmF0b246"},
        {"X-Signature": signature("").hex()},
    ):
        assert verdict(source(secret, auth=auth), headers) == "no_secret"


def test_what_lets_others_in_does_not_travel_with_the_delivery() -> None:
    mapping = {"url": "link", "text": "said"}
    door = source(auth="token", token_header="X-Token", mapping=mapping)
    headers = CIMultiDict({"X-Token": "secret-1", "Authorization": "a", "Cookie": "b", "X-Event": "new"})
    said = door.verify(Inbound("POST", headers, {}, BODY), NOW)
    assert isinstance(said, Delivery)
    assert dict(said.headers) == {"x-event": "new"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"signed": "{timestamp}"}, "must hold {body} once"),
        ({"signed": "{timestamp}.{body}"}, "go together"),
        ({"timestamp_header": "X-Time"}, "go together"),
    ],
)
def test_a_signature_that_would_leave_out_the_body_or_the_time_is_refused(options: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        source(auth="hmac", **options)
