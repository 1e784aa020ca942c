"""Is it Teams that calls? The token of a delivery, checked.

What has to be checked: learn.microsoft.com, "Authentication with the Bot Connector API", "Step 4: Verify the JWT token".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import orjson

from bot.teams.keys import SigningKey, SigningKeys
from bot.teams.settings import TeamsSettings

SKEW_SECONDS = 300
"""How far clocks may be apart; Microsoft's own figure."""

CHANNEL = "msteams"

_LONGEST = 16_000
_ALGORITHM = "RS256"
_signatures = jwt.PyJWS(algorithms=[_ALGORITHM])


class NotTeams(Exception):
    """The delivery cannot be shown to come from Teams. Says why, without a word of the token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who delivers: Teams, by a checked token, or (`anonymous`) the local client."""

    service_url: str = ""
    endorsements: frozenset[str] = frozenset()
    anonymous: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Gate:
    """Lets deliveries in."""

    def __init__(self, settings: TeamsSettings, keys: SigningKeys, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._keys = keys
        self._now = now

    async def caller(self, header: str | None) -> Caller:
        """Who speaks, by their `Authorization` header; raises `NotTeams` and nothing else."""
        if self._settings.local_client:
            return Caller(anonymous=True)
        try:
            token = bearer(header)
            key = await self._keys.find(key_id(token))
            if key is None:
                raise NotTeams("the key it is signed with is not known")
            return checked(token, key, self._settings, self._now())
        except NotTeams:
            raise
        except Exception as error:
            # Whatever a forged token makes the libraries stumble over: it is no token of Teams.
            raise NotTeams(f"the token cannot be read ({type(error).__name__})") from None

    def require_match(self, caller: Caller, activity: Mapping[str, Any]) -> None:
        """Raise `NotTeams` when the caller may not deliver this activity: its answers would go elsewhere."""
        url = activity.get("serviceUrl")
        if not isinstance(url, str) or not self._settings.may_call(url):
            raise NotTeams("its service address may not be called")
        if caller.anonymous:
            return
        if activity.get("channelId") != CHANNEL:
            raise NotTeams("it is not of the channel msteams")
        if CHANNEL not in caller.endorsements:
            raise NotTeams("the key it is signed with does not speak for msteams")
        if caller.service_url != url:
            raise NotTeams("its token was made for another service address")


def bearer(header: str | None) -> str:
    """The token of an `Authorization` header."""
    if not header:
        raise NotTeams("it has no token")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token or len(token) > _LONGEST:
        raise NotTeams("its Authorization header is not a bearer token")
    return token


def key_id(token: str) -> str:
    """Which key a token says it is signed with; only the one algorithm that Teams uses is heard."""
    header = _signatures.get_unverified_header(token)
    if header.get("alg") != _ALGORITHM:
        raise NotTeams(f"it is not signed with {_ALGORITHM}")
    name = header.get("kid")
    if not isinstance(name, str) or not name:
        raise NotTeams("it does not say which key it is signed with")
    return name


def checked(token: str, key: SigningKey, settings: TeamsSettings, now: float) -> Caller:
    """The caller of a token that is signed with this key, for this app, at this time (Unix seconds)."""
    try:
        payload = _signatures.decode(token, key.key, algorithms=[_ALGORITHM])
    except jwt.InvalidSignatureError:
        raise NotTeams("its signature is not right") from None
    claims = orjson.loads(payload)
    if not isinstance(claims, dict):
        raise NotTeams("its claims are no JSON object")
    if claims.get("iss") != settings.service:
        raise NotTeams("it comes from another issuer")
    if claims.get("aud") != settings.app_id or not settings.app_id:
        raise NotTeams("it is meant for another app")
    _require_in_time(claims, now)
    return Caller(str(claims.get("serviceurl") or ""), key.endorsements, claims=claims)


def _require_in_time(claims: Mapping[str, Any], now: float) -> None:
    ends, begins = _time(claims.get("exp")), _time(claims.get("nbf", 0))
    if ends is None:
        raise NotTeams("it does not say when it ends")
    if begins is None:
        raise NotTeams("it does not say rightly when it begins")
    if now > ends + SKEW_SECONDS:
        raise NotTeams("it has expired")
    if now < begins - SKEW_SECONDS:
        raise NotTeams("it is not valid yet")


def _time(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
