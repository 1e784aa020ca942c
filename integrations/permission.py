"""How the owner of an account lets us act for it: the address to open, and the code that comes back.

The authorization code grant with proof of possession: https://www.rfc-editor.org/rfc/rfc6749#section-4.1,
https://www.rfc-editor.org/rfc/rfc7636. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from bot.errors import UserError
from bot.ports.tokens import Asking
from bot.speech import say


@dataclass(frozen=True, slots=True)
class Permission:
    """What a connector says of it, from its network's documentation.

    `authorize` is the address that people open, `token` where a code and later a refresh token become an access token. The
    scopes stand in one text with `separator` between them. With `pkce` a code alone is worth nothing to whoever reads it along
    the way; a few networks do not take it. With `basic` id and secret travel in a header. `more` is what else belongs into the
    address, like Google's `access_type=offline`.
    """

    authorize: str
    token: str
    scopes: tuple[str, ...] = ()
    pkce: bool = True
    basic: bool = False
    separator: str = " "
    more: Mapping[str, str] = field(default_factory=dict)

    def at(self, url: str | None) -> Permission:
        """The same on another server, where the source's `url` names one; a bare path is always there."""
        if not url:
            return self
        there = url.rstrip("/")
        return replace(self, authorize=_moved(self.authorize, there), token=_moved(self.token, there))

    def ask(self, client_id: str, redirect: str) -> Asking:
        """What to open, with what tells later that the code is the answer to it."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48) if self.pkce else ""
        asked = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect, "state": state}
        if self.scopes:
            asked["scope"] = self.separator.join(self.scopes)
        if verifier:
            challenge = hashlib.sha256(verifier.encode()).digest()
            asked["code_challenge"] = urlsafe_b64encode(challenge).rstrip(b"=").decode()
            asked["code_challenge_method"] = "S256"
        joined = "&" if "?" in self.authorize else "?"
        return Asking(f"{self.authorize}{joined}{urlencode({**asked, **self.more})}", redirect, state, verifier)


def code_in(pasted: str, asking: Asking) -> str:
    """The code in what was pasted: the whole address that the browser was sent to, or the code alone.

    Raises `UserError` where the network says no, where nothing is in it, and where it answers something else that was asked.
    """
    text = "".join(pasted.split())
    if "code=" not in text and "error=" not in text:
        if not text or "://" in text:
            raise UserError(
                say("There is no code in that."), say("Paste the whole address that the browser shows now.")
            )
        # Some networks put “#_” or “#_=_” behind it.
        return unquote(text.partition("#")[0])
    said = parse_qs(urlsplit(text if "?" in text else f"?{text}").query)
    if "error" in said:
        words = (said.get("error_description") or said["error"])[0]
        raise UserError(say("The network says no: {words}", words=words[:300]), say("Open the address once more."))
    # Who leads somebody to another's code would have us act for another account.
    if not hmac.compare_digest((said.get("state") or [""])[0].encode(), asking.state.encode()):
        raise UserError(
            say("That is not the answer to the address above."), say("Open that address, and paste where it leads to.")
        )
    return said["code"][0]


def _moved(address: str, there: str) -> str:
    parts = urlsplit(address)
    return f"{there}{parts.path}{'?' if parts.query else ''}{parts.query}"
