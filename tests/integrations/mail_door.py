"""A real SMTP server on a free port of this machine, with TLS, that keeps what it takes and fails when it is told to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as AS_SENT
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.app_process import free_port
from tests.certificates import certify

HOST = "127.0.0.1"
PASSWORD = "pass word \\ ü"


@dataclass
class MailDoor:
    """`answers` to commands (`RCPT`, `DATA`) are given instead of 250; `silent`: what is taken is kept, and the line cut."""

    answers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, read back."""
        return [BytesParser(policy=AS_SENT).parsebytes(data) for _, _, data in self.taken]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        if self.silent:
            transport: Any = server.transport
            transport.abort()
        return "250 OK"

    def log_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@contextmanager
def mail_door(folder: Path, security: str = "starttls") -> Iterator[MailDoor]:
    """The server while it runs; its certificate is `cert.pem` in the folder."""
    certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    door = MailDoor()
    each: dict[str, dict[str, Any]] = {
        "starttls": {"tls_context": context, "require_starttls": True, "auth_require_tls": True},
        "tls": {"ssl_context": context, "auth_require_tls": False},
        "none": {"auth_require_tls": False},
    }
    port = free_port()
    controller = Controller(
        door,
        hostname=HOST,
        port=port,
        authenticator=door.log_in,
        auth_required=security == "starttls",
        ready_timeout=20,
        **each[security],
    )
    controller.start()
    try:
        door.port = port
        yield door
    finally:
        controller.stop(no_assert=True)


def trusting(folder: Path) -> ssl.SSLContext:
    """Trusts this server alone."""
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))
