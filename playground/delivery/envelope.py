"""What is handed to the app, what it answers, and how it fails to."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Literal

from playground.refusal import Json

Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True)
class Envelope:
    """One thing to hand over. `url` is where the manifest wants it over HTTP; `retry` counts repeated deliveries."""

    kind: Kind
    payload: Json
    url: str = ""
    accepts_answer: bool = True
    retry: int = 0
    retry_reason: str = ""


@dataclass(frozen=True)
class Ack:
    """The app's acknowledgement and what it said in it."""

    payload: Any = None

    @property
    def said(self) -> Json:
        """The answer as an object; a bare text is a message's text."""
        if isinstance(self.payload, dict):
            return self.payload
        return {"text": self.payload} if isinstance(self.payload, str) and self.payload.strip() else {}


class DeliveryFailed(Exception):
    """The app did not acknowledge. `error` is what a person is told, `reason` what a retry is told."""

    def __init__(self, error: str, reason: str, detail: str, *, retriable: bool = True) -> None:
        super().__init__(detail)
        self.error = error
        self.reason = reason
        self.detail = detail
        self.retriable = retriable


def timed_out(seconds: float) -> DeliveryFailed:
    """The app took longer than Slack waits."""
    return DeliveryFailed("operation_timeout", "http_timeout", f"The app did not acknowledge within {seconds:g} s.")


def not_reached(detail: str) -> DeliveryFailed:
    """The app could not be reached at all."""
    return DeliveryFailed("dispatch_failed", "connection_failed", detail)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's request signature, version 0."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
