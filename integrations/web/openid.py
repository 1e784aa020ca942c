"""A provider of OpenID Connect: what it announces, its keys, and a code for an id_token.

openid.net/specs/openid-connect-discovery-1_0.html, openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth, RFC 7636 (PKCE).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bot.errors import BatonError, PermanentError, RetriableError
from bot.teams.settings import is_https, is_loopback_url
from integrations.http import Http
from integrations.web.id_token import NotSignedIn

_log = structlog.get_logger("baton.web")

FRESH = 24 * 3600.0
"""Seconds after which what is announced, and the keys, are read again."""

AGAIN = 60.0
"""An unknown key lets the keys be read again at most so often (seconds): anybody can make up the name of one."""

RETRY = 5.0
"""Seconds for which a provider that failed is left alone."""

_SMALLEST_KEY = 2048
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Client:
    """Who Baton is to a provider. `issuer` announces itself below its own address; `extra` goes along when people are sent there."""

    issuer: str
    id: str
    secret: str = field(repr=False)
    pkce: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announced:
    """Where a provider has what."""

    authorization: str
    token: str
    keys: str


class Provider:
    """`clock` gives seconds that only ever grow."""

    def __init__(self, client: Client, http: Http, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self._http = http
        self._clock = clock
        self._announced: Announced | None = None
        self._announced_at = 0.0
        self._keys: dict[str, RSAPublicKey] = {}
        self._keys_at: float | None = None
        self._failed_at: float | None = None
        self._one_at_a_time = asyncio.Lock()

    async def announced(self) -> Announced:
        """What it announces; raises `RetriableError` or `PermanentError`."""
        async with self._one_at_a_time:
            return await self._read_announced()

    async def where_to_sign_in(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """The address to which somebody is sent; they come back to `back`."""
        asked = {
            "response_type": "code",
            "response_mode": "query",
            "scope": "openid",
            "client_id": self.client.id,
            "redirect_uri": back,
            "state": state,
            "nonce": nonce,
            **self.client.extra,
        }
        if self.client.pkce:
            asked |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        where = (await self.announced()).authorization
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    async def id_token(self, code: str, back: str, verifier: str) -> str:
        """The id_token for a code. Raises `NotSignedIn` where the provider refuses it, `RetriableError` where it fails."""
        client = self.client
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": client.id,
            "client_secret": client.secret,
        }
        if client.pkce:
            asked["code_verifier"] = verifier
        where = (await self.announced()).token
        answer = await self._http.send(
            *("POST", where),
            headers=_FORM,
            data=urlencode(asked).encode(),
            expected=(400, 401, 403),
            # A code is good once: whether a request that was cut off has used it up, nobody knows.
            repeatable=False,
            secrets=(client.secret, code, verifier),
        )
        said = _object(answer.body)
        token = said.get("id_token")
        # Slack answers with 200 and "ok": false.
        if answer.status != 200 or said.get("ok") is False or not isinstance(token, str):
            raise NotSignedIn("the provider takes the code for no good")
        return token

    async def key(self, key_id: str) -> RSAPublicKey:
        """The key of this name, read anew where it is unknown; raises `NotSignedIn` where there is none."""
        async with self._one_at_a_time:
            age = self._clock() - self._keys_at if self._keys_at is not None else FRESH
            if age >= FRESH or (key_id not in self._keys and age >= AGAIN):
                await self._read_keys()
        found = self._keys.get(key_id)
        if found is None:
            raise NotSignedIn("the id_token is signed with a key that nobody announced")
        return found

    async def _read_announced(self) -> Announced:
        if self._announced is not None and self._clock() - self._announced_at < FRESH:
            return self._announced
        issuer = self.client.issuer
        document = await self._get(f"{issuer}/.well-known/openid-configuration")
        if document.get("issuer") != issuer:
            raise PermanentError("The provider announces another issuer than itself.")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        where = [document.get(name) for name in names]
        for url in where:
            if not isinstance(url, str) or not (is_https(url) or (is_loopback_url(url) and is_loopback_url(issuer))):
                raise PermanentError("The provider announces an address that is not encrypted.")
        self._announced = Announced(*map(str, where))
        self._announced_at = self._clock()
        return self._announced

    async def _read_keys(self) -> None:
        found = read_keys(await self._get((await self._read_announced()).keys))
        if not found:
            raise PermanentError("The provider announces no key.")
        self._keys, self._keys_at = found, self._clock()

    async def _get(self, url: str) -> Mapping[str, Any]:
        if self._failed_at is not None and self._clock() - self._failed_at < RETRY:
            raise RetriableError("The provider failed a moment ago.", RETRY)
        try:
            answer = await self._http.send("GET", url, headers={"Accept": "application/json"})
        except BatonError as error:
            self._failed_at = self._clock()
            _log.warning("provider_unreachable", issuer=self.client.issuer, why=str(error))
            raise
        self._failed_at = None
        return _object(answer.body)


def challenge(verifier: str) -> str:
    """What a code is asked for with, of what it is fetched with (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def read_keys(document: Mapping[str, Any]) -> dict[str, RSAPublicKey]:
    """The RSA keys of a JSON Web Key Set that are for signatures; what is no such key is left out."""
    listed = document.get("keys")
    found: dict[str, RSAPublicKey] = {}
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or not isinstance(each.get("kid"), str) or each.get("kty") != "RSA":
            continue
        if each.get("use", "sig") != "sig":
            continue
        try:
            key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": each["n"], "e": each["e"]})
        except (jwt.InvalidKeyError, KeyError, ValueError, TypeError, AttributeError):
            continue
        if isinstance(key, RSAPublicKey) and key.key_size >= _SMALLEST_KEY:
            found[each["kid"]] = key
    return found


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RetriableError("The provider's answer cannot be read.") from error
    if not isinstance(read, dict):
        raise RetriableError("The provider's answer is no JSON object.")
    return read
