"""E-mail: a mailbox that customers write to, and answers from its address.

https://www.rfc-editor.org/rfc/rfc9051 (IMAP), https://www.rfc-editor.org/rfc/rfc2177 (IDLE), https://www.rfc-editor.org/rfc/rfc5321
(SMTP). How mails are read and written is in `integrations/networks/email/`.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
import structlog
from pydantic import Field

from bot.domain.delivery import Capabilities, Delivery, Polled, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import BatonError, PermanentError, RetriableError
from integrations.apart import apart
from integrations.networks.email.answering import answer, refusal
from integrations.networks.email.mailbox import Facts, Folder, Mailbox, Security, Server, opened
from integrations.networks.email.reading import Letter, Read, Reader, read, read_all
from integrations.networks.email.sending import send
from integrations.source import FIRST_LOOK, Connector, Options, written

_log = structlog.get_logger(__name__)

_PORTION = 50
"""Mails that are fetched and read in one go."""

_SMALL = 64_000
"""Bytes that take a moment to read, whatever they are: no process is started for them."""

_RENEW = 540.0
"""Seconds that a server is listened to in one go; many a router forgets a silent connection soon after."""

_LONGEST_PAUSE = 120.0
_OVERLAP = timedelta(days=2)
"""Days of mail that are looked at again after the server has numbered its mails anew."""


class EmailOptions(Options):
    """Where the mailbox is, and where answers are handed over. `account` is our own address."""

    host: str = ""
    """The server that has the mailbox (IMAP)."""
    port: int | None = None
    """Its port; without one 993, or 143 where `security` is not `tls`."""
    security: Security = "tls"
    """`tls`, `starttls`, or `none`: only for a server on this machine."""
    user: str = ""
    """Who logs in; without one, the address in `account`."""
    password_env: str = ""
    """The environment variable with the password, best one for this program alone."""
    folder: str = "INBOX"
    """The folder that is read. Nothing in it is changed."""
    smtp_host: str = ""
    """The server that takes answers (SMTP); without one no answers can be sent."""
    smtp_port: int | None = None
    """Its port; without one 465, 587 for `starttls`, 25 for `none`."""
    smtp_security: Security = "tls"
    """As `security`, for this server."""
    smtp_user: str = ""
    """Who logs in there; without one, the same user."""
    smtp_password_env: str = ""
    """The environment variable with the password there; without one, the same password."""
    sender: str = ""
    """The name that customers see beside our address."""
    sent_folder: str = ""
    """The folder for copies of answers; without one, that which the server says is for sent mail."""
    forms: tuple[str, ...] = ()
    """Addresses from which a form on our web site sends: heard although a machine sends them, from whom Reply-To names."""
    largest: int = Field(default=1_000_000, ge=10_000, le=20_000_000)
    """How many bytes of a mail are read, at most; its words stand at its beginning, its attachments are only named."""


@dataclass(frozen=True, slots=True)
class _Cursor:
    """Up to which mail all was read, and when the newest of them came. `floor`: nothing from before then, while catching up."""

    validity: int
    uid: int
    newest: str
    floor: str = ""

    @classmethod
    def from_text(cls, text: str | None) -> _Cursor | None:
        return cls(**orjson.loads(text)) if text else None

    def text(self) -> str:
        return orjson.dumps(self).decode()


class Email(Connector):
    """`kind = "email"`."""

    kind = "email"
    Options = EmailOptions
    options: EmailOptions
    needs = ("account", "host", "password_env")
    abilities = Capabilities(
        poll=True,
        backfill=True,
        reply=True,
        longest=50_000,
        once="never",
        why={
            "edits": "A mail that was sent stays as it is.",
            "deletes": "Nobody can take back a mail.",
            "once": "Mail servers know no keys: whether a mail went out that nobody confirmed, a person must judge.",
        },
    )
    tls: ssl.SSLContext | None = None
    """Whom to trust; None: whom the system trusts."""
    patience = 20.0
    """Seconds for one answer of a server ..."""
    reading = (30.0, 10.0)
    """... for reading what came, and for reading one of them alone, where all together took too long."""

    _known: Folder | None = None
    """The folder as it was when it was last looked at."""

    def refuses(self, post: Post, now: datetime) -> str | None:
        """No answers to machines and lists, nor without a server for them."""
        if not self.options.smtp_host:
            return f"No answers can be sent: sources.{self.name} in baton.toml has no smtp_host."
        return super().refuses(post, now) or refusal(post, self._ours)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """One mail."""
        found = read(Letter(delivery.body, delivery.received_at, len(delivery.body)), self._reader)
        if "begins" in found.kept:
            raise PermanentError(f"{self.name}: {found.why}")
        return self._events([found])

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """New mails. Where the server has numbered them anew, those of the last days are looked at again."""
        before, now = _Cursor.from_text(cursor), datetime.now(UTC)
        async with self._mailbox() as mailbox:
            folder = self._known = await mailbox.open(self.options.folder)
            if before is None:
                before = _Cursor(folder.validity, 0, now.isoformat(), (now - FIRST_LOOK).isoformat())
            elif before.validity != folder.validity:
                floor = datetime.fromisoformat(before.newest) - _OVERLAP
                _log.warning("numbered_anew", source=self.name, looked_at_since=floor)
                before = _Cursor(folder.validity, 0, before.newest, floor.isoformat())
            earliest = datetime.fromisoformat(before.floor) if before.floor else None
            uids = await mailbox.since(earliest, before.uid)
            taken, left = uids[: min(limit, _PORTION)], uids[min(limit, _PORTION) :]
            facts = await mailbox.facts(taken)
            events = await self._read(mailbox, [each for each in facts if not earliest or each.received_at >= earliest])
        last = max([before.uid, *taken, *(() if left else (folder.next_uid - 1,))])
        newest = max([datetime.fromisoformat(before.newest), *(min(each.received_at, now) for each in facts)])
        after = _Cursor(folder.validity, last, newest.isoformat(), before.floor if left else "")
        return Polled(tuple(events), after.text(), timedelta(0) if left else None)

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """All mails that came since then, oldest first."""
        async with self._mailbox() as mailbox:
            await mailbox.open(self.options.folder)
            uids = await mailbox.since(since)
            for at in range(0, len(uids), _PORTION):
                facts = await mailbox.facts(uids[at : at + _PORTION])
                yield await self._read(mailbox, [each for each in facts if each.received_at >= since])

    async def news(self) -> None:
        """Returns as soon as the server tells of a mail, or can be asked again after it could not."""
        pause = 1.0
        while True:
            try:
                async with self._mailbox() as mailbox:
                    while await self._is_still(mailbox):
                        if await mailbox.told(_RENEW):
                            return
                    return
            except BatonError as error:
                _log.info("not_listening", source=self.name, why=str(error), seconds=round(pause))
                self._known = None
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _is_still(self, mailbox: Mailbox) -> bool:
        """Is the folder as it was when it was last looked at? Where the server cannot tell of news, this waits for ever."""
        folder = await mailbox.open(self.options.folder)
        if folder != self._known:
            self._known = folder
            return False
        if not mailbox.tells:
            await mailbox.close()
            await asyncio.Event().wait()
        return True

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answer a mail in its thread; a copy goes into the folder for sent mail."""
        if (why := self.refuses(post, datetime.now(UTC))) is not None:
            raise PermanentError(why)
        mail = answer(post, text, idempotency_key, self._ours, self.options.sender, datetime.now(UTC))
        self._spend()
        await send(self._smtp, mail)
        try:
            async with asyncio.timeout(30), self._mailbox() as mailbox:
                await mailbox.keep(mail.data, self.options.sent_folder or None)
        except (BatonError, TimeoutError) as error:
            # It is sent all the same.
            _log.warning("no_copy_kept", source=self.name, why=str(error) or "it took too long")
        return Sent(mail.message_id)

    async def _read(self, mailbox: Mailbox, mails: Iterable[Facts]) -> list[SourceEvent]:
        letters = []
        for facts in mails:
            data = await mailbox.beginning(facts.uid, self.options.largest)
            if data is not None:
                letters.append(Letter(data, facts.received_at, facts.size))
        if not letters:
            return []
        if sum(len(letter.data) for letter in letters) <= _SMALL:
            return self._events(await asyncio.to_thread(read_all, letters, self._reader))
        try:
            return self._events(await apart(read_all, letters, self._reader, seconds=self.reading[0]))
        except RetriableError:
            # One of them takes for ever, and all others are to be read.
            return self._events([await self._alone(letter) for letter in letters])

    async def _alone(self, letter: Letter) -> Read:
        try:
            return await apart(read, letter, self._reader, seconds=self.reading[1])
        except RetriableError as error:
            kept = {"begins": letter.data[:4_000].decode("utf-8", "replace"), "size": letter.size}
            return Read(why=f"The mail cannot be read: {error}", kept=kept)

    def _events(self, found: Iterable[Read]) -> list[SourceEvent]:
        events = []
        for each in found:
            if each.post is not None:
                events.append(written(each.post))
            elif each.why:
                events.append(self.unread(each.kept, each.why))
        return events

    def _mailbox(self) -> AbstractAsyncContextManager[Mailbox]:
        self._spend()
        settings = self.options
        password = self.secret("password_env")
        user = settings.user or self._ours
        return opened(Server(settings.host, settings.port, settings.security, user, password, self.tls, self.patience))

    def _spend(self) -> None:
        if self.purse is not None:
            self.purse.spend(1, self.name)

    @property
    def _smtp(self) -> Server:
        settings = self.options
        password = self.secret("smtp_password_env" if settings.smtp_password_env else "password_env")
        user = settings.smtp_user or settings.user or self._ours
        return Server(
            settings.smtp_host, settings.smtp_port, settings.smtp_security, user, password, self.tls, self.patience
        )

    @property
    def _ours(self) -> str:
        return (self.settings.account or "").lower()

    @property
    def _reader(self) -> Reader:
        return Reader(self.network, self._ours or self.name, tuple(each.lower() for each in self.options.forms))
