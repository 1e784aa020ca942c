"""What Baton gives to browsers and reads back: sealed, so that nobody reads or changes it, and good for one purpose alone."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_LONGEST = 4_000
"""Characters: browsers keep no longer cookies."""


class Seal:
    """Seals with a key of 32 bytes (AES-GCM, NIST SP 800-38D; a random nonce for each)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def closed(self, purpose: str, told: Mapping[str, Any]) -> str:
        """Sealed for a purpose, in characters that a cookie may have."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, orjson.dumps(told), purpose.encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def opened(self, purpose: str, sealed: str) -> dict[str, Any] | None:
        """What was sealed for this purpose; None for everything else."""
        if len(sealed) > _LONGEST or "=" in sealed:
            return None
        try:
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            told = orjson.loads(self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()))
        except (binascii.Error, ValueError, InvalidTag, UnicodeError):
            return None
        return told if isinstance(told, dict) else None
