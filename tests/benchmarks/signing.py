"""Signed requests as Slack and the senders of webhooks make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode

from tests.benchmarks.company import FLOOR, SOURCE, TEAM
from tests.benchmarks.wire import post

SLACK_SECRET = "the-signing-secret-of-the-benchmarks"
HOOK_KEY = b"the key of the benchmarks' webhook"
HOOK_SECRET = "whsec_" + base64.b64encode(HOOK_KEY).decode()
HOOK_PATH = f"/hooks/generic/{SOURCE}"
SLACK_PATH = "/slack/events"


def slash(user: str, text: str) -> bytes:
    """`/baton <text>`, as Slack sends it: every field of a real delivery, signed with v0."""
    body = urlencode(
        {
            "token": "gIkuvaNzQIHg97ATvDxqgjtO",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": FLOOR,
            "channel_name": "floor",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/baton",
            "text": text,
            "api_app_id": "A0BENCH001",
            "is_enterprise_install": "false",
            "response_url": f"https://hooks.slack.com/commands/{TEAM}/1234567890/abcdefghijklmnopqrstuvwx",
            "trigger_id": "13345224609.738474920.8088930838d88f008e0",
        }
    ).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SLACK_SECRET.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    headers = {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "application/json,*/*",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    return post(SLACK_PATH, body, headers)


def hook_signature(message: str, stamp: str, body: bytes) -> str:
    """What Standard Webhooks put into `webhook-signature`."""
    signed = f"{message}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(HOOK_KEY, signed, "sha256")).decode()


def delivery(message: str, body: bytes) -> bytes:
    """A webhook post, signed as Standard Webhooks have it."""
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": hook_signature(message, stamp, body),
    }
    return post(HOOK_PATH, body, headers)
