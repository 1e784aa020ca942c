"""The parts of baton.toml about the weekly digest: when it goes out, to whom, and the server that takes it as a mail."""

from __future__ import annotations

from datetime import time
from typing import Literal

from bot.config.parts import Part
from bot.config.values import Address, Clock, Key, Zone


class DigestPart(Part):
    """When the weekly digest goes out, and to whom. [digest.md](digest.md) says how it is delivered, and what is kept of it."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    """Day of the week."""
    at: Clock = time(8)
    """Time of day."""
    timezone: Zone | None = None
    """Where that time is, and the days it covers; without one, the company's zone."""
    surface: Key = "management"
    """Name of the surface, where it is only one; without a surface of this name none gets it."""
    surfaces: tuple[Key, ...] = ()
    """Names of surfaces, on Slack and Teams alike: instead of `management`, and beside a `surface` that is set."""
    people: tuple[Address, ...] = ()
    """Colleagues who get it as a direct message, by the e-mail address of their account on Slack or Teams."""
    mail: tuple[Address, ...] = ()
    """Addresses that get it as an e-mail; `[mail]` says over which server."""

    @property
    def shown_on(self) -> tuple[str, ...]:
        """Names of the surfaces that are meant; the one that is meant without being named need not exist."""
        named = "surface" in self.model_fields_set or "surfaces" not in self.model_fields_set
        return tuple(dict.fromkeys((*self.surfaces, *((self.surface,) if named else ()))))


class MailPart(Part):
    """The server that takes Baton's own mails (SMTP): the digest. Answers to customers go by their [source](networks/email.md)."""

    host: str = ""
    """Its name; without one no mail is sent."""
    port: int | None = None
    """Its port; without one 587, 465 where `security` is `tls`, 25 where it is `none`."""
    security: Literal["tls", "starttls", "none"] = "starttls"
    """`tls` from the first byte, `starttls`, or `none`: only for a server on this machine."""
    user: str = ""
    """Who logs in; without one, the address in `sender`."""
    password_env: str = ""
    """The environment variable with the password; without one, nobody logs in."""
    sender: Address | None = None
    """The address that mails come from. Nobody reads what is answered to it, unless you do."""
    name: str = "Baton"
    """The name beside that address."""
