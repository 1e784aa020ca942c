"""What the pretended networks of Google share: errors in Google's form, tokens for service accounts and refresh tokens.

https://cloud.google.com/apis/design/errors#http_mapping, https://google.aip.dev/193,
https://developers.google.com/identity/protocols/oauth2/service-account#httprest,
https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fakes.networks.pretend import PretendNetwork, Row
from tests.fakes.teams_identity import private_key

TOKEN_PATH = "/token"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CODES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


def failed(status: int, message: str, reason: str = "", **metadata: str) -> web.Response:
    """An error as Google's APIs have it now; with a reason it has an `ErrorInfo`."""
    error: Row = {"code": status, "message": message, "status": CODES.get(status, "RESOURCE_EXHAUSTED")}
    if reason:
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
        error["details"] = [{**info, "metadata": metadata}]
    return web.json_response({"error": error}, status=status)


def zulu(at: float, digits: int = 6) -> str:
    """RFC 3339 in UTC with so many fractional digits; Google writes 0, 3, 6 or 9."""
    moment = datetime.fromtimestamp(at, UTC)
    fraction = f".{moment.microsecond:06}000"[: digits + 1] if digits else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


class Google(PretendNetwork):
    """Base of both: one service account and one refresh token are known to it."""

    scope = ""
    service_account = "baton@acme-reviews.iam.gserviceaccount.com"
    client = "4711.apps.googleusercontent.com"
    client_secret = "GOCSPX-of-the-client"
    refresh_token = "1//refresh-of-the-owner"

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, tuple[str, str]] = {}

    def key_file(self) -> str:
        """The JSON key of the service account, as the console gives it."""
        pem = private_key("service-account").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "acme-reviews",
                "private_key_id": "key-of-the-account",
                "private_key": pem.decode(),
                "client_email": self.service_account,
                "client_id": "1122334455",
                "token_uri": f"{self.url}{TOKEN_PATH}",
            }
        )

    def is_for_token(self, request: web.Request) -> bool:
        """The token endpoint."""
        return request.path == TOKEN_PATH

    def token(self, body: bytes) -> web.Response:
        """Either grant."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        wrong = self._unsigned(form) if form.get("grant_type") == _JWT_BEARER else self._unknown(form)
        if wrong:
            return web.json_response({"error": wrong[0], "error_description": wrong[1]}, status=400)
        given = {"access_token": self.give_token(), "expires_in": 3599, "token_type": "Bearer"}
        more = {"refresh_token": self.refresh_token, "scope": self.scope} if "code" in form else {}
        return web.json_response(given | more)

    def consent(self, address: str) -> str:
        """The owner says yes at this address; gives the one to which the browser is sent."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == self.client
        assert (asked["scope"], asked["access_type"]) == (self.scope, "offline")
        self.codes["4/0-code"] = (asked["redirect_uri"], asked["code_challenge"])
        back = {"code": "4/0-code", "state": asked["state"], "scope": self.scope}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def _unsigned(self, form: Row) -> tuple[str, str] | None:
        try:
            claims = jwt.decode(
                form["assertion"],
                private_key("service-account").public_key(),
                algorithms=["RS256"],
                audience=f"{self.url}{TOKEN_PATH}",
                issuer=self.service_account,
                options={"require": ["iss", "scope", "aud", "exp", "iat"]},
            )
        except (KeyError, jwt.PyJWTError):
            return "invalid_grant", "Invalid JWT Signature."
        if claims["exp"] - claims["iat"] > 3600 or claims["iat"] > time.time() + 60:
            return (
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
            )
        return None if claims["scope"] == self.scope else ("invalid_scope", "Invalid OAuth scope or ID token audience.")

    def _unknown(self, form: Row) -> tuple[str, str] | None:
        if form.get("grant_type") not in {"refresh_token", "authorization_code"}:
            return "unsupported_grant_type", "Invalid grant_type"
        if (form.get("client_id"), form.get("client_secret")) != (self.client, self.client_secret):
            return "invalid_client", "Unauthorized"
        if form["grant_type"] == "authorization_code":
            verifier = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
            proof = (form.get("redirect_uri"), base64.urlsafe_b64encode(verifier).rstrip(b"=").decode())
            right = self.codes.pop(str(form.get("code")), None) == proof
            return None if right else ("invalid_grant", "Malformed auth code.")
        known = form.get("refresh_token") == self.refresh_token
        return None if known else ("invalid_grant", "Token has been expired or revoked.")


def unauthenticated() -> web.Response:
    """The token is missing, wrong or over."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
        " authentication credential."
    )
    return failed(401, message)


def object_of(body: bytes) -> Any:
    """The JSON of a request, or None."""
    try:
        return json.loads(body)
    except ValueError:
        return None
