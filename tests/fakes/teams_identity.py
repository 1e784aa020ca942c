"""Who Teams is to a bot: keys announced in an OpenID document, and tokens signed with them.

Shapes from learn.microsoft.com, "Authentication with the Bot Connector API".
"""

from __future__ import annotations

import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
METADATA_PATH = "/v1/.well-known/openidconfiguration"
KEYS_PATH = "/v1/.well-known/keys"


@cache
def private_key(name: str) -> RSAPrivateKey:
    """A key of its own for each name; making one takes a while, so they are kept."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TeamsIdentity:
    """Signs what is delivered to the app. `keys` are the key ids that are announced, with the channels they speak for."""

    def __init__(self, app_id: str, key_id: str = "key-1") -> None:
        self.app_id = app_id
        self.key_id = key_id
        self.keys: dict[str, list[str]] = {key_id: ["msteams", "webchat", "directline"]}

    def rotate(self, key_id: str, *, keep: bool = False) -> None:
        """Sign with another key from now on, and announce it; the old ones are taken back unless kept."""
        endorsements = self.keys[self.key_id]
        self.keys = {**(self.keys if keep else {}), key_id: endorsements}
        self.key_id = key_id

    def claims(self, service_url: str, **changed: Any) -> dict[str, Any]:
        """What a token of Teams says; a change to None leaves a claim out."""
        now = int(time.time())
        claims = {
            "serviceurl": service_url,
            "nbf": now - 60,
            "exp": now + 3600,
            "iss": ISSUER,
            "aud": self.app_id,
        }
        return {name: value for name, value in (claims | changed).items() if value is not None}

    def token(self, service_url: str, *, key: str = "", kid: str = "", **changed: Any) -> str:
        """A signed token. `key` names another key to sign with than the one that `kid` says."""
        kid = kid or self.key_id
        return jwt.encode(
            self.claims(service_url, **changed), private_key(key or kid), algorithm="RS256", headers={"kid": kid}
        )

    def key_set(self) -> dict[str, Any]:
        """The announced keys, as a JSON Web Key Set with Microsoft's endorsements."""
        return {"keys": [self._announced(name, channels) for name, channels in self.keys.items()]}

    def metadata(self, url: str) -> dict[str, Any]:
        """The OpenID document of a server at `url`."""
        return {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{url}{KEYS_PATH}",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    @staticmethod
    def _announced(name: str, channels: list[str]) -> dict[str, Any]:
        key: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(private_key(name).public_key()))
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": name,
            "x5t": name,
            "n": key["n"],
            "e": key["e"],
            "endorsements": channels,
        }
