"""Baton's own mails: put together so that nothing in them can become a header, handed to one server over SMTP.

https://www.rfc-editor.org/rfc/rfc5322 (mails), https://www.rfc-editor.org/rfc/rfc2387 (pictures within them),
https://www.rfc-editor.org/rfc/rfc3834 (what keeps machines from answering), https://www.rfc-editor.org/rfc/rfc2919 (List-Id).
"""

from __future__ import annotations

import hashlib
import re
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import quote

from bot.config import Config
from bot.domain.hosts import is_loopback
from bot.errors import ConfigError, NotSetError, PermanentError
from bot.ports import Clock, Mail, Mailer
from integrations.networks.email.answering import Outgoing
from integrations.networks.email.mailbox import Server
from integrations.networks.email.sending import reach, send

_KEY = re.compile(r"[a-z0-9]{1,64}")
_LONGEST_NAME = 60


class SmtpMailer(Mailer):
    """Over SMTP, each mail on a connection of its own: there are few of them."""

    def __init__(self, server: Server, sender: str, name: str, clock: Clock, missing: str = "") -> None:
        self._server = server
        self._sender = sender
        self._name = name
        self._clock = clock
        self._missing = missing

    async def send(self, mail: Mail) -> str:
        """Hand it over; gives its Message-ID."""
        self._require_password()
        made = composed(mail, self._sender, self._name, self._clock.now())
        await send(self._server, made)
        return made.message_id

    async def health(self) -> str:
        """Log in and leave again."""
        self._require_password()
        await reach(self._server)
        return f"{self._server.host} takes mails from {self._sender}"

    def _require_password(self) -> None:
        if self._missing:
            raise NotSetError(f"No mail can be sent: {self._missing} is not set.")


def open_mailer(
    config: Config, environment: Mapping[str, str], clock: Clock, trusted: ssl.SSLContext | None = None
) -> SmtpMailer | None:
    """What `[mail]` says; None where it names no server. `trusted`: whom to trust, instead of whom the system trusts.

    Raises `ConfigError` for half a configuration.
    """
    part = config.mail
    if not part.host:
        return None
    if not part.sender:
        raise ConfigError(f"{config.place('mail')}: it needs `sender`.", "Add the address that mails come from there.")
    if part.security == "none" and not is_loopback(part.host):
        raise ConfigError(
            f"{config.place('mail', 'security')}: mails would cross the network for all to read.",
            "Write starttls or tls; none is for a server on this machine.",
        )
    password = environment.get(part.password_env, "") if part.password_env else ""
    missing = part.password_env if part.password_env and not password else ""
    server = Server(part.host, part.port, part.security, part.user or part.sender, password, trusted)
    return SmtpMailer(server, part.sender, part.name, clock, missing)


def composed(mail: Mail, sender: str, name: str, now: datetime) -> Outgoing:
    """The mail as bytes for the wire; raises `PermanentError` for an address that not every server takes."""
    own, to = _address(sender, name), _address(mail.to)
    made = EmailMessage(policy=SMTP)
    made["From"] = own
    made["To"] = to
    made["Subject"] = _line(mail.subject)
    made["Date"] = now
    message_id = f"baton-digest.{_hashed(mail.key)}@{own.domain}"
    made["Message-ID"] = f"<{message_id}>"
    # So that no machine answers: by the standard, as Exchange has it, and for programs that are older than both.
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Precedence"] = "bulk"
    made["List-Id"] = f"<digest.baton.{own.domain}>"
    made.set_content(mail.text, cte="quoted-printable")
    made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    page = made.get_payload(1)
    for at, inline in enumerate(mail.pictures, 1):
        kind, _, subtype = inline.picture.media_type.partition("/")
        ending = subtype.partition("+")[0]
        page.add_related(  # type: ignore[union-attr]  # the stub does not know that a part is a message like the whole
            inline.picture.data, kind, subtype, cid=f"<{inline.cid}>", disposition="inline", filename=f"{at}.{ending}"
        )
    return Outgoing(own.addr_spec, to.addr_spec, message_id, made.as_bytes())


def _address(written: str, name: str = "") -> Address:
    """An address with its domain as servers know it."""
    local, _, domain = written.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        return Address(_shown(name), local.encode("ascii").decode(), ascii_domain)
    except (UnicodeError, ValueError, IndexError) as error:
        raise PermanentError(f"{written} is no address that every server takes.") from error


def _shown(name: str) -> str:
    """A name that fits one line with its quotes: Python (to 3.13) loses them where it folds a longer one, and then an
    address within the name is taken for the sender."""
    shown = _line(name)
    while len(quote(shown)) > _LONGEST_NAME:
        shown = shown[:-1]
    return shown.strip()


def _line(text: str) -> str:
    """Without line ends and other characters that are not to be seen, and without encoded words (RFC 2047), which may hold
    such: nothing in it begins another header."""
    shown = "".join(character if character.isprintable() else " " for character in text).replace("=?", "= ?")
    return " ".join(shown.encode("utf-8", "replace").decode().split())[:500]


def _hashed(key: str) -> str:
    return key if _KEY.fullmatch(key) else hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()
