"""E-mail against real servers: what a customer mails is on a card within seconds, and the answer is in their mailbox."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.email.connector import Email
from integrations.source import SourceSettings
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.mail_server import HOST, PASSWORD, MailServer, letter

pytestmark = pytest.mark.timeout(300)

US, MAYA = "help@acme.test", "maya@letters.test"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer(US, MAYA) as running:
        yield running


def settings(mail: MailServer, **more: object) -> dict[str, object]:
    return {
        "host": HOST,
        "port": mail.imaps_port,
        "password_env": "MAIL_PASSWORD",
        "smtp_host": HOST,
        "smtp_port": mail.smtps_port,
        "sender": "Acme Süpport",
        **more,
    }


def connector(mail: MailServer, **more: object) -> Email:
    secrets = {"password_env": PASSWORD}
    made = Email(SourceSettings("mail", account=US, options=settings(mail, **more), secrets=secrets), Http())
    made.tls = ssl.create_default_context(cafile=mail.certificate)
    return made


def posts(events: tuple[SourceEvent, ...]) -> list[Post]:
    return [event.post for event in events if event.post is not None]


def texts(events: tuple[SourceEvent, ...]) -> list[str]:
    return [post.text for post in posts(events)]


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
async def test_a_mail_is_read_and_answered_in_its_thread_however_the_way_is_secured(
    mail: MailServer, security: str
) -> None:
    ports = {} if security == "tls" else {"port": mail.imap_port, "smtp_port": mail.smtp_port}
    source = connector(mail, security=security, smtp_security=security, **ports)
    mail.send(letter(f"Maya <{MAYA}>", US, "Parcel", "It is crushed.", Message_ID="<one@letters.test>"))
    polled = await source.poll(None, 10)
    (post,) = posts(polled.events)
    assert (post.text, post.external_id, post.author.email) == ("Parcel\n\nIt is crushed.", "one@letters.test", MAYA)
    assert mail.unseen(US) == 1

    sent = await source.reply(post, "Wir schicken ein neues. 📦\n.\nAna", "01JKEY")
    answer = mail.wait_for(MAYA, "Wir schicken ein neues. 📦", "\n.\n")
    assert answer["Message-ID"] == f"<{sent.external_id}>" == "<baton-01JKEY@acme.test>"
    assert (answer["Subject"], answer["In-Reply-To"]) == ("Re: Parcel", "<one@letters.test>")
    assert answer["From"].addresses[0].display_name == "Acme Süpport"
    assert answer["Auto-Submitted"] is None
    assert [each["Message-ID"] for each in mail.mails(US, "Sent")] == [f"<{sent.external_id}>"]

    quoted = "No box came.\n\nOn Mon, 2 Mar 2026 at 10:00, Acme wrote:\n> Wir schicken ein neues.\n"
    mail.send(
        letter(
            MAYA,
            US,
            "Re: Parcel",
            quoted,
            In_Reply_To=f"<{sent.external_id}>",
            References=f"<one@letters.test> <{sent.external_id}>",
        )
    )
    (again,) = posts((await source.poll(polled.cursor, 10)).events)
    assert (again.text, again.root_id, again.parent_id) == ("No box came.", "one@letters.test", sent.external_id)
    await source.reply(again, "It is on its way.", "01JSECOND")
    second = mail.wait_for(MAYA, "It is on its way.")
    assert second["References"].split() == ["<one@letters.test>", f"<{sent.external_id}>", f"<{again.external_id}>"]


async def test_news_come_within_a_second_and_are_not_missed_in_between(mail: MailServer) -> None:
    source = connector(mail)
    await asyncio.wait_for(source.news(), 10)
    cursor = (await source.poll(None, 10)).cursor
    listening = asyncio.create_task(source.news())
    await asyncio.sleep(1)
    assert not listening.done()
    at = time.monotonic()
    await asyncio.to_thread(mail.send, letter(MAYA, US, "Now", "now"))
    await asyncio.wait_for(listening, 5)
    assert time.monotonic() - at < 1.5
    polled = await source.poll(cursor, 10)
    assert texts(polled.events) == ["Now\n\nnow"]
    await asyncio.to_thread(mail.send, letter(MAYA, US, "While nobody listened", "it came"))
    await asyncio.wait_for(source.news(), 5)
    assert texts((await source.poll(polled.cursor, 10)).events) == ["While nobody listened\n\nit came"]


async def test_listening_goes_on_after_it_was_renewed_and_ends_when_it_is_cancelled(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.networks.email.connector._RENEW", 0.3)
    source = connector(mail)
    cursor = (await source.poll(None, 10)).cursor
    listening = asyncio.create_task(source.news())
    await asyncio.sleep(1.5)
    assert not listening.done()
    await asyncio.to_thread(mail.send, letter(MAYA, US, "Later", "later"))
    await asyncio.wait_for(listening, 5)
    assert texts((await source.poll(cursor, 10)).events) == ["Later\n\nlater"]
    again = asyncio.create_task(source.news())
    await asyncio.sleep(0.5)
    again.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(again, 5)


async def test_a_server_that_was_stopped_and_is_back_loses_and_doubles_nothing(mail: MailServer) -> None:
    source = connector(mail)
    await asyncio.to_thread(mail.send, letter(MAYA, US, "One", "1"))
    polled = await source.poll(None, 10)
    listening = asyncio.create_task(source.news())
    await asyncio.sleep(0.5)
    await asyncio.to_thread(mail.stop_mailboxes)
    with pytest.raises(RetriableError):
        await source.poll(polled.cursor, 10)
    await asyncio.to_thread(mail.send, letter(MAYA, US, "Two", "2"))
    assert not listening.done()
    await asyncio.to_thread(mail.start_mailboxes)
    await asyncio.wait_for(listening, 20)
    after = await source.poll(polled.cursor, 10)
    assert texts(after.events) == ["Two\n\n2"]
    assert (await source.poll(after.cursor, 10)).events == ()


async def test_mails_that_are_numbered_anew_are_known_again_and_none_is_missed(mail: MailServer) -> None:
    source = connector(mail)
    for number in range(3):
        await asyncio.to_thread(mail.send, letter(MAYA, US, f"Mail {number}", "x"))
    polled = await source.poll(None, 10)
    await asyncio.to_thread(mail.send, letter(MAYA, US, "Came before it was moved", "x"))
    mail.deliver(US, bytes(letter(MAYA, US, "Very old", "x")), datetime.now(UTC) - timedelta(days=40))
    await asyncio.to_thread(mail.number_anew, US)
    first = await source.poll(polled.cursor, 3)
    rest = await source.poll(first.cursor, 10)
    known = {event.external_id for event in polled.events}
    again = [*first.events, *rest.events]
    assert len({event.external_id for event in again}) == len(again) == 4
    assert known < {event.external_id for event in again}
    assert (first.next_after, rest.next_after) == (timedelta(0), None)
    assert (await source.poll(rest.cursor, 10)).events == ()


async def test_the_first_look_goes_back_a_day_and_a_backfill_as_far_as_it_is_asked(mail: MailServer) -> None:
    source = connector(mail)
    now = datetime.now(UTC)
    for days in (30, 10, 2, 0):
        mail.deliver(US, bytes(letter(MAYA, US, f"{days} days", "x")), now - timedelta(days=days))
    polled = await source.poll(None, 10)
    assert texts(polled.events) == ["0 days\n\nx"]
    assert (await source.poll(polled.cursor, 10)).events == ()
    found = [text async for portion in source.backfill(now - timedelta(days=11)) for text in texts(tuple(portion))]
    assert found == ["10 days\n\nx", "2 days\n\nx", "0 days\n\nx"]


async def test_a_mail_that_cannot_be_read_and_one_that_is_too_large_keep_back_no_other(mail: MailServer) -> None:
    source = connector(mail, largest=20_000)
    mail.deliver(US, b"no header here\r\n\r\nat all\r\n")
    large = letter(MAYA, US, "Large", "It is attached.")
    large.add_attachment(b"\0" * 3_000_000, maintype="image", subtype="jpeg", filename="box.jpg")
    mail.deliver(US, bytes(large))
    mail.deliver(US, bytes(letter(MAYA, US, "Away", "gone", Auto_Submitted="auto-replied")))
    mail.deliver(US, bytes(letter(MAYA, US, "Last", "x")))
    events = (await source.poll(None, 10)).events
    assert [event.kind for event in events] == ["unread", "created", "unread", "created"]
    assert "none of a mail's headers" in events[0].why
    assert "automatic reply" in events[2].why
    read = events[1].post
    assert read is not None
    assert read.text == "Large\n\nIt is attached."
    assert [item.alt for item in read.media] == ["box.jpg", "the mail has 4.1 MB, of which the first 0.0 were read"]


async def test_what_the_way_out_says_decides_whether_an_answer_is_sent_again(mail: MailServer) -> None:
    source = connector(mail)
    mail.send(letter(MAYA, US, "Parcel", "It is crushed."))
    (post,) = posts((await source.poll(None, 10)).events)
    for answer, error, when in (
        ("550 5.1.1 gone for good", PermanentError, MAYA),
        ("450 4.2.0 come back later", RetriableError, MAYA),
        ("554 5.7.1 this is spam", PermanentError, "data"),
        ("451 4.3.0 disk is full", RetriableError, "data"),
    ):
        mail.refuse = {when: answer}
        with pytest.raises(error) as refused:
            await source.reply(post, "Hello", "01JKEY")
        assert answer in str(refused.value)
        assert not isinstance(refused.value, UnknownResultError)
    mail.refuse, mail.silent = {}, True
    with pytest.raises(UnknownResultError):
        await source.reply(post, "Hello", "01JKEY")
    nowhere = connector(mail, smtp_port=1)
    with pytest.raises(RetriableError) as unreached:
        await nowhere.reply(post, "Hello", "01JKEY")
    assert not isinstance(unreached.value, UnknownResultError)
    assert mail.mails(MAYA) == []


async def test_a_wrong_password_and_a_missing_folder_are_said_without_the_password(mail: MailServer) -> None:
    wrong = connector(mail)
    object.__setattr__(wrong.settings, "secrets", {"password_env": "not the password"})
    with pytest.raises(PermanentError) as refused:
        await wrong.poll(None, 10)
    assert US in str(refused.value)
    assert "not the password" not in str(refused.value)
    with pytest.raises(PermanentError, match="no folder “Nein & nö”"):
        await connector(mail, folder="Nein & nö").poll(None, 10)
    untrusted = connector(mail)
    untrusted.tls = None
    with pytest.raises(RetriableError, match="certificate"):
        await untrusted.poll(None, 10)


async def test_a_folder_with_letters_of_any_language_is_read(mail: MailServer) -> None:
    with mail.logged_in(US) as client:
        client.create('"Anfragen &- R&APw-ckfragen"')
        client.append('"Anfragen &- R&APw-ckfragen"', "", None, bytes(letter(MAYA, US, "There", "x")))
    polled = await connector(mail, folder="Anfragen & Rückfragen").poll(None, 10)
    assert texts(polled.events) == ["There\n\nx"]


@pytest.fixture
def baton(tmp_path: Path, mail: MailServer) -> Iterator[Baton]:
    """Baton with a mailbox that it asks once an hour: what comes sooner it was told of."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings(mail).items()]
    source = "\n".join(["[sources.mail]", 'kind = "email"', f'account = "{US}"', 'every = "1h"', *lines])
    environment = {"MAIL_PASSWORD": PASSWORD, "SSL_CERT_FILE": str(mail.certificate)}
    with Baton(tmp_path / "baton", source, **environment) as running:
        yield running


def test_a_customer_mails_staff_answer_from_the_channel_and_the_talk_goes_on_on_one_card(
    baton: Baton, mail: MailServer
) -> None:
    at = time.monotonic()
    mail.send(letter(f"Maya <{MAYA}>", US, "Parcel", "It arrived crushed.", Message_ID="<one@letters.test>"))
    card = baton.card("It arrived crushed.", seconds=20)
    assert time.monotonic() - at < 15
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.press(card, "reply")
    assert US in ana.form_words()
    ana.submit(text="We are sorry. A new one is on its way.")
    answer = mail.wait_for(MAYA, "We are sorry. A new one is on its way.")
    assert (answer["In-Reply-To"], answer["References"]) == ("<one@letters.test>", "<one@letters.test>")
    assert (answer["Subject"], answer["From"].addresses[0].addr_spec) == ("Re: Parcel", US)
    card.shows("A new one is on its way.")

    thread = {"In_Reply_To": answer["Message-ID"], "References": f"<one@letters.test> {answer['Message-ID']}"}
    mail.send(letter(MAYA, US, "Automatic reply: Parcel", "I am away.", Auto_Submitted="auto-replied", **thread))
    mail.send(letter(MAYA, US, "Out of office", "I am away."))
    quoted = "Thank you, it came.\n\nOn Mon, 2 Mar 2026 at 10:00, Acme Support wrote:\n> We are sorry.\n"
    mail.send(letter(f"Maya <{MAYA}>", US, "Re: Parcel", quoted, **thread))
    words = card.shows("Thank you, it came.", seconds=20)
    assert "> We are sorry." not in words
    assert "wrote:" not in words
    assert len(baton.cards()) == 1


def test_what_is_mailed_while_the_mailbox_is_away_is_heard_once_it_is_back(baton: Baton, mail: MailServer) -> None:
    mail.send(letter(MAYA, US, "First", "before"))
    baton.card("before")
    mail.stop_mailboxes()
    mail.send(letter(MAYA, US, "Second", "meanwhile"))
    time.sleep(3)
    mail.start_mailboxes()
    baton.card("meanwhile")
    assert len(baton.cards()) == 2


def test_an_answer_that_is_refused_or_unconfirmed_or_comes_back_is_told_on_the_card(
    baton: Baton, mail: MailServer
) -> None:
    mail.send(letter(MAYA, US, "Parcel", "It arrived crushed.", Message_ID="<one@letters.test>"))
    card, ana = baton.card("It arrived crushed."), baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    mail.refuse = {MAYA: "550 5.2.1 mailbox disabled"}
    ana.press(card, "reply")
    ana.submit(text="We are sorry.")
    card.shows("The answer did not go out", "550 5.2.1 mailbox disabled")
    mail.refuse, mail.silent = {}, True
    ana.press(card, "resend")
    card.shows("Nobody knows whether the answer arrived")
    mail.silent = False
    time.sleep(3)
    (answer,) = [each for each in mail.taken if b"Message-ID: <baton-" in each]
    assert mail.mails(MAYA) == [], "it is not sent again by itself"
    ana.press(card, "sent")
    card.shows("We are sorry.")
    ours = re.search(rb"Message-ID: <(\S+)>", answer)
    assert ours is not None
    mail.deliver(US, BOUNCE.replace(b"OURS", ours[1]))
    card.shows("Our answer did not arrive at maya@letters.test: 552 5.2.2 over quota")
    assert len(baton.cards()) == 1


BOUNCE = b"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.test>
To: help@acme.test
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.test>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B

Sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; maya@letters.test
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 over quota

--B
Content-Type: text/rfc822-headers

Subject: Re: Parcel
Message-ID: <OURS>
In-Reply-To: <one@letters.test>
References: <one@letters.test>

--B--
""".replace(b"\n", b"\r\n")
