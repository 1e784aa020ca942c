"""How each network that delivers to us signs: one function per connector with a front door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from standardwebhooks import Webhook

SECRET = "whsec_Y29udHJhY3QtdGVzdC1zZWNyZXQ="

Sign = Callable[[bytes, datetime, str], Mapping[str, str]]
"""(body, time, secret) → headers."""


def standard_webhooks(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """The headers of Standard Webhooks."""
    return {
        "webhook-id": "msg_contract",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_contract", at, body.decode()),
    }


SIGNERS: Mapping[str, Sign] = {"generic": standard_webhooks}
