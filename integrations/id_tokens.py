"""Deliveries that come with a token of Google, signed for whoever delivers: its signature, parties and times; and the keys for that.

https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#validate_tokens,
https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain.delivery import Inbound, Reject
from bot.errors import RetriableError
from integrations.http import Answer
from integrations.json_text import read_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

KEYS_AT = "https://www.googleapis.com/oauth2/v3/certs"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")

SKEW = 60.0
"""Seconds that clocks may differ."""

KEPT = 24 * 3600.0
"""Seconds after which keys no longer count: one that was taken back must not hold for ever. Google's change every few days."""

AGAIN = 60.0
"""An unknown key lets the keys be fetched at most so often (seconds): anybody can make up the name of one."""

RETRY = 5.0
"""Seconds for which the server of the keys is left alone after it failed."""

_ALGORITHM = "RS256"
_SMALLEST = 2048
_LONGEST = 8_000


class SigningKeys:
    """The keys by their names. `clock` gives seconds that only ever grow."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: dict[str, RSAPublicKey] = {}
        self._until = self._again = float("-inf")

    def get(self, name: str) -> RSAPublicKey | None:
        """The key, where it is known and was fetched not too long ago."""
        return self._keys.get(name) if self._clock() < self._until else None

    def learn(self, document: Any) -> None:
        """Take a JSON Web Key Set in place of what was known; what is no RSA key is left out."""
        import jwt  # noqa: PLC0415 - only a source that is delivered to with such tokens needs it
        from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415

        found = {}
        for each in document.get("keys") or () if isinstance(document, dict) else ():
            try:
                key: Any = RSAAlgorithm.from_jwk({"kty": each["kty"], "n": each["n"], "e": each["e"]})
            except (jwt.InvalidKeyError, LookupError, TypeError, ValueError, AttributeError):
                continue
            if key.key_size >= _SMALLEST and isinstance(each.get("kid"), str):
                found[each["kid"]] = key
        if found:
            self._keys, self._until = found, self._clock() + KEPT

    async def fetch(self, ask: Callable[..., Awaitable[Answer]]) -> None:
        """Fetch them, unless that was done just now; raises as `ask` does."""
        if (now := self._clock()) < self._again:
            return
        self._again = now + RETRY
        try:
            self.learn(read_json((await ask("GET", self._url)).body))
        except ValueError as error:
            raise RetriableError("The keys by which Google signs cannot be read.") from error
        self._again = now + AGAIN


def unproven(request: Inbound, keys: SigningKeys, audience: str, email: str, now: datetime) -> Reject | None:
    """Why the request is not let in; None where its token is Google's, for us (`audience`), and of this service account.

    Pure: where the key is not known yet it says 503, so that it comes again once `keys` has fetched it.
    """
    if request.method != "POST":
        return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return Reject(
            401, "unsigned", "The header Authorization has no token. Turn on authentication of the subscription."
        )
    import jwt  # noqa: PLC0415

    try:
        header = jwt.get_unverified_header(token) if len(token) <= _LONGEST else {}
        name = header.get("kid")
        if header.get("alg") != _ALGORITHM or "crit" in header or not isinstance(name, str):
            return _bad("The token is not signed with RS256 by a key that it names.")
        if (key := keys.get(name)) is None:
            return Reject(503, "unknown_key", "The key that signed this is not known yet. Send it again.")
        unchecked: Any = {f"verify_{claim}": False for claim in ("exp", "iat", "nbf", "aud", "iss", "sub", "jti")}
        # Times are held against the clock that is passed in, and the rest is told apart below.
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], options=unchecked)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return _bad("The token is not signed by Google.")
    return _wrong(claims, audience, email) or _stale(claims, now.timestamp())


def _wrong(claims: Mapping[str, Any], audience: str, email: str) -> Reject | None:
    if claims.get("iss") not in ISSUERS:
        return _bad("The token is of another issuer.")
    if not audience or claims.get("aud") not in (audience, [audience]):
        return _bad("The token is for another audience. Set the subscription's audience as in baton.toml.")
    if not email or claims.get("email") != email or claims.get("email_verified") is not True:
        return _bad("The token is of another service account than the one in baton.toml.")
    return None


def _stale(claims: Mapping[str, Any], now: float) -> Reject | None:
    ends, issued = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    if ends is None or issued is None or not issued - SKEW <= now < ends + SKEW:
        return Reject(401, "stale", "The token is over, or from the future. Look at the clock of this machine.")
    return None


def _seconds(said: Any) -> float | None:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None


def _bad(why: str) -> Reject:
    return Reject(401, "bad_signature", why)
