"""Answers as mails: in their thread, to the right address, and with nothing in a header that does not belong there."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.post import Author, Post
from bot.errors import PermanentError
from integrations.networks.email.answering import answer, one_line, whom

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = "help@acme.example"


def asked(**fields: Any) -> Post:
    given: dict[str, Any] = {"external_id": "two@b.example", "text": "x", "posted_at": NOW, **fields}
    return Post(network="email", author=Author(handle="maya", email="maya@b.example"), **given)


def sent(post: Post, text: str = "Hello", key: str = "01J", name: str = "") -> EmailMessage:
    mail = BytesParser(policy=SMTP).parsebytes(answer(post, text, key, US, name, NOW).data)
    assert isinstance(mail, EmailMessage)
    return mail


def test_an_answer_stands_in_its_thread() -> None:
    post = asked(raw={"subject": "Parcel", "references": ["one@b.example"], "reply_to": "home@b.example"})
    mail = sent(post, name="Acme, Support")
    assert (mail["To"], mail["From"]) == ("home@b.example", '"Acme, Support" <help@acme.example>')
    assert mail["Subject"] == "Re: Parcel"
    assert mail["In-Reply-To"] == "<two@b.example>"
    assert mail["References"] == "<one@b.example> <two@b.example>"
    assert mail["Message-ID"] == "<baton-01J@acme.example>"
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] is None
    assert mail.get_content_type() == "text/plain"


@pytest.mark.parametrize("subject", ["Re: x", "RE: x", "AW: x", "Sv: x"])
def test_a_subject_is_not_marked_twice(subject: str) -> None:
    assert sent(asked(raw={"subject": subject}))["Subject"] == subject


def test_without_what_came_raw_the_thread_is_kept_all_the_same() -> None:
    mail = sent(asked(parent_id="one@b.example"))
    assert (mail["To"], mail["Subject"]) == ("maya@b.example", "Re:")
    assert mail["References"] == "<one@b.example> <two@b.example>"


def test_a_mail_without_an_id_of_its_own_is_not_named() -> None:
    mail = sent(asked(external_id="no-id#0123"))
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_of_a_long_thread_the_beginning_and_the_end_are_named() -> None:
    chain = [f"{at:03}{'x' * 60}@b.example" for at in range(90)]
    named = sent(asked(raw={"references": chain}))["References"].split()
    assert len(named) == 20
    assert (named[0], named[-2:]) == (f"<{chain[0]}>", [f"<{chain[-1]}>", "<two@b.example>"])


def test_an_answer_to_a_report_goes_to_the_customer_again() -> None:
    raw = {"bounced": "baton-1@acme.example", "reply_to": "maya@b.example", "references": ["one@b.example"]}
    mail = sent(asked(external_id="report@mx.example", parent_id="two@b.example", raw=raw))
    assert mail["In-Reply-To"] == "<two@b.example>"
    assert mail["References"] == "<one@b.example> <two@b.example>"


@pytest.mark.parametrize(
    "text", ["a\r\nb\nc\rd", "Grüße 📦", "x" * 5_000, ".\n..\n.", "From here\n", "\ud800", "tab\there "]
)
def test_the_text_arrives_as_it_was_written(text: str) -> None:
    came = sent(asked(), text).get_content().replace("\r\n", "\n")
    assert came.rstrip("\n") == text.replace("\r\n", "\n").replace("\r", "\n").replace("\ud800", "?").rstrip()
    wire = answer(asked(), text, "k", US, "", NOW).data
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")


_HOSTILE = st.text(alphabet=st.sampled_from('a \r\n\t:<>"\\,;@=?\0\x85\u2028é🙂B'), max_size=40)


@settings(deadline=None)
@given(subject=_HOSTILE, name=_HOSTILE, key=_HOSTILE, ids=st.lists(_HOSTILE, max_size=3), reply_to=_HOSTILE)
def test_no_header_can_be_smuggled_in(subject: str, name: str, key: str, ids: list[str], reply_to: str) -> None:
    inject = "\r\nBcc: eve@mail.example\r\n"
    raw = {"subject": subject + inject, "references": [each + inject for each in ids], "reply_to": reply_to + inject}
    with pytest.raises(PermanentError):
        answer(asked(raw=raw), "x", key, US, name, NOW)
    post = asked(raw={**raw, "reply_to": ""}, external_id="id" + inject, parent_id=None)
    mail = sent(post, inject, key + inject, name + inject)
    names = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "From", "To", "Subject", "Date", "Message-ID"}
    assert set(mail.keys()) == names
    assert mail["To"] == "maya@b.example"
    assert mail["From"].addresses[0].addr_spec == US


def test_the_same_key_gives_the_same_id() -> None:
    first, second = (answer(asked(), text, "a key/ü", US, "", NOW).message_id for text in ("x", "y"))
    assert first == second
    assert answer(asked(), "x", "another key/ü", US, "", NOW).message_id != first


def test_addresses_that_not_every_server_takes_are_refused() -> None:
    assert sent(asked(raw={"reply_to": "maya@müller.example"}))["To"] == "maya@xn--mller-kva.example"
    with pytest.raises(PermanentError, match="jürgen"):
        answer(asked(raw={"reply_to": "jürgen@b.example"}), "x", "k", US, "", NOW)
    for bad in ("a b@c.example", "a@b@c", "a@[127.0.0.1]", "<a@b.example>", "a@b.example,c@d.example", "a@" + "b" * 70):
        assert whom(asked(raw={"reply_to": bad})) is None


def test_a_line_is_one_line() -> None:
    assert one_line("a\r\nb\u2028c\0d\x85e\ud800") == "a b c d e?"
