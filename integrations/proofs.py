"""How a system proves that a delivery is from it when it cannot sign as Standard Webhooks: a signature of its own, or a shared word."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field, model_validator

from bot.domain.delivery import Inbound, Reject
from integrations.signatures import Hash, Writing, no_secret, unsigned
from integrations.source import Options, SourceSettings

TOLERANCE = timedelta(minutes=5)
"""How far the time of a signature may be from ours."""

_MILLISECONDS = 100_000_000_000


class ProofOptions(Options):
    """How deliveries are checked."""

    auth: Literal["standard", "hmac", "token", "basic"] = "standard"
    """How the sender proves who it is: it signs as Standard Webhooks; it signs in a way of its own; it sends the secret itself in
    a header; or as the password of a user. The last two are weaker: whoever reads one request can send another."""
    signature_header: str = "X-Signature"
    """For `hmac`: the header with the signature."""
    signature_before: str = ""
    """What stands before the signature there, like `sha256=`."""
    signature_writing: Writing = "hex"
    """How it is written."""
    signature_hash: Hash = "sha256"
    """Its hash."""
    timestamp_header: str | None = None
    """The header with the time that is signed too, in seconds or milliseconds since 1970; it may be five minutes off."""
    signed: str = "{body}"
    """What is signed, like `{timestamp}.{body}`."""
    token_header: str = "Authorization"  # noqa: S105 - the name of a header
    """For `token`: the header with the secret."""
    token_before: str = ""
    """What stands before the secret there, like `Bearer `."""
    user: str = Field(default="baton", min_length=1, pattern=r"^[^:]+$")
    """For `basic`: the user; the secret is the password."""

    @model_validator(mode="after")
    def _is_signed(self) -> ProofOptions:
        if self.signed.count("{body}") != 1:
            raise ValueError("`signed` must hold {body} once: else anybody may change the body")
        if (self.timestamp_header is not None) != ("{timestamp}" in self.signed):
            raise ValueError("`timestamp_header` and a `signed` with {timestamp} go together")
        return self


def unproven(request: Inbound, settings: SourceSettings, options: ProofOptions, now: datetime) -> Reject | None:
    """Why the request is not let in. While a secret is being changed there may be two, separated by a space."""
    if request.method != "POST":
        return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
    if not (settings.secret or "").split():
        return no_secret(settings)
    if options.auth == "hmac":
        return _unsigned(request, settings, options, now)
    given = _given(request, options)
    if isinstance(given, Reject):
        return given
    fits = [hmac.compare_digest(given.encode("utf-8", "replace"), word.encode()) for word in _words(settings)]
    return None if any(fits) else Reject(401, "bad_token", "The secret in the request is not that of this source.")


def _words(settings: SourceSettings) -> list[str]:
    return (settings.secret or "").split()


def _given(request: Inbound, options: ProofOptions) -> str | Reject:
    header = options.token_header if options.auth == "token" else "Authorization"
    said = request.headers.get(header, "")
    if not said:
        return Reject(401, "unsigned", f"The header {header} is missing.")
    if options.auth == "token":
        before = options.token_before
        return said.removeprefix(before).strip() if said.startswith(before) else ""
    scheme, _, written = said.partition(" ")
    try:
        user, _, password = base64.b64decode(written.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return ""
    known = hmac.compare_digest(user.encode(), options.user.encode())
    return password if scheme.lower() == "basic" and known else ""


def _unsigned(request: Inbound, settings: SourceSettings, options: ProofOptions, now: datetime) -> Reject | None:
    stamp = ""
    if options.timestamp_header is not None:
        stamp = request.headers.get(options.timestamp_header, "")
        if late := _late(stamp, options.timestamp_header, now):
            return late
    begin, _, end = options.signed.replace("{timestamp}", stamp).partition("{body}")
    said = begin.encode() + request.body + end.encode()
    refused: Reject | None = None
    for word in _words(settings):
        only = SourceSettings(settings.name, secret=word, secret_env=settings.secret_env)
        refused = unsigned(
            request,
            only,
            options.signature_header,
            before=options.signature_before,
            writing=options.signature_writing,
            hashing=options.signature_hash,
            said=said,
        )
        if refused is None:
            return None
    return refused


def _late(stamp: str, header: str, now: datetime) -> Reject | None:
    if not (stamp.isascii() and stamp.strip().isdigit()) or len(stamp) > 20:
        return Reject(401, "unsigned", f"The header {header} with the time since 1970 is missing.")
    number = int(stamp)
    try:
        at = datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return Reject(401, "bad_signature", f"{header} is no time.")
    if abs(now - at) > TOLERANCE:
        return Reject(401, "stale", f"The time of the signature is too {'old' if at < now else 'new'}.")
    return None
