"""Mail for a few people: Dovecot, as Debian packages it, keeps their mailboxes; an SMTP server takes mails for them.

Mails that arrive while Dovecot is stopped wait, as they do in the queue of any mail server.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import ssl
import tempfile
import time
from asyncio import WriteTransport
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP as AS_SENT
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.certificates import certify
from tests.e2e.demo import free_ports
from tests.e2e.waiting import until
from tests.e2e_networks.process import Server

HOST = "127.0.0.1"
PASSWORD = 'pass word "with" everything \\ ü'
NOBODY = 65534
"""Dovecot gives nobody's mail to root, so where the tests run as root it runs as this user."""

_CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
listen = 127.0.0.1
protocols = imap
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


class MailServer:
    """Use as `with MailServer("help@acme.test", "maya@letters.test") as mail:`. Each address logs in with `PASSWORD`.

    `refuse` has the answer of the SMTP server to an address or, by the key `data`, to a text; `silent`: it takes the text
    and hangs up without an answer.
    """

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.folder = Path(tempfile.mkdtemp(prefix="mail-"))
        self.imap_port, self.imaps_port, self.smtp_port, self.smtps_port = free_ports(4)
        self.certificate = self.folder / "cert.pem"
        self.refuse: dict[str, str] = {}
        self.silent = False
        self.taken: list[bytes] = []
        self._waiting: list[tuple[str, bytes]] = []
        self._lock = Lock()
        self._write_settings()
        self.dovecot = Server(self._command(), self.folder / "dovecot.log", self._is_ready)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.folder / "key.pem")
        self._doors = [
            _Door(self, hostname=HOST, port=self.smtp_port, tls_context=context, auth_require_tls=False, **_LOGIN),
            _Door(self, hostname=HOST, port=self.smtps_port, ssl_context=context, auth_require_tls=False, **_LOGIN),
        ]

    def _command(self) -> list[str]:
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "dovecot"
        run = [program, "-F", "-c", str(self.folder / "dovecot.conf")]
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *run] if _is_root() else run

    def _write_settings(self) -> None:
        certify(self.folder)
        names = {"user": _name("-un"), "group": _name("-gn")}
        ports = {"imap_port": self.imap_port, "imaps_port": self.imaps_port}
        (self.folder / "dovecot.conf").write_text(_CONFIG.format(folder=self.folder, **names, **ports), "utf-8")
        (self.folder / "users").write_text("".join(f"{each}:{{PLAIN}}{PASSWORD}\n" for each in self.addresses), "utf-8")
        if _is_root():
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)

    def _is_ready(self) -> bool:
        with self.logged_in(self.addresses[0]):
            return True

    def __enter__(self) -> Self:
        try:
            self.dovecot.start()
            for door in self._doors:
                door.start()
        except BaseException:
            self.dovecot.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for door in self._doors:
            door.stop(no_assert=True)
        self.dovecot.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_mailboxes(self) -> None:
        """Nobody can look into a mailbox; mails wait."""
        self.dovecot.stop()

    def start_mailboxes(self) -> None:
        """The mailboxes are back, with what waited."""
        self.dovecot.start()
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for address, mail in waiting:
            self.deliver(address, mail)

    def number_anew(self, address: str) -> None:
        """As after a mailbox was restored elsewhere: its mails are all there, under new numbers."""
        self.dovecot.stop()
        box = self.folder / "mail" / address
        for path in (*box.glob("dovecot*"), *box.glob("*/dovecot*")):
            path.unlink()
        # The new validity is a time in seconds.
        time.sleep(1.1)
        self.dovecot.start()

    @contextlib.contextmanager
    def logged_in(self, address: str) -> Any:
        """The mailbox of this person, by another client."""
        client = imaplib.IMAP4(HOST, self.imap_port, timeout=10)
        try:
            client.authenticate("PLAIN", lambda _: f"\0{address}\0{PASSWORD}".encode())
            yield client
        except imaplib.IMAP4.error as error:
            raise OSError(str(error)) from error
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    def deliver(self, address: str, mail: bytes, at: datetime | None = None) -> None:
        """Put a mail into a mailbox; while there is none to be had it waits."""
        try:
            with self.logged_in(address) as client:
                when = imaplib.Time2Internaldate(at or datetime.now(UTC))
                assert client.append("INBOX", "", when, mail)[0] == "OK"
        except OSError:
            with self._lock:
                self._waiting.append((address, mail))

    def send(self, mail: Message) -> None:
        """Somebody sends a mail, as mail programs do."""
        with smtplib.SMTP(HOST, self.smtp_port, timeout=10) as client:
            client.send_message(mail)

    def mails(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        """What is in the mailbox, oldest first."""
        with self.logged_in(address) as client:
            assert client.select(folder, readonly=True)[0] == "OK"
            names = client.search(None, "ALL")[1][0].split()
            found = [client.fetch(name, "(BODY.PEEK[])")[1][0][1] for name in names]
        return [BytesParser(policy=AS_SENT).parsebytes(each) for each in found]

    def wait_for(self, address: str, *containing: str, seconds: float = 60) -> EmailMessage:
        """Waits for a mail in the mailbox with all these words."""

        def look() -> EmailMessage | None:
            for mail in self.mails(address):
                if all(word in words_of(mail) for word in containing):
                    return mail
            return None

        return until(look, f"a mail to {address} with {containing}", seconds, 0.2)

    def unseen(self, address: str) -> int:
        """How many mails nobody has read yet."""
        with self.logged_in(address) as client:
            client.select("INBOX", readonly=True)
            return len(client.search(None, "UNSEEN")[1][0].split())


class _Handler:
    """What the SMTP server does with a mail."""

    def __init__(self, mail: MailServer) -> None:
        self._mail = mail

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Only who has a mailbox here."""
        if address in self._mail.refuse:
            return self._mail.refuse[address]
        if address not in self._mail.addresses:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Into the mailboxes."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        if "data" in self._mail.refuse:
            return self._mail.refuse["data"]
        self._mail.taken.append(content)
        if self._mail.silent:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
            return "250 nobody hears it"
        path = f"Return-Path: <{envelope.mail_from}>\r\n".encode()
        for address in envelope.rcpt_tos:
            self._mail.deliver(address, path + content)
        return "250 OK"


def _log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=right)


_LOGIN: dict[str, Any] = {"authenticator": _log_in, "decode_data": False}


class _Door(Controller):
    def __init__(self, mail: MailServer, **settings: Any) -> None:
        super().__init__(_Handler(mail), ready_timeout=20, **settings)


def letter(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A mail; further headers by name, `_` for `-`."""
    mail = EmailMessage()
    now = datetime.now(UTC)
    made = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": now,
        "Message-ID": f"<{now.timestamp()}@letters.test>",
    }
    for name, value in {**made, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        mail[name] = value
    mail.set_content(text)
    return mail


def words_of(mail: EmailMessage) -> str:
    """Its text with simple line ends."""
    return str(mail.get_content()).replace("\r\n", "\n")


def _is_root() -> bool:
    return os.geteuid() == 0


def _name(option: str) -> str:
    """The name of the user or group that Dovecot runs as."""
    if option == "-un":
        return pwd.getpwuid(NOBODY if _is_root() else os.geteuid()).pw_name
    return grp.getgrgid(NOBODY if _is_root() else os.getegid()).gr_name
