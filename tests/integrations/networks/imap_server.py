"""A mailbox server in the test's own process, as far as the connector speaks IMAP (https://www.rfc-editor.org/rfc/rfc3501)."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

PASSWORD = 'open "sesame" \\ 1'


@dataclass
class Kept:
    """A mail in the folder."""

    uid: int
    received_at: datetime
    data: bytes


@dataclass
class ImapServer:
    """One person's mailbox. `hangs`: answers nothing to this command; `breaks`: hangs up on it; `gone`: mails that are found
    and then cannot be fetched. `asked` are the commands that came."""

    idles: bool = True
    validity: int = 7
    next_uid: int = 1
    mails: list[Kept] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    hangs: str = ""
    breaks: str = ""
    greeting: str = "* OK ready"
    gone: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    idling: set[asyncio.StreamWriter] = field(default_factory=set)
    listened: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, data: bytes, at: datetime | None = None) -> int:
        """A mail comes; whoever listens is told."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.mails.append(Kept(uid, at or datetime.now(UTC), data))
        for writer in self.idling:
            writer.write(b"* OK still here\r\n* %d EXISTS\r\n" % len(self.mails))
        return uid

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            writer.write(f"{self.greeting}\r\n".encode())
            while line := await reader.readline():
                tag, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
                self.asked.append(rest)
                if self.breaks and rest.startswith(self.breaks):
                    return
                if self.hangs and rest.startswith(self.hangs):
                    await asyncio.sleep(60)
                if rest == "IDLE":
                    await self._idle(reader, writer)
                said = "OK done" if rest == "IDLE" else await self._obey(rest, reader, writer)
                writer.write(f"{tag} {said}\r\n".encode())
                await writer.drain()
                if rest == "LOGOUT":
                    return
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _idle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+ idling\r\n")
        self.idling.add(writer)
        self.listened.set()
        try:
            self.asked.append((await reader.readline()).decode().strip())
        finally:
            self.idling.discard(writer)

    async def _obey(self, rest: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if rest == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1" + (b" IDLE" if self.idles else b"") + b"\r\n")
        elif rest.startswith("LOGIN "):
            password = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
            return "OK in" if rest.endswith(f' "{password}"') else "NO [AUTHENTICATIONFAILED] no"
        elif rest.startswith("SELECT "):
            said = f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}]\r\n* OK [UIDNEXT {self.next_uid}]\r\n"
            writer.write(said.encode())
        elif rest.startswith("UID SEARCH "):
            writer.write(f"* SEARCH {' '.join(map(str, self._search(rest)))}\r\n".encode())
        elif rest.startswith("UID FETCH "):
            self._fetch(rest, writer)
        elif rest.startswith("LIST "):
            writer.write(
                b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\HasNoChildren \\Sent) "/" "Sent &- more"\r\n'
            )
        elif found := re.match(r"APPEND .*\{(\d+)\}$", rest):
            writer.write(b"+ go on\r\n")
            self.sent.append(await reader.readexactly(int(found[1])))
            await reader.readline()
        return "OK done"

    def _search(self, rest: str) -> list[int]:
        """`n:*` names the last mail too, as the standard has it."""
        after = re.search(r"UID (\d+):\*", rest)
        since = re.search(r"SINCE (\S+)", rest)
        day = datetime.strptime(since[1], "%d-%b-%Y").date() if since else None  # noqa: DTZ007 - a day alone
        last = self.mails[-1].uid if self.mails else 0
        return [
            mail.uid
            for mail in self.mails
            if (after is None or mail.uid >= int(after[1]) or mail.uid == last)
            and (day is None or mail.received_at.date() >= day)
        ]

    def _fetch(self, rest: str, writer: asyncio.StreamWriter) -> None:
        wanted = {int(each) for each in rest.split()[2].split(",")}
        for at, mail in enumerate(self.mails, 1):
            # What another client does is said in between.
            writer.write(b"* %d FETCH (FLAGS (\\Seen))\r\n" % at)
            if mail.uid not in wanted or mail.uid in self.gone:
                continue
            if "BODY.PEEK" in rest:
                most = re.search(r"<0\.(\d+)>", rest)
                data = mail.data[: int(most[1]) if most else None]
                writer.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (at, mail.uid, len(data), data))
            else:
                when = mail.received_at.strftime("%d-%b-%Y %H:%M:%S %z")
                writer.write(
                    f'* {at} FETCH (UID {mail.uid} RFC822.SIZE {len(mail.data)} INTERNALDATE "{when}")\r\n'.encode()
                )


@asynccontextmanager
async def running(server: ImapServer) -> AsyncIterator[ImapServer]:
    """The server on a port of its own."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await server.serve(reader, writer)

    listening = await asyncio.start_server(connected, "127.0.0.1", server.port)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
