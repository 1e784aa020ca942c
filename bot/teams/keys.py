"""The keys that Teams signs with: announced in an OpenID document, kept, and fetched anew without holding anything up.

Where they are announced: learn.microsoft.com, "Authentication with the Bot Connector API".
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bot.teams.settings import is_https, is_loopback_url

_log = logging.getLogger("baton.teams")

FETCH_SECONDS = 5.0
"""How long the two requests together may take."""

FRESH_SECONDS = 24 * 3600.0
"""After this long the keys are fetched anew, while the known ones go on to serve."""

KEPT_SECONDS = 5 * 24 * 3600.0
"""Microsoft's advice: keys may be kept for five days. After that they no longer count."""

AGAIN_SECONDS = 60.0
"""An unknown key id lets the keys be fetched anew at most so often: anybody can make up key ids."""

RETRY_SECONDS = 5.0
"""After a failure the key server is left alone for so long."""

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the channels that it may speak for."""

    key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The keys by their ids. `clock` gives seconds that only ever grow."""

    def __init__(
        self, url: str, session: Callable[[], aiohttp.ClientSession], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._session = session
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> SigningKey | None:
        """The key of this id. What is known is given at once; an unknown id waits for the keys to be fetched anew."""
        if self._age() > KEPT_SECONDS:
            self._keys = {}
        found = self._keys.get(key_id)
        if found is not None:
            if self._age() > FRESH_SECONDS:
                self._fetch_anew()
            return found
        if (fetching := self._fetch_anew()) is not None:
            # Shielded: one caller who hangs up must not take the keys from the others.
            await asyncio.shield(fetching)
        return self._keys.get(key_id)

    async def close(self) -> None:
        """Fetch no more."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _age(self) -> float:
        return 0.0 if self._fetched is None else self._clock() - self._fetched

    def _fetch_anew(self) -> asyncio.Task[None] | None:
        """The one fetching that is under way; None when it is too early for another one."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        if self._tried is not None:
            worked = self._fetched is not None and self._fetched >= self._tried
            if self._clock() - self._tried < (AGAIN_SECONDS if worked else RETRY_SECONDS):
                return None
        self._tried = self._clock()
        self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                where = str((await self._get(self._url)).get("jwks_uri") or "")
                if not is_https(where) and not (is_loopback_url(where) and is_loopback_url(self._url)):
                    raise ValueError("the keys are not announced at an https address")
                keys = read_keys(await self._get(where))
            if not keys:
                raise ValueError("no key is announced")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("The keys that Teams signs with could not be fetched: %s: %s", type(error).__name__, error)
            return
        self._keys = keys
        self._fetched = self._clock()

    async def _get(self, url: str) -> Mapping[str, Any]:
        async with self._session().get(url, raise_for_status=True) as answer:
            body = await answer.content.read(_LARGEST)
            while not answer.content.at_eof():
                if len(body) >= _LARGEST:
                    raise ValueError("the document is too large")
                body += await answer.content.read(_LARGEST)
        document = orjson.loads(body)
        if not isinstance(document, dict):
            raise ValueError("the document is no JSON object")
        return document


def read_keys(document: Mapping[str, Any]) -> dict[str, SigningKey]:
    """The RSA keys of a JSON Web Key Set; what is no such key is left out."""
    listed = document.get("keys")
    found: dict[str, SigningKey] = {}
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or not isinstance(each.get("kid"), str) or each.get("kty") != "RSA":
            continue
        endorsements = each.get("endorsements")
        try:
            key = RSAAlgorithm.from_jwk({"kty": "RSA", "n": each["n"], "e": each["e"]})
        except (jwt.InvalidKeyError, KeyError, ValueError, TypeError, AttributeError):
            continue
        if isinstance(key, RSAPublicKey) and key.key_size >= 2048:
            names = frozenset(map(str, endorsements)) if isinstance(endorsements, list) else frozenset()
            found[each["kid"]] = SigningKey(key, names)
    return found
