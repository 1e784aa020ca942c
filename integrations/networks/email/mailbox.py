"""A connection to a mailbox: what is in it, what is new, and to be told at once when something comes.

IMAP as in https://www.rfc-editor.org/rfc/rfc3501, IDLE as in https://www.rfc-editor.org/rfc/rfc2177. Nothing is ever marked
as read, moved or deleted.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import re
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar

import aioimaplib

from bot.errors import PermanentError, RetriableError
from integrations.redaction import redact

T = TypeVar("T")

# It would log every mail, and formats each for it.
logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.WARNING)

Security = Literal["tls", "starttls", "none"]

_AT_ONCE = 50
"""Mails whose facts are asked for in one command."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_FACTS = re.compile(rb'UID (\d+)|RFC822\.SIZE (\d+)|INTERNALDATE "([^"]{10,40})"')


@dataclass(frozen=True, slots=True)
class Server:
    """A server and who logs in. `port` None: the usual one. `patience`: seconds for one answer."""

    host: str
    port: int | None
    security: Security
    user: str
    password: str
    context: ssl.SSLContext | None = None
    patience: float = 20.0


@dataclass(frozen=True, slots=True)
class Folder:
    """An opened folder: whose ids hold as long as `validity` is the same, and the next of which will be `next_uid`."""

    validity: int
    next_uid: int
    mails: int


@dataclass(frozen=True, slots=True)
class Facts:
    """A mail in a folder: its id there, when it came, and its bytes."""

    uid: int
    received_at: datetime
    size: int


class Mailbox:
    """An open connection; made by `opened`. Raises `RetriableError` when it breaks, `PermanentError` when it is refused."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._idle: asyncio.Future[Any] | None = None
        self._silent = False
        context = server.context or ssl.create_default_context() if server.security != "none" else None
        self._context = context
        self._imap = aioimaplib.IMAP4(
            host=server.host,
            port=server.port or (993 if server.security == "tls" else 143),
            timeout=server.patience,
            conn_lost_cb=self._on_lost,
            ssl_context=context if server.security == "tls" else None,
        )

    @property
    def tells(self) -> bool:
        """Can the server tell when something comes?"""
        return bool(self._imap.has_capability("IDLE"))

    async def log_in(self) -> None:
        """Up to where folders can be opened."""
        await self._done(self._imap.wait_hello_from_server())
        if self._server.security == "starttls":
            await self._start_tls()
        user = '"{}"'.format(self._server.user.replace("\\", "\\\\").replace('"', '\\"'))
        answer = await self._done(self._imap.login(user, self._server.password))
        if answer.result != "OK":
            said = self._said(answer)
            if "UNAVAILABLE" in said or "INUSE" in said:
                raise RetriableError(f"{self._server.host} lets nobody in for now: {said}")
            raise PermanentError(f"{self._server.host} does not let {self._server.user} in: {said}")
        await self._done(self._imap.protocol.capability())

    async def open(self, folder: str) -> Folder:
        """Open a folder; each time anew with what is in it now."""
        answer = await self._done(self._imap.select(quoted(folder)))
        if answer.result != "OK":
            raise PermanentError(f"{self._server.host} has no folder “{folder}” to open: {self._said(answer)}")
        said = b"\n".join(bytes(line) for line in answer.lines)
        numbers = {
            name: int(found[1]) if (found := re.search(pattern, said)) else 0
            for name, pattern in (
                ("validity", rb"UIDVALIDITY (\d+)"),
                ("next_uid", rb"UIDNEXT (\d+)"),
                ("mails", rb"(\d+) EXISTS"),
            )
        }
        return Folder(**numbers)

    async def since(self, earliest: datetime | None = None, after: int = 0) -> list[int]:
        """The ids, in order, above `after`. With `earliest`: of mails that came since then, and some of the days before."""
        asked = [f"UID {after + 1}:*"]
        if earliest is not None:
            # Servers know days only, in their own zone.
            day = earliest - timedelta(days=1)
            asked.append(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")
        answer = await self._done(self._imap.uid_search(*asked, charset=None))
        if answer.result != "OK":
            raise RetriableError(f"{self._server.host} does not search: {self._said(answer)}")
        found = {int(word) for line in answer.lines[:-1] for word in bytes(line).split() if word.isdigit()}
        # `n:*` always names the last mail too.
        return sorted(uid for uid in found if uid > after)

    async def facts(self, uids: Iterable[int]) -> list[Facts]:
        """When each came and how large it is; what is gone meanwhile is left out."""
        wanted, found = list(uids), {}
        for at in range(0, len(wanted), _AT_ONCE):
            names = ",".join(str(uid) for uid in wanted[at : at + _AT_ONCE])
            answer = await self._done(self._imap.uid("fetch", names, "(UID RFC822.SIZE INTERNALDATE)"))
            for line in answer.lines[:-1]:
                facts = _facts(bytes(line))
                if facts is not None:
                    found[facts.uid] = facts
        return [found[uid] for uid in wanted if uid in found]

    async def beginning(self, uid: int, most: int) -> bytes | None:
        """The first bytes of a mail; None when it is gone. It stays unread."""
        answer = await self._done(self._imap.uid("fetch", str(uid), f"(UID BODY.PEEK[]<0.{most}>)"))
        bodies = [bytes(line) for line in answer.lines if isinstance(line, bytearray)]
        return bodies[0] if bodies else None

    async def keep(self, mail: bytes, folder: str | None) -> bool:
        """Put a mail of our own into the folder, or into the one for sent mail; False where there is none."""
        name = quoted(folder) if folder else await self._sent_folder()
        if name is None:
            return False
        answer = await self._done(self._imap.append(mail, name, "\\Seen"))
        return bool(answer.result == "OK")

    async def _sent_folder(self) -> str | None:
        """The folder that the server says is for sent mail: https://www.rfc-editor.org/rfc/rfc6154"""
        answer = await self._done(self._imap.list('""', '"*"'))
        for line in answer.lines[:-1]:
            found = re.match(rb'\(([^)]*)\) (?:"[^"]*"|NIL) (.+)', bytes(line))
            if found is not None and b"\\sent" in found[1].lower().split():
                return found[2].decode("ascii", "replace")
        return None

    async def told(self, seconds: float) -> bool:
        """Wait until a mail comes; False when none came in that time. The folder is to be opened before."""
        self._idle = await self._done(self._imap.idle_start(timeout=seconds + self._server.patience))
        until = asyncio.get_running_loop().time() + seconds
        came = False
        while not came and (left := until - asyncio.get_running_loop().time()) > 0:
            with contextlib.suppress(TimeoutError):
                lines = await self._done(self._imap.wait_server_push(left), patient=True)
                came = isinstance(lines, list) and any(b"EXISTS" in bytes(line) for line in lines)
        await self._stop_idle()
        return came

    async def _stop_idle(self) -> None:
        if self._idle is not None and not self._silent:
            idle, self._idle = self._idle, None
            self._imap.idle_done()
            await self._done(idle)

    async def close(self) -> None:
        """Take leave; a server that is gone is not waited for."""
        with contextlib.suppress(RetriableError, TimeoutError):
            async with asyncio.timeout(3):
                await self._stop_idle()
                if not self._silent and self._imap.get_state() in {aioimaplib.AUTH, aioimaplib.SELECTED}:
                    await self._done(self._imap.logout())
        self._imap._client_task.cancel()
        if self._imap.protocol.transport is not None:
            self._imap.protocol.transport.abort()

    async def _start_tls(self) -> None:
        """https://www.rfc-editor.org/rfc/rfc3501#section-6.2.1; the library has the command but does not change over."""
        protocol = self._imap.protocol
        answer = await self._done(protocol.execute(aioimaplib.Command("STARTTLS", protocol.new_tag())))
        if answer.result != "OK" or protocol.incomplete_line:
            raise PermanentError(f"{self._server.host} does not change over to TLS: {self._said(answer)}")
        loop = asyncio.get_running_loop()
        assert self._context is not None  # noqa: S101 - there is one for every security but none
        protocol.transport = await self._done(
            loop.start_tls(protocol.transport, protocol, self._context, server_hostname=self._server.host)
        )
        # What the server said before may have been anybody's.
        await self._done(protocol.capability())

    def _on_lost(self, error: Exception | None) -> None:
        if not self._lost.done():
            self._lost.set_result(None)

    async def _done(self, work: Coroutine[Any, Any, T] | asyncio.Future[T], patient: bool = False) -> T:
        """The result of `work`, unless the connection breaks first. Errors never repeat a command: it may hold a password."""
        task = asyncio.ensure_future(work)
        try:
            waited: set[asyncio.Future[Any]] = {task, self._lost}
            await asyncio.wait(
                waited, timeout=None if patient else self._server.patience, return_when=asyncio.FIRST_COMPLETED
            )
            if task.done():
                return task.result()
            self._silent = True
            gone = "has closed the connection" if self._lost.done() else "does not answer"
            raise RetriableError(f"{self._server.host} {gone}.")
        except (OSError, aioimaplib.AioImapException, ValueError, IndexError) as error:
            if isinstance(error, TimeoutError) and patient:
                raise
            what = redact(str(error), (self._server.password,)) if isinstance(error, OSError) else type(error).__name__
            raise RetriableError(f"{self._server.host} cannot be asked: {what or type(error).__name__}") from None
        finally:
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task

    def _said(self, answer: aioimaplib.Response) -> str:
        last = bytes(answer.lines[-1]).decode("utf-8", "replace") if answer.lines else ""
        return redact(last[:200], (self._server.password,))


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Mailbox]:
    """A mailbox for as long as it is needed."""
    mailbox = Mailbox(server)
    try:
        await mailbox.log_in()
        yield mailbox
    finally:
        await mailbox.close()


def quoted(folder: str) -> str:
    """A folder's name as commands take it: https://www.rfc-editor.org/rfc/rfc3501#section-5.1.3"""
    name = re.sub(r"&|[^\x20-\x7e]+", lambda found: _shifted(found[0]), folder)
    return '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))


def _shifted(letters: str) -> str:
    if letters == "&":
        return "&-"
    digits = base64.b64encode(letters.encode("utf-16-be", "replace")).decode().rstrip("=").replace("/", ",")
    return f"&{digits}-"


def _facts(line: bytes) -> Facts | None:
    told = [found.groups() for found in _FACTS.finditer(line)]
    uid, size, at = (next((each[place] for each in told if each[place]), None) for place in range(3))
    if uid is None:
        return None
    try:
        received = parsedate_to_datetime((at or b"").decode("ascii", "replace")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        received = datetime.now(UTC)
    return Facts(int(uid), received, int(size or 0))
