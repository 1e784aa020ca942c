"""Who signed in: an id_token, verified. Pure, with the clock passed in.

What has to hold: openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation. Slack's claims: docs.slack.dev,
"openid.connect.token"; Microsoft's: learn.microsoft.com, "ID token claims reference".
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ALGORITHM = "RS256"
"""What Slack and Microsoft sign with; nothing else is taken, whatever a token says."""

SKEW = 60.0
"""Seconds that clocks may differ."""

OLDEST = 600.0
"""Seconds ago that a token may have been issued: it is made while somebody waits for it."""

_LONGEST = 20_000
_REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")


class NotSignedIn(Exception):
    """What the provider says is not good enough; `why` is for the log, and has nothing secret in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def key_id(token: str) -> str:
    """Which key it says it is signed with; raises `NotSignedIn` for another algorithm than ours."""
    if len(token) > _LONGEST:
        raise NotSignedIn("the id_token is too long")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise NotSignedIn("the id_token cannot be read") from error
    if header.get("alg") != ALGORITHM or "crit" in header:
        raise NotSignedIn("the id_token is not signed as it has to be")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise NotSignedIn("the id_token names no key")
    return kid


def verified(
    token: str, key: RSAPublicKey, *, issuer: str, client: str, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """Its claims; raises `NotSignedIn` where anything about it is wrong."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            # Times are looked at below, by the clock that is passed in; the rest as well, to be told apart.
            options={
                "require": list(_REQUIRED),
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "verify_iss": False,
            },
        )
    except jwt.MissingRequiredClaimError as error:
        raise NotSignedIn("the id_token lacks a claim") from error
    except jwt.InvalidTokenError as error:
        raise NotSignedIn("the id_token is not signed by its issuer") from error
    _require_parties(claims, issuer, client)
    _require_times(claims, now.timestamp())
    said = claims["nonce"]
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise NotSignedIn("the id_token is for another sign-in")
    return dict(claims)


def _require_parties(claims: Mapping[str, Any], issuer: str, client: str) -> None:
    if claims["iss"] != issuer:
        raise NotSignedIn("the id_token is of another issuer")
    audience = claims["aud"]
    # We trust no audience beside ourselves.
    if audience not in (client, [client]):
        raise NotSignedIn("the id_token is for another audience")
    if claims.get("azp", client) != client:
        raise NotSignedIn("the id_token was made for another party")


def _require_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued, begins = (_seconds(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires is None or issued is None or (begins is None and "nbf" in claims):
        raise NotSignedIn("the id_token has times that are none")
    if expires + SKEW <= now:
        raise NotSignedIn("the id_token is over")
    if issued - SKEW > now or (begins is not None and begins - SKEW > now):
        raise NotSignedIn("the id_token is from the future")
    if issued + OLDEST + SKEW < now:
        raise NotSignedIn("the id_token is old")


def _seconds(said: object) -> float | None:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None
