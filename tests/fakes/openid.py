"""A provider of OpenID Connect on loopback, in the shapes of Slack and of Microsoft, that can be told to misbehave.

Shapes: docs.slack.dev, "openid.connect.token", and api.slack.com/.well-known/openid-configuration; learn.microsoft.com,
"Microsoft identity platform and OAuth 2.0 authorization code flow" and "ID token claims reference".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from tests.fakes.teams_identity import private_key

Kind = Literal["slack", "microsoft"]
Misbehaviour = Literal[
    "",
    "wrong nonce",
    "no nonce",
    "wrong audience",
    "further audience",
    "wrong party",
    "wrong issuer",
    "expired",
    "old",
    "from the future",
    "other team",
    "no user",
    "alg none",
    "HS256 with the public key",
    "key nobody announced",
    "another key under its name",
    "tampered",
    "no id_token",
    "no JSON",
]
MISBEHAVIOURS: tuple[Misbehaviour, ...] = Misbehaviour.__args__[1:]  # type: ignore[attr-defined]


@dataclass
class Granted:
    """What a code was given for."""

    back: str
    nonce: str
    challenge: str
    user: str
    used: bool = False


@dataclass
class OpenIdProvider:
    """Knows one client and the users of one team or tenant. `signs_in` signs in at once; without it a page asks who one is."""

    kind: Kind
    team: str
    client: str = "client-of-baton"
    secret: str = "secret-of-baton-at-the-provider"
    back: str = ""
    users: dict[str, str] = field(default_factory=dict)
    signs_in: str = ""
    misbehaves: Misbehaviour = ""
    key_name: str = "openid-1"
    announced_keys: list[str] = field(default_factory=lambda: ["openid-1"])
    url: str = ""
    codes: dict[str, Granted] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    denies: str = ""
    down: bool = False

    @property
    def issuer(self) -> str:
        """As it announces itself."""
        return self.url if self.kind == "slack" else f"{self.url}/{self.team}/v2.0"

    def rotate(self, name: str) -> None:
        """Sign with another key from now on; the old one is taken back."""
        self.key_name, self.announced_keys = name, [name]

    @asynccontextmanager
    async def served(self) -> AsyncIterator[OpenIdProvider]:
        """Served on a free port of this machine."""
        runner = web.AppRunner(self.application(), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert runner.addresses
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def application(self) -> web.Application:
        """Its addresses, below the same paths as the real one's."""
        served = web.Application()
        root = "" if self.kind == "slack" else f"/{self.team}"
        served.add_routes(
            [
                web.get(
                    f"{self.issuer.removeprefix(self.url)}/.well-known/openid-configuration",
                    self._noted(self._document),
                ),
                web.get(f"{root}/authorize", self._noted(self._authorize)),
                web.get(f"{root}/approve", self._noted(self._approve)),
                web.post(f"{root}/token", self._noted(self._token)),
                web.get(f"{root}/keys", self._noted(self._keys)),
            ]
        )
        return served

    def _noted(self, answer: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def noted(request: web.Request) -> web.Response:
            self.asked.append(request.path.rpartition("/")[2])
            if self.down:
                return web.Response(status=503)
            response: web.Response = await answer(request)
            return response

        return noted

    @property
    def _root(self) -> str:
        return self.url if self.kind == "slack" else f"{self.url}/{self.team}"

    async def _document(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self._root}/authorize",
                "token_endpoint": f"{self._root}/token",
                "jwks_uri": f"{self._root}/keys",
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        keys = [json.loads(RSAAlgorithm.to_jwk(private_key(name).public_key())) for name in self.announced_keys]
        return web.json_response(
            {
                "keys": [
                    {"kty": "RSA", "use": "sig", "kid": name, "n": key["n"], "e": key["e"]}
                    for name, key in zip(self.announced_keys, keys, strict=True)
                ]
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        wrong = [
            name
            for name, wanted in (
                ("client_id", self.client),
                ("redirect_uri", self.back),
                ("response_type", "code"),
                ("scope", "openid"),
            )
            if query.get(name) != wanted
        ]
        if self.kind == "microsoft" and query.get("code_challenge_method") != "S256":
            wrong.append("code_challenge_method")
        if wrong:
            self.refused.append(f"authorize: {wrong}")
            return web.Response(status=400, text=f"wrong: {wrong}")
        if self.denies:
            told = {"error": "access_denied", "error_description": self.denies, "state": query["state"]}
            raise web.HTTPFound(f"{self.back}?{urlencode(told)}")
        if self.signs_in:
            raise web.HTTPFound(self._granted(dict(query), self.signs_in))
        links = "".join(
            f'<p><a href="approve?{html.escape(urlencode({**query, "user": user}))}">{html.escape(name)}</a></p>'
            for user, name in self.users.items()
        )
        return web.Response(
            text=f'<link rel="icon" href="data:,"><h1>Who are you?</h1>{links}', content_type="text/html"
        )

    async def _approve(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(self._granted(dict(request.query), request.query["user"]))

    def _granted(self, query: dict[str, str], user: str) -> str:
        code = secrets.token_urlsafe(12)
        self.codes[code] = Granted(query["redirect_uri"], query.get("nonce", ""), query.get("code_challenge", ""), user)
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query.get('state', '')})}"

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        granted = self.codes.get(form.get("code", ""))
        why = self._why_not(form, granted)
        if why or granted is None:
            self.refused.append(f"token: {why}")
            if self.kind == "slack":
                return web.json_response({"ok": False, "error": "invalid_code"})
            return web.json_response({"error": "invalid_grant", "error_description": "AADSTS70008"}, status=400)
        granted.used = True
        if self.misbehaves == "no JSON":
            return web.Response(text="<html>")
        answer: dict[str, Any] = {"access_token": "access-token-of-nobody", "token_type": "Bearer"}
        if self.misbehaves != "no id_token":
            answer["id_token"] = self.id_token(granted)
        return web.json_response({"ok": True, **answer} if self.kind == "slack" else answer)

    def _why_not(self, form: dict[str, str], granted: Granted | None) -> str:
        if form.get("client_id") != self.client or form.get("client_secret") != self.secret:
            return "another client"
        if granted is None or granted.used:
            return "no such code, or it was used"
        if form.get("redirect_uri") != granted.back:
            return "another place to come back to"
        verifier = form.get("code_verifier", "")
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        return "another verifier" if granted.challenge and made != granted.challenge else ""

    def claims(self, granted: Granted) -> dict[str, Any]:
        """What an id_token says, with what is to be wrong about it."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": granted.user,
            "aud": self.client,
            "exp": now + 300,
            "iat": now,
            "nonce": granted.nonce,
        }
        if self.kind == "slack":
            claims |= {"https://slack.com/team_id": self.team, "https://slack.com/user_id": granted.user}
        else:
            claims |= {
                "tid": self.team,
                "oid": granted.user,
                "sub": f"pairwise-{granted.user}",
                "nbf": now,
                "ver": "2.0",
            }
        team, user = (
            ("https://slack.com/team_id", "https://slack.com/user_id") if self.kind == "slack" else ("tid", "oid")
        )
        wrong: dict[str, dict[str, Any]] = {
            "wrong nonce": {"nonce": "another"},
            "no nonce": {"nonce": None},
            "wrong audience": {"aud": "another-client"},
            "further audience": {"aud": [self.client, "another-client"]},
            "wrong party": {"azp": "another-client"},
            "wrong issuer": {"iss": f"{self.issuer}/"},
            "expired": {"exp": now - 120},
            "old": {"iat": now - 4000, "nbf": now - 4000},
            "from the future": {"iat": now + 400, "nbf": now + 400},
            "other team": {team: "another-team"},
            "no user": {user: None},
        }
        claims |= wrong.get(self.misbehaves, {})
        return {name: value for name, value in claims.items() if value is not None}

    def id_token(self, granted: Granted) -> str:
        """Signed as it should be, or as it is to misbehave."""
        claims, header = self.claims(granted), {"kid": self.key_name}
        key = private_key(self.key_name)
        match self.misbehaves:
            case "alg none":
                return jwt.encode(claims, "", algorithm="none", headers=header)
            case "HS256 with the public key":
                return _signed_with_public_key(
                    claims, header, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                )
            case "key nobody announced":
                return jwt.encode(
                    claims, private_key("openid-other"), algorithm="RS256", headers={"kid": "openid-other"}
                )
            case "another key under its name":
                return jwt.encode(claims, private_key("openid-other"), algorithm="RS256", headers=header)
            case "tampered":
                head, _, signature = jwt.encode(claims, key, algorithm="RS256", headers=header).split(".")
                body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "U-ADMIN"}).encode()).decode().rstrip("=")
                return f"{head}.{body}.{signature}"
            case _:
                return jwt.encode(claims, key, algorithm="RS256", headers=header)


def _signed_with_public_key(claims: dict[str, Any], header: dict[str, Any], public: bytes) -> str:
    """By hand: the library refuses to make such a token."""

    def part(told: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    signed = f"{part({'typ': 'JWT', 'alg': 'HS256', **header})}.{part(claims)}"
    made = hmac.new(public, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"
