"""Tokens that a key of App Store Connect signs.

https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from bot.errors import NotSetError
from bot.ports.tokens import Renew, Token
from bot.speech import say

_LASTS = 19 * 60
"""Seconds. Apple takes no token that holds for more than twenty minutes."""


def by_private_key(key: str, key_id: str, issuer_id: str, variable: str) -> Renew:
    """Tokens of a team's key, or without an issuer of a person's. `variable` is where the key stands, for what is said."""

    async def renew(kept: str | None) -> Token:
        import jwt  # noqa: PLC0415 - only a source that has such a key needs it

        now = int(time.time())
        whose = {"iss": issuer_id} if issuer_id else {"sub": "user"}
        claims = {**whose, "iat": now, "exp": now + _LASTS, "aud": "appstoreconnect-v1"}
        try:
            # A variable cannot always hold line ends.
            made = jwt.encode(claims, key.replace("\\n", "\n"), algorithm="ES256", headers={"kid": key_id})
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            words = say("{variable} holds no key of App Store Connect. Put the whole file there.", variable=variable)
            raise NotSetError(words) from error
        return Token(made, datetime.fromtimestamp(now + _LASTS, UTC))

    return renew
