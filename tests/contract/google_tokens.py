"""How Pub/Sub signs what it pushes: a token of Google, and every way in which one may be wrong.

https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from tests.fakes.teams_identity import private_key

AUDIENCE = "https://baton.example/hooks/google_business/contract"
PUSHER = "pusher@contract.iam.gserviceaccount.com"
KEY = "key-of-google"

OPTIONS: Mapping[str, Any] = {"audience": AUDIENCE, "pusher": PUSHER}
LASTS = timedelta(hours=1)

Refused = tuple[int, Mapping[str, str]]


def claims(at: datetime) -> dict[str, Any]:
    """As Google's documentation shows them."""
    issued = int(at.timestamp())
    return {
        "aud": AUDIENCE,
        "azp": "113774264463038321964",
        "email": PUSHER,
        "sub": "113774264463038321964",
        "email_verified": True,
        "exp": issued + int(LASTS.total_seconds()),
        "iat": issued,
        "iss": "https://accounts.google.com",
    }


def token(at: datetime, key: str = KEY, kid: str = KEY, **changed: Any) -> Mapping[str, str]:
    """A header with a token. A claim that is changed to None is left out; `key` signs in place of the one that is named."""
    said = {name: value for name, value in (claims(at) | changed).items() if value is not None}
    return _bearer(jwt.encode(said, private_key(key), algorithm="RS256", headers={"kid": kid}))


def google_token(body: bytes, at: datetime, secret: str, right: str) -> Mapping[str, str]:
    """A token of this time. There is no secret that is shared: for another one than the `right` one, somebody else's key."""
    return token(at, KEY if secret == right else "somebody-elses")


def announced() -> dict[str, Any]:
    """The keys as Google announces them, among what is none."""
    jwk = json.loads(RSAAlgorithm.to_jwk(private_key(KEY).public_key()))
    right = {"kid": KEY, "kty": "RSA", "alg": "RS256", "use": "sig", "n": jwk["n"], "e": jwk["e"]}
    return {"keys": [{"kid": "ec", "kty": "EC", "crv": "P-256"}, "nonsense", {"kid": 7}, right]}


def learn(source: Any) -> None:
    """What the source would fetch."""
    source.keys.learn(announced())


def wrong(body: bytes, at: datetime) -> Mapping[str, Refused]:
    """What must not come in, with the status that says so."""
    pem = private_key(KEY).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    long_ago, soon = at - LASTS - timedelta(minutes=2), at + timedelta(minutes=2)
    right = token(at)["Authorization"]
    return {
        "another audience": (401, token(at, aud="https://other.example/hooks")),
        "a further audience": (401, token(at, aud=[AUDIENCE, "https://other.example/hooks"])),
        "no audience": (401, token(at, aud=None)),
        "another service account": (401, token(at, email="somebody@contract.iam.gserviceaccount.com")),
        "no service account": (401, token(at, email=None)),
        "an address that nobody has verified": (401, token(at, email_verified=False)),
        "an address said to be verified in words": (401, token(at, email_verified="true")),
        "nothing said of the address": (401, token(at, email_verified=None)),
        "another issuer": (401, token(at, iss="https://accounts.google.example")),
        "no issuer": (401, token(at, iss=None)),
        "over": (401, token(long_ago)),
        "over, but issued now": (401, token(at, exp=int(long_ago.timestamp()))),
        "from the future": (401, token(soon)),
        "without an end": (401, token(at, exp=None)),
        "without a beginning": (401, token(at, iat=None)),
        "an end in words": (401, token(at, exp="tomorrow")),
        "a key that nobody announced": (503, token(at, "key-of-tomorrow", "key-of-tomorrow")),
        "another key under its name": (401, token(at, "somebody-elses")),
        "no name of a key": (401, _made({"alg": "RS256"}, claims(at), b"x" * 256)),
        "not signed": (401, _made({"alg": "none", "kid": KEY}, claims(at), b"")),
        "not signed, spelt otherwise": (401, _made({"alg": "nOnE", "kid": KEY}, claims(at), b"")),
        "signed with the public key as a secret": (401, _hs256(pem, at)),
        "with a critical header": (401, _critical(at)),
        "cut off": (401, {"Authorization": right[:-20]}),
        "another scheme": (401, {"Authorization": right.replace("Bearer", "Basic")}),
        "claims that are none": (401, _bearer(jwt.api_jws.encode(b"[1]", private_key(KEY), "RS256", {"kid": KEY}))),
        "endless": (401, {"Authorization": f"Bearer {'a' * 100_000}"}),
    }


def _hs256(public_key: bytes, at: datetime) -> Mapping[str, str]:
    # The library refuses to make such a token: by hand, then.
    head = _part(json.dumps({"alg": "HS256", "kid": KEY}).encode())
    signed = f"{head}.{_part(json.dumps(claims(at)).encode())}"
    return _bearer(f"{signed}.{_part(hmac.digest(public_key, signed.encode(), 'sha256'))}")


def _critical(at: datetime) -> Mapping[str, str]:
    headers = {"kid": KEY, "crit": ["exp"]}
    return _bearer(jwt.encode(claims(at), private_key(KEY), algorithm="RS256", headers=headers))


def _made(header: Mapping[str, Any], said: Mapping[str, Any], signature: bytes) -> Mapping[str, str]:
    return _bearer(
        ".".join(_part(part) for part in (json.dumps(header).encode(), json.dumps(said).encode(), signature))
    )


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
