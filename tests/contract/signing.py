"""How each network that delivers to us signs: one entry per connector with a front door."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from standardwebhooks import Webhook

from tests.contract import google_tokens

SECRET = "whsec_Y29udHJhY3QtdGVzdC1zZWNyZXQ="

Sign = Callable[[bytes, datetime, str], Mapping[str, str]]
"""(body, time, secret) → the headers that carry the signature, and no others."""


class Signing(NamedTuple):
    """How a network signs, and where it says so.

    `timed`: the signature covers a time, so that an old one can be told. Where there is none, `replay` says why an old
    delivery that comes again does no harm. `body`: the signature covers the body.
    """

    sign: Sign
    source: str
    timed: bool
    replay: str = ""
    body: bool = True
    old: timedelta = timedelta(minutes=5)
    options: Mapping[str, Any] = {}
    ready: Callable[[Any], None] = lambda source: None
    wrong: Callable[[bytes, datetime], Mapping[str, tuple[int, Mapping[str, str]]]] = lambda body, at: {}


def standard_webhooks(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """The headers of Standard Webhooks."""
    return {
        "webhook-id": "msg_contract",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_contract", at, body.decode()),
    }


def telegram(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """The secret itself, as it was given to `setWebhook`."""
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


def discourse(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """An HMAC of the body."""
    return {"X-Discourse-Event-Signature": "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()}


def x(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """An HMAC of the body with the app's consumer secret."""
    made = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    return {"x-twitter-webhooks-signature": f"sha256={made}"}


def meta(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """An HMAC of the body with the secret of the app."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()}


def meltwater(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """An HMAC of the body, with SHA-1."""
    return {"X-Hub-Signature": "sha1=" + hmac.digest(secret.encode(), body, "sha1").hex()}


def trustpilot(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """Nothing is signed: the secret stands in the address, before the host's name."""
    return {"Authorization": "Basic " + base64.b64encode(f"baton:{secret}".encode()).decode()}


def linkedin(body: bytes, at: datetime, secret: str) -> Mapping[str, str]:
    """An HMAC of the hash's name and the body, with the secret of the client."""
    return {"X-LI-Signature": hmac.digest(secret.encode(), b"hmacsha256=" + body, "sha256").hex()}


SIGNERS: Mapping[str, Signing] = {
    "linkedin": Signing(
        linkedin,
        "https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation",
        timed=False,
        replay="A comment is stored once by its number, an edit once by its time; a deleted comment stays deleted.",
    ),
    "google_business": Signing(
        lambda body, at, secret: google_tokens.google_token(body, at, secret, SECRET),
        "https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions",
        timed=True,
        body=False,
        old=google_tokens.LASTS,
        options=google_tokens.OPTIONS,
        ready=google_tokens.learn,
        wrong=google_tokens.wrong,
    ),
    "x": Signing(
        x,
        "https://docs.x.com/x-api/webhooks/quickstart",
        timed=False,
        replay="A post is stored once by its first id, an edit once by its own; a deleted post stays deleted.",
    ),
    "generic": Signing(
        standard_webhooks,
        "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        timed=True,
    ),
    "telegram": Signing(
        telegram,
        "https://core.telegram.org/bots/api#setwebhook",
        timed=False,
        replay="A message is stored once by chat and number, an edit once by its time.",
        body=False,
    ),
    "discourse": Signing(
        discourse,
        "https://meta.discourse.org/t/49045",
        timed=False,
        replay="A post is stored once by topic and number, an edit once by its version; a deleted post stays deleted.",
    ),
    "facebook": Signing(
        meta,
        "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
        timed=False,
        replay="What was written is stored once by its id, an edit once by its time or words; what was deleted stays deleted.",
    ),
    "instagram": Signing(
        meta,
        "https://developers.facebook.com/docs/instagram-platform/webhooks",
        timed=False,
        replay="A comment or message is stored once by its id, an edit once by its number; what was deleted stays deleted.",
    ),
    "whatsapp": Signing(
        meta,
        "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
        timed=False,
        replay="A message is stored once by its id, an edit once by its own; a message that was taken back stays so.",
    ),
    "meltwater": Signing(
        meltwater,
        "https://developer.meltwater.com/docs/meltwater-api/guides/datastreams-document-verification",
        timed=False,
        replay="A document is stored once by its network's id, or else by Meltwater's.",
    ),
    "trustpilot": Signing(
        trustpilot,
        "https://support.trustpilot.com/hc/en-us/community/posts/10109980750738-How-to-set-up-Trustpilot-Webhooks",
        timed=False,
        replay="A review is stored once by its id, an edit once by its words and time; a deleted one stays deleted.",
        body=False,
    ),
}
