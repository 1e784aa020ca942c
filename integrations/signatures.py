"""Signatures of deliveries: an HMAC over the bytes as they came, compared in constant time. Pure.

Networks differ only in the header, in what stands before the digest, in how they write it, and in the hash: SHA-256 but for
some that are old.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from typing import Literal

from bot.domain.delivery import Inbound, Reject
from integrations.source import SourceSettings

Writing = Literal["hex", "base64"]
Hash = Literal["sha256", "sha1", "sha512"]

_QUESTION = re.compile(r"[\w+/=.:~ -]{1,200}", re.ASCII)
"""What networks ask us to sign are numbers and letters; no object and no list of JSON is written with these."""


def digest(secret: str, said: bytes, writing: Writing = "hex") -> str:
    """The HMAC as networks write it."""
    made = hmac.digest(secret.encode(), said, "sha256")
    return made.hex() if writing == "hex" else base64.b64encode(made).decode()


def unsigned(
    request: Inbound,
    settings: SourceSettings,
    header: str,
    *,
    before: str = "",
    writing: Writing = "hex",
    hashing: Hash = "sha256",
    said: bytes | None = None,
) -> Reject | None:
    """Why the request is not let in; None where `header` holds the HMAC of its body with the source's secret.

    `before` is what the network writes before the digest, like `sha256=`; `said` what it signs, where that is more than the
    body.
    """
    if request.method != "POST":
        return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
    if not settings.secret:
        return no_secret(settings)
    given = request.headers.get(header, "")
    if not given:
        return Reject(401, "unsigned", f"The header {header} is missing.")
    found = _read(given.removeprefix(before), writing) if given.startswith(before) else None
    signed = request.body if said is None else said
    if found is None or not hmac.compare_digest(hmac.digest(settings.secret.encode(), signed, hashing), found):
        return Reject(401, "bad_signature", f"{header} does not fit the body and the secret of this source.")
    return None


def challenged(asked: str, settings: SourceSettings, writing: Writing = "hex") -> str | Reject:
    """What shows a network that we have the secret: the HMAC of what it asks; or why it is not given.

    Anybody may ask, and some networks sign their deliveries in the same way: to sign whatever could be the body of one would
    let every stranger in.
    """
    if not settings.secret:
        return no_secret(settings)
    if not _QUESTION.fullmatch(asked):
        return Reject(
            400, "bad_challenge", "That is no challenge: it has at most 200 letters, digits and - . _ ~ : + / =."
        )
    return digest(settings.secret, asked.encode(), writing)


def no_secret(settings: SourceSettings) -> Reject:
    """Without a secret nothing can be checked, so nothing comes in."""
    where = settings.secret_env or f"sources.{settings.name}.secret_env in baton.toml"
    return Reject(401, "no_secret", f"This source has no secret yet. Set {where}.")


def _read(written: str, writing: Writing) -> bytes | None:
    try:
        return bytes.fromhex(written) if writing == "hex" else base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        return None
