"""Mails reach a real server whole: both halves, pictures, one recipient each; and what goes wrong is told as what it is."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import Config
from bot.errors import ConfigError, NotSetError, PermanentError, RetriableError, UnknownResultError
from bot.ports import Inline, Mail, Picture
from integrations.mailer import SmtpMailer, composed, open_mailer
from integrations.networks.email.automatic import automatic
from tests.fakes.clock import SetClock
from tests.integrations.mail_door import HOST, PASSWORD, MailDoor, mail_door, trusting

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
MAIL = Mail(
    to="ceo@acme.example",
    subject="Acme heard 1,204 conversations this week – “übrigens”",
    text="Heard: 1,204\n\nШто нового?\n.\nFrom here on\n" + "x" * 2000 + "\n",
    html='<!DOCTYPE html><html><body><img src="cid:chart-1@baton.digest" alt="1, then 2">Grüße</body></html>',
    key="cron:digest:2026-03-02T07:00:00+00:00:mail:ceo@acme.example",
    pictures=(Inline("chart-1@baton.digest", Picture(PNG, "image/png", 60, 30)),),
)


def configured(door: MailDoor, security: str = "starttls", **more: object) -> Config:
    part = {"host": HOST, "port": door.port, "security": security, "sender": "baton@acme.example", **more}
    return Config.model_validate({"mail": {"password_env": "MAIL_PASSWORD", "name": 'Baton, "Acme"', **part}})


def mailer(door: MailDoor, folder: Path, security: str = "starttls", password: str = PASSWORD) -> SmtpMailer:
    found = open_mailer(configured(door, security), {"MAIL_PASSWORD": password}, SetClock(), trusting(folder))
    assert found is not None
    return found


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
async def test_a_mail_arrives_whole(tmp_path: Path, security: str) -> None:
    with mail_door(tmp_path, security) as door:
        message_id = await mailer(door, tmp_path, security).send(MAIL)
        assert await mailer(door, tmp_path, security).health() == "127.0.0.1 takes mails from baton@acme.example"
    [(sender, recipients, _)] = door.taken
    assert (sender, recipients) == ("baton@acme.example", [MAIL.to])
    [mail] = door.mails
    assert mail["Subject"] == MAIL.subject
    assert parseaddr(str(mail["From"])) == ('Baton, "Acme"', "baton@acme.example")
    assert mail["To"] == MAIL.to
    assert mail["Message-ID"] == f"<{message_id}>"
    assert mail["Date"].datetime == SetClock().now()
    assert mail.get_content_type() == "multipart/alternative"
    text, page = mail.iter_parts()
    assert read(text) == MAIL.text
    assert page.get_content_type() == "multipart/related"
    html, picture = cast(EmailMessage, page).iter_parts()
    assert read(html).strip() == MAIL.html
    assert picture["Content-ID"] == "<chart-1@baton.digest>"
    assert picture.get_content_type() == "image/png"
    assert picture.get_content_disposition() == "inline"
    assert cast(EmailMessage, picture).get_content() == PNG
    if security != "none":
        assert set(door.logins) == {"baton@acme.example"}


def read(part: Message) -> str:
    return str(cast(EmailMessage, part).get_content()).replace("\r\n", "\n")


async def test_no_machine_answers_it_and_the_same_mail_has_the_same_id(tmp_path: Path) -> None:
    with mail_door(tmp_path, "none") as door:
        post = mailer(door, tmp_path, "none")
        assert await post.send(MAIL) == await post.send(MAIL)
    first = door.mails[0]
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "All"
    assert first["List-Id"] == "<digest.baton.acme.example>"
    assert automatic(message_from_bytes(door.taken[0][2])) is not None, "our own mailbox hears no digest as a customer"
    assert "http" not in first.as_string(), "nothing tells that it was opened"


@pytest.mark.parametrize(
    ("answers", "raised", "said"),
    [
        ({"RCPT": "550 5.1.1 no such mailbox"}, PermanentError, "no such mailbox"),
        ({"RCPT": "451 4.7.1 greylisted"}, RetriableError, "greylisted"),
        ({"DATA": "452 4.2.2 full"}, RetriableError, "full"),
        ({"DATA": "554 5.7.1 looks like spam"}, PermanentError, "looks like spam"),
    ],
)
async def test_what_the_server_says_decides(
    tmp_path: Path, answers: dict[str, str], raised: type[Exception], said: str
) -> None:
    with mail_door(tmp_path) as door:
        door.answers = answers
        with pytest.raises(raised, match=said):
            await mailer(door, tmp_path).send(MAIL)
    assert door.taken == []


async def test_where_the_line_is_cut_behind_the_mail_nobody_knows(tmp_path: Path) -> None:
    with mail_door(tmp_path) as door:
        door.silent = True
        with pytest.raises(UnknownResultError):
            await mailer(door, tmp_path).send(MAIL)
    assert len(door.taken) == 1


async def test_a_wrong_password_is_told_without_it(tmp_path: Path) -> None:
    with mail_door(tmp_path) as door:
        post = mailer(door, tmp_path, password="hunter2-ü")
        for call in (post.send(MAIL), post.health()):
            with pytest.raises(PermanentError) as raised:
                await call
            assert "does not let baton@acme.example send" in str(raised.value)
            assert "hunter2" not in str(raised.value)
        assert "hunter2" not in repr(post)


async def test_a_server_that_is_away_or_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with mail_door(tmp_path) as door:
        stranger = open_mailer(configured(door), {"MAIL_PASSWORD": PASSWORD}, SetClock())
        assert stranger is not None
        with pytest.raises(RetriableError):
            await stranger.send(MAIL)
        assert door.logins == []
    with pytest.raises(RetriableError, match="cannot be reached"):
        await mailer(door, tmp_path).health()


async def test_without_its_password_it_is_off_and_half_a_configuration_is_none() -> None:
    door = MailDoor(port=25)
    waiting = open_mailer(configured(door), {}, SetClock())
    assert waiting is not None
    for call in (waiting.send(MAIL), waiting.health()):
        with pytest.raises(NotSetError, match="MAIL_PASSWORD is not set"):
            await call
    assert open_mailer(Config(), {}, SetClock()) is None
    with pytest.raises(ConfigError, match="needs `sender`"):
        open_mailer(Config.model_validate({"mail": {"host": "mail.test"}}), {}, SetClock())
    with pytest.raises(ConfigError, match="for all to read"):
        open_mailer(configured(door, "none", host="mail.acme.example"), {}, SetClock())


def test_an_address_with_letters_of_its_own_is_written_as_servers_know_it() -> None:
    mail = Mail("ana@bücher.example", "x", "x", "x", "k")
    assert composed(mail, "baton@acme.example", "", SetClock().now()).recipient == "ana@xn--bcher-kva.example"
    with pytest.raises(PermanentError, match="no address that every server takes"):
        composed(Mail("jürgen@acme.example", "x", "x", "x", "k"), "baton@acme.example", "", SetClock().now())


WORDS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["\r\nBcc: evil@evil.example", "\nX: y", "\x00", "\u2028", "=?utf-8?q?=0ABcc:_x?=", "ü", "<a@b>", '"']
    ),
    max_size=6,
).map("".join)


@given(WORDS, WORDS, WORDS)
@example("", "Bcc: evil@evil.example " * 4, "")
@example("", "ü, Bcc: evil@evil.example; " * 4, "")
@example("", '\\"' * 60, "")
def test_no_text_becomes_a_header(subject: str, name: str, text: str) -> None:
    made = composed(
        Mail("ceo@acme.example", subject, text, text, subject or "k"), "baton@acme.example", name, SetClock().now()
    )
    mail = message_from_bytes(made.data, policy=default)
    assert sorted(set(mail.keys())) == [
        *("Auto-Submitted", "Content-Type", "Date", "From", "List-Id", "MIME-Version", "Message-ID", "Precedence"),
        *("Subject", "To", "X-Auto-Response-Suppress"),
    ]
    assert parseaddr(str(mail["To"]))[1] == "ceo@acme.example"
    assert len(mail.get_all("To", [])) == 1
    assert mail["From"].addresses[0].addr_spec == "baton@acme.example"
    assert "\n" not in str(mail["Subject"])
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
