"""The digest as a mail, over a real server into a real mailbox, and read there by another client."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast

from bot.config import Config
from bot.views.examples import EXAMPLES
from handlers.digest_forms import Forms
from integrations.charts import MatplotlibPainter
from integrations.mailer import open_mailer
from tests.bot.page.reading import read
from tests.e2e_networks.mail_server import HOST, PASSWORD, MailServer, words_of
from tests.fakes.clock import SetClock

BATON, CEO, CFO = "baton@acme.test", "ceo@acme.test", "cfo@acme.test"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def send(server: MailServer, *addresses: str) -> None:
    part = {"host": HOST, "port": server.smtp_port, "sender": BATON, "password_env": "MAIL_PASSWORD"}
    trusted = ssl.create_default_context(cafile=str(server.certificate))
    config, clock = Config.model_validate({"mail": part}), SetClock(NOW)
    mailer = open_mailer(config, {"MAIL_PASSWORD": PASSWORD}, clock, trusted)
    assert mailer is not None
    painter = MatplotlibPainter()
    try:
        for address in addresses:
            card = dict(EXAMPLES)["digest"]
            await mailer.send(await Forms(painter, "Europe/Paris").mail(card, address, f"2026-11-23:{address}", NOW))
    finally:
        await painter.close()


def test_each_address_has_one_mail_with_words_page_and_pictures() -> None:
    with MailServer(BATON, CEO, CFO) as server:
        asyncio.run(send(server, CEO, CFO))
        for address in (CEO, CFO):
            server.wait_for(address)
            [mail] = server.mails(address)
            assert parseaddr(str(mail["From"])) == ("Baton", BATON)
            assert (mail["To"], mail["Auto-Submitted"]) == (address, "auto-generated")
            assert mail["Subject"] == "Acme heard 1,204 conversations, 16 to 22 Nov, Europe/Paris"
            text, related = (cast(EmailMessage, part) for part in mail.iter_parts())
            page, *pictures = (cast(EmailMessage, part) for part in related.iter_parts())
            assert "Heard by no one 38 %" in words_of(text)
            assert "/baton claim B-1042" in words_of(text)
            found = read(words_of(page))
            shown = {image["src"].removeprefix("cid:"): image["alt"] for image in found.all("img")}
            assert shown.keys() == {str(picture["Content-ID"]).strip("<>") for picture in pictures}
            assert all(shown.values())
            assert all(picture.get_content().startswith(b"\x89PNG") for picture in pictures)
            assert len(mail.as_bytes()) < 500_000
        assert server.unseen(BATON) == 0, "no machine answered"
