"""Keeping secrets out of logs and error messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, unquote_plus

HIDDEN = "•••"

SHORTEST = 6
"""Shorter secrets are not searched for: they would blot out ordinary words."""

_NAMES = (
    r"(?:access_?token|refresh_?token|id_?token|token|api_?key|key|secret|password|passwd|pwd|signature|sig|code|auth)"
)
_IN_QUERY = re.compile(rf"(?i)([?&;](?:[\w-]*[_-])?{_NAMES}=)[^&;#\s\"']+")
_IN_JSON = re.compile(rf"(?i)(\"(?:[\w-]*[_-])?{_NAMES}\"\s*:\s*\")[^\"]*")
_IN_URL = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^/\s@\"']+@")
_IN_HEADER = re.compile(r"(?i)\b(bearer|basic|dpop|bot)\s+[\w.~+/=:-]{8,}")


_PAIR = re.compile(rf"(?i)[?&;](?:[\w-]*[_-])?{_NAMES}=([^&;#\s\"']+)")
_LOGIN = re.compile(r"(?i)^[a-z][a-z0-9+.-]*://([^/?#\s]*)@")


def secrets_in(url: str) -> tuple[str, ...]:
    """What is secret about an address, as written and as servers read it: they may repeat it in what they say."""
    login = _LOGIN.match(url)
    password = login[1].partition(":")[2] if login is not None else ""
    found = filter(None, [*_PAIR.findall(url), password])
    return tuple(dict.fromkeys(form for secret in found for form in (secret, unquote(secret), unquote_plus(secret))))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets and without what looks like one: tokens in URLs, JSON and headers."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    text = _IN_URL.sub(rf"\g<1>{HIDDEN}@", text)
    text = _IN_QUERY.sub(rf"\g<1>{HIDDEN}", text)
    text = _IN_JSON.sub(rf"\g<1>{HIDDEN}", text)
    return _IN_HEADER.sub(rf"\g<1> {HIDDEN}", text)
