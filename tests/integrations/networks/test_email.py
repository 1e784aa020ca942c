"""The mailbox over IMAP: what is new, what broke, what is not ours to answer; and answers over SMTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.domain.delivery import Delivery
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.email.connector import Email
from integrations.source import SourceSettings
from tests.integrations.networks.imap_server import PASSWORD, ImapServer, running

US = "help@acme.example"
NOW = datetime.now(UTC)


def mail(name: str, text: str = "x", **headers: str) -> bytes:
    lines = {
        "From": "Maya <maya@letters.example>",
        "Message-ID": f"<{name}@letters.example>",
        "Subject": name,
        **headers,
    }
    head = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in lines.items())
    return f"{head}\r\n{text}\r\n".encode()


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    async with running(ImapServer()) as server:
        yield server


def connector(server: ImapServer, **options: Any) -> Email:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "password_env": "MAIL", **options}
    made = Email(SourceSettings("mail", account=US, options=given, secrets={"password_env": PASSWORD}), Http())
    made.patience = 2.0
    return made


def subjects(events: tuple[SourceEvent, ...]) -> list[str]:
    return [str(event.post.raw["subject"]) for event in events if event.post is not None]


async def test_mails_come_oldest_first_and_no_more_at_once_than_asked_for(server: ImapServer) -> None:
    for number in range(5):
        server.add(mail(f"m{number}"))
    source, cursor, found = connector(server), None, []
    for pause in (timedelta(0), timedelta(0), None):
        polled = await source.poll(cursor, 2)
        assert polled.next_after == pause
        found.append(subjects(polled.events))
        cursor = polled.cursor
    assert found == [["m0", "m1"], ["m2", "m3"], ["m4"]]
    assert (await source.poll(cursor, 2)).events == ()
    assert not any("STORE" in asked or "BODY[" in asked for asked in server.asked)


async def test_an_empty_mailbox_and_what_then_comes(server: ImapServer) -> None:
    source = connector(server)
    polled = await source.poll(None, 10)
    assert polled.events == ()
    server.add(mail("first"))
    assert subjects((await source.poll(polled.cursor, 10)).events) == ["first"]


async def test_the_first_look_goes_back_a_day_only(server: ImapServer) -> None:
    server.add(mail("old"), NOW - timedelta(days=3))
    server.add(mail("yesterday"), NOW - timedelta(hours=25))
    server.add(mail("today"), NOW - timedelta(hours=23))
    assert subjects((await connector(server).poll(None, 10)).events) == ["today"]


async def test_after_new_numbers_the_last_days_are_looked_at_again_and_nothing_older(server: ImapServer) -> None:
    source = connector(server)
    server.add(mail("known"), NOW - timedelta(hours=3))
    cursor = (await source.poll(None, 10)).cursor
    server.validity, server.mails, server.next_uid = 8, [], 1
    server.add(mail("ancient"), NOW - timedelta(days=90))
    server.add(mail("known"), NOW - timedelta(hours=3))
    server.add(mail("ancient too"), NOW - timedelta(days=60))
    server.add(mail("missed"), NOW - timedelta(hours=2))
    found = []
    for _ in range(4):
        polled = await source.poll(cursor, 1)
        found += subjects(polled.events)
        cursor = polled.cursor
    assert found == ["known", "missed"]


async def test_a_mail_that_is_gone_before_it_is_fetched_is_passed_over(server: ImapServer) -> None:
    server.add(mail("gone"))
    server.add(mail("there"))
    server.gone = {1}
    polled = await connector(server).poll(None, 10)
    assert subjects(polled.events) == ["there"]


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("how", ["hangs", "breaks"])
async def test_a_server_that_hangs_or_hangs_up_is_asked_again_later(server: ImapServer, command: str, how: str) -> None:
    server.add(mail("one"))
    source = connector(server)
    source.patience = 0.5
    setattr(server, how, command)
    with pytest.raises(RetriableError) as failed:
        await source.poll(None, 10)
    assert "127.0.0.1" in str(failed.value)
    assert "sesame" not in str(failed.value)
    setattr(server, how, "")
    assert subjects((await source.poll(None, 10)).events) == ["one"]


async def test_a_wrong_password_is_refused_for_good_and_not_repeated_in_the_error(server: ImapServer) -> None:
    source = connector(server)
    source.settings = replace(source.settings, secrets={"password_env": "wrong sesame"})
    with pytest.raises(PermanentError) as refused:
        await source.poll(None, 10)
    assert US in str(refused.value)
    assert "sesame" not in str(refused.value)


async def test_without_a_password_it_says_what_to_set(server: ImapServer) -> None:
    source = connector(server)
    source.settings = replace(source.settings, secrets={})
    with pytest.raises(PermanentError, match="MAIL"):
        await source.poll(None, 10)


async def test_nobody_listens_at_the_port(server: ImapServer) -> None:
    with pytest.raises(RetriableError, match=r"127\.0\.0\.1"):
        await connector(server, port=1).poll(None, 10)


async def test_a_budget_counts_connections(server: ImapServer) -> None:
    source = Email(replace(connector(server).settings, budget=(2, timedelta(hours=1))), Http())
    cursor = (await source.poll(None, 10)).cursor
    await source.poll(cursor, 10)
    with pytest.raises(RetriableError) as spent:
        await source.poll(cursor, 10)
    assert spent.value.retry_after is not None


async def test_a_backfill_brings_all_since_then_in_portions(server: ImapServer) -> None:
    for number in range(60):
        server.add(mail(f"m{number}"), NOW - timedelta(days=60 - number))
    portions = [portion async for portion in connector(server).backfill(NOW - timedelta(days=55, hours=1))]
    assert len(portions) == 2
    assert subjects(tuple(event for portion in portions for event in portion)) == [f"m{at}" for at in range(5, 60)]


async def test_news_are_told_and_other_words_of_the_server_are_not_taken_for_them(server: ImapServer) -> None:
    source = connector(server)
    await source.news()
    await source.poll(None, 10)
    listening = asyncio.create_task(source.news())
    await _idling(server)
    for writer in server.idling:
        writer.write(b"* OK still here\r\n* 3 FETCH (FLAGS (\\Seen))\r\n* 0 RECENT\r\n")
    await asyncio.sleep(0.2)
    assert not listening.done()
    server.add(mail("now"))
    await asyncio.wait_for(listening, 2)
    assert server.asked[-2:] == ["DONE", "LOGOUT"], "DONE, and a polite good-bye"


async def test_listening_that_breaks_is_taken_up_again_and_looks_at_once(server: ImapServer) -> None:
    source = connector(server)
    await source.poll(None, 10)
    listening = asyncio.create_task(source.news())
    await _idling(server)
    for writer in server.idling:
        writer.close()
    await asyncio.wait_for(listening, 5)


async def test_a_server_that_cannot_tell_is_not_listened_to(server: ImapServer) -> None:
    server.idles = False
    source = connector(server)
    await source.poll(None, 10)
    listening = asyncio.create_task(source.news())
    await asyncio.sleep(0.5)
    assert not listening.done()
    assert server.asked[-1] == "LOGOUT"
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening


async def _idling(server: ImapServer) -> None:
    async with asyncio.timeout(3):
        await server.listened.wait()


async def test_a_mail_that_takes_for_ever_to_read_keeps_back_no_other(server: ImapServer) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(400))
    server.add(b"From: a@b.example\n" + nested + b"x\n" * 4_000_000)
    server.add(mail("quick"))
    source = connector(server, largest=10_000_000)
    source.reading = (2.0, 8.0)  # long enough to start a process on a busy machine, and far too short for that mail
    slow, quick = (await source.poll(None, 10)).events
    assert slow.kind == "unread"
    assert "longer than" in slow.why or "ended with" in slow.why
    assert subjects((quick,)) == ["quick"]


async def test_what_we_sent_ourselves_is_left_out_and_a_form_is_heard_from_who_filled_it_in(server: ImapServer) -> None:
    server.add(mail("ours", From=f"Acme <{US.upper()}>"))
    server.add(
        mail("form", From="web@acme.example", Reply_To="Tom <tom@mail.example>", Auto_Submitted="auto-generated")
    )
    (event,) = (await connector(server, forms=["Web@acme.example"]).poll(None, 10)).events
    assert event.post is not None
    assert (event.post.author.handle, event.post.author.display_name) == ("tom@mail.example", "Tom")


def read(source: Email, data: bytes) -> Post:
    (event,) = source.parse(Delivery(data, NOW))
    assert event.post is not None
    return event.post


async def test_some_mails_cannot_be_answered_and_it_says_why(server: ImapServer) -> None:
    source = connector(server, smtp_host="127.0.0.1")
    for headers, why in (
        ({"From": "no-reply@shop.example"}, "Nobody reads"),
        ({"From": "Shop <donotreply+7@shop.example>"}, "Nobody reads"),
        ({"From": "list@lists.example", "List-Id": "<talk.lists.example>"}, "mailing list"),
        ({"Reply-To": US}, "our own address"),
        ({"From": "nobody at all"}, "no address"),
    ):
        refusal = source.refuses(read(source, mail("m", **headers)), NOW)
        assert refusal is not None
        assert why in refusal
    assert source.refuses(read(source, mail("m")), NOW) is None
    silent = connector(server)
    assert "smtp_host" in str(silent.refuses(read(silent, mail("m")), NOW))
    with pytest.raises(PermanentError, match="smtp_host"):
        await silent.reply(read(silent, mail("m")), "Hello", "key")


class Outbox:
    """An SMTP server that takes what it is given; `after` is what it does when it has the text."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.after = "250 OK"
        self.rcpt = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        if self.after == "hang":
            await asyncio.sleep(3)
        return self.after


@pytest.fixture
def outbox(unused_port: int) -> Iterator[tuple[Outbox, int]]:
    outbox = Outbox()
    controller = Controller(outbox, hostname="127.0.0.1", port=unused_port, ready_timeout=20)
    controller.start()
    try:
        yield outbox, unused_port
    finally:
        controller.stop(no_assert=True)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_an_answer_goes_out_and_a_copy_into_the_folder_for_sent_mail(
    server: ImapServer, outbox: tuple[Outbox, int]
) -> None:
    smtp, port = outbox
    source = connector(server, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
    sent = await source.reply(read(source, mail("one")), "Hello", "01JKEY")
    assert sent.external_id == "baton-01JKEY@acme.example"
    assert b"To: maya@letters.example\r\n" in smtp.taken[0]
    assert server.sent == [smtp.taken[0]]
    assert any(asked.startswith('APPEND "Sent &- more" (\\Seen)') for asked in server.asked)


async def test_an_answer_is_sent_though_no_copy_can_be_kept(server: ImapServer, outbox: tuple[Outbox, int]) -> None:
    smtp, port = outbox
    server.breaks = "LIST"
    source = connector(server, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
    assert (await source.reply(read(source, mail("one")), "Hello", "k")).external_id
    assert len(smtp.taken) == 1


async def test_a_server_that_says_nothing_after_the_text_leaves_the_answer_unknown(
    server: ImapServer, outbox: tuple[Outbox, int]
) -> None:
    smtp, port = outbox
    smtp.after = "hang"
    source = connector(server, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
    source.patience = 0.5
    with pytest.raises(UnknownResultError, match="did not say"):
        await source.reply(read(source, mail("one")), "Hello", "k")
    assert len(smtp.taken) == 1


@pytest.mark.parametrize(
    ("place", "said", "error"),
    [
        ("rcpt", "550 5.1.1 nobody here", PermanentError),
        ("rcpt", "450 4.2.0 greylisted", RetriableError),
        ("after", "554 5.7.1 spam", PermanentError),
        ("after", "452 4.3.1 full", RetriableError),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words(
    server: ImapServer, outbox: tuple[Outbox, int], place: str, said: str, error: type[Exception]
) -> None:
    smtp, port = outbox
    setattr(smtp, place, said)
    source = connector(server, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
    with pytest.raises(error) as refused:
        await source.reply(read(source, mail("one")), "Hello", "k")
    assert said in str(refused.value)
    assert type(refused.value) is error
