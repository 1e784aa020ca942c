"""Text that only this installation can read: sealed with a key made of its secret, and bound to what it is about."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from handlers.installation_secret import derived

_KIND = "1."
"""What a sealed text begins with: AES-256-GCM, a nonce of 96 bits before it. https://csrc.nist.gov/pubs/sp/800/38/d/final"""

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sealed, and whether with the present secret."""

    text: str
    present: bool


class Seal:
    """Seals with the first secret, and opens with any. Without a secret nothing is sealed."""

    def __init__(self, installation: Sequence[bytes], what_for: bytes) -> None:
        self._installation = tuple(installation)
        self._what_for = what_for

    def __bool__(self) -> bool:
        """Is there a secret?"""
        return bool(self._installation)

    @cached_property
    def _keys(self) -> list[bytes]:
        return [derived(each, self._what_for) for each in self._installation]

    def seal(self, text: str, about: str) -> str:
        """The text sealed; it opens only as being about the same."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow to read, and seldom needed

        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._keys[0]).encrypt(nonce, text.encode(), about.encode())
        return _KIND + urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, about: str) -> Opened | None:
        """What was sealed; None where it was sealed with another secret, or is about something else, or was changed."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        try:
            raw = urlsafe_b64decode(sealed.removeprefix(_KIND).encode())
        except ValueError:
            return None
        if not sealed.startswith(_KIND) or len(raw) <= _NONCE:
            return None
        for key in self._keys:
            try:
                text = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode())
            except InvalidTag:
                continue
            return Opened(text.decode(), key is self._keys[0])
        return None
