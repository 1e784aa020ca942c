"""Is a request from Slack? Decided on its bytes as they came, before anything in them is read. Pure.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac

FRESH = 300
"""Seconds by which a request's time may differ from ours; an older one may be a recording."""

_LONGEST_STAMP = 12
"""Digits of a time. Longer ones are no time, and cost time to read."""


def from_slack(secret: str, stamp: str, signature: str, body: bytes, now: float) -> bool:
    """Does the signature fit the time and the body, and is the time that of `now` (seconds since 1970)?"""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP and signature.isascii()):
        return False
    if abs(now - int(stamp)) > FRESH:
        return False
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={digest}", signature)
