"""Who may deliver: Trustpilot signs nothing, so that only a secret within the address tells it from others. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac

from bot.domain.delivery import Inbound, Reject
from integrations.signatures import no_secret
from integrations.source import SourceSettings


def stranger(request: Inbound, settings: SourceSettings) -> Reject | None:
    """Why the request is not let in; None where it has the secret, as `?key=` or as the password before the host's name."""
    if request.method != "POST":
        return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
    if not settings.secret:
        return no_secret(settings)
    given = request.query.get("key") or _password(request.headers.get("Authorization", ""))
    if not given:
        return Reject(401, "unsigned", "The secret is missing in the address that Trustpilot was given.")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), settings.secret.encode()):
        return Reject(401, "bad_signature", "The secret in the address is not that of this source.")
    return None


def _password(authorization: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc7617"""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    except (ValueError, binascii.Error):
        return ""
