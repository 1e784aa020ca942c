"""Access tokens for a service account of Google: its private key signs that it asks.

https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from bot.errors import NotSetError
from bot.ports.tokens import Renew, Token
from bot.speech import say
from integrations.oauth import FORM, REFUSALS, Ask, read_token

TOKENS_AT = "https://oauth2.googleapis.com/token"

_LASTS = 3600
"""Seconds. Google takes no assertion that holds for longer."""


def by_service_account(ask: Ask, key: str, scope: str, variable: str, **request: Any) -> Renew:
    """Tokens for the JSON key of a service account, as it is downloaded. `variable` is where the key stands, for what is said.

    Raises `NotSetError` where that is no such key, `TokenRefusedError` where Google takes it no longer.
    """

    async def renew(kept: str | None) -> Token:
        assertion, where = _assertion(key, scope, variable)
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        data = urlencode(form).encode()
        sent = {"data": data, "headers": FORM, "expected": REFUSALS, "repeatable": True, "secrets": (assertion,)}
        return read_token(await ask("POST", where, **sent, **request), datetime.now(UTC))

    return renew


def _assertion(key: str, scope: str, variable: str) -> tuple[str, str]:
    """Who asks for what, signed, and whom it is said to."""
    import jwt  # noqa: PLC0415 - only a source that has such a key needs it

    try:
        account = orjson.loads(key)
        where, now = str(account.get("token_uri") or TOKENS_AT), int(time.time())
        claims = {"iss": account["client_email"], "scope": scope, "aud": where, "iat": now, "exp": now + _LASTS}
        named = {"kid": str(account["private_key_id"])} if account.get("private_key_id") else None
        return jwt.encode(claims, account["private_key"], algorithm="RS256", headers=named), where
    except (ValueError, LookupError, TypeError, AttributeError, jwt.PyJWTError) as error:
        words = say("{variable} holds no JSON key of a service account. Put the whole file there.", variable=variable)
        raise NotSetError(words) from error
