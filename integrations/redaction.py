"""Keeping secrets out of logs and error messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "•••"

_SHORTEST = 6
"""Shorter secrets are not searched for: they would blot out ordinary words."""

_NAMES = (
    r"(?:access_?token|refresh_?token|id_?token|token|api_?key|key|secret|password|passwd|pwd|signature|sig|code|auth)"
)
_IN_QUERY = re.compile(rf"(?i)([?&;](?:[\w-]*[_-])?{_NAMES}=)[^&;#\s\"']+")
_IN_JSON = re.compile(rf"(?i)(\"(?:[\w-]*[_-])?{_NAMES}\"\s*:\s*\")[^\"]*")
_IN_URL = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^/\s@\"']+@")
_IN_HEADER = re.compile(r"(?i)\b(bearer|basic|dpop|bot)\s+[\w.~+/=:-]{8,}")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets and without what looks like one: tokens in URLs, JSON and headers."""
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    text = _IN_URL.sub(rf"\g<1>{HIDDEN}@", text)
    text = _IN_QUERY.sub(rf"\g<1>{HIDDEN}", text)
    text = _IN_JSON.sub(rf"\g<1>{HIDDEN}", text)
    return _IN_HEADER.sub(rf"\g<1> {HIDDEN}", text)
